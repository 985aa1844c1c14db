//! Links, QR codes and printed sheets.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::link_filter::LinkFilter;
use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::db::Conn;
use crate::base::http::{Json, Listing, PageQuery, Path, Query};
use crate::base::id;
use crate::base::problem::{FieldProblem, Outcome, Problem, ProblemDocument};
use crate::base::scope::Scope;
use crate::org::{Actor, Permission, record_audit, token_hash, unit_exists};
use crate::people;
use crate::surveys::answers::Fields;
use crate::surveys::document::Document;
use crate::surveys::links::{self, Link, LinkKind, LinkSecret, Place};
use crate::surveys::{store, validate};
use crate::touchpoints::{self, Offering, Touchpoint};

/// Links made or addresses signed by one request at most.
pub(super) const MOST_LINKS: usize = 1_000;

/// A new link.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLink {
    /// Who it is for.
    kind: LinkKind,
    /// The touchpoint.
    #[serde(default)]
    touchpoint_id: Option<id::TouchpointId>,
    /// The channel, when it is not the touchpoint's own.
    #[serde(default)]
    channel: Option<touchpoints::Channel>,
    /// The unit, for example the store.
    #[serde(default)]
    unit_id: Option<id::UnitId>,
    /// The product or service.
    #[serde(default)]
    offering_id: Option<id::OfferingId>,
    /// The customer; personal links only.
    #[serde(default)]
    customer_id: Option<id::CustomerId>,
    /// Hidden fields fixed in the link; the survey must declare them.
    #[serde(default)]
    fields: Fields,
    /// From when it opens no more.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// A link and its address.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkInfo {
    /// Id.
    id: id::LinkId,
    /// Who it is for.
    kind: LinkKind,
    /// The address to hand out.
    url: String,
    /// Where, about what and by whom it is answered.
    #[serde(flatten)]
    place: Place,
    /// Hidden fields fixed in it.
    fields: Fields,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// From when it opens no more.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// When it was ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
    /// When a personal link was answered (the day only, in a confidential programme).
    #[schema(value_type = Option<String>, format = DateTime)]
    answered_at: Option<Timestamp>,
}

/// Sets of hidden fields to be signed for one link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignRequest {
    /// One set for each address wanted; at most 1,000 a request.
    fields: Vec<Fields>,
}

/// Signed addresses.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedAddresses {
    /// In the order of the request.
    urls: Vec<String>,
}

/// Makes addresses of links.
pub(super) struct Addresses {
    public_url: String,
    secret: LinkSecret,
}

impl Addresses {
    pub async fn of(app: &App, conn: &mut Conn, scope: &Scope) -> Outcome<Self> {
        Ok(Self {
            public_url: app.config.public_url(),
            secret: crate::surveys::link_secret(conn, scope).await?,
        })
    }

    pub fn url(&self, link: &id::LinkId) -> String {
        format!(
            "{}/s/{}",
            self.public_url,
            links::token_of(&self.secret, link)
        )
    }

    pub fn info(&self, link: Link) -> LinkInfo {
        LinkInfo {
            url: self.url(&link.id),
            id: link.id,
            kind: link.kind,
            place: link.place,
            fields: link.fields,
            created_at: link.created_at,
            expires_at: link.expires_at,
            revoked_at: link.revoked_at,
            answered_at: link.answered_at,
        }
    }

    pub async fn insert(&self, conn: &mut Conn, scope: &Scope, link: &Link) -> Outcome<()> {
        let token = links::token_of(&self.secret, &link.id);
        store::links::insert(conn, scope, link, &token_hash(&token)).await
    }
}

/// The document that declares hidden fields: the published one, else the draft.
pub(super) async fn declaring(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    survey: &id::SurveyId,
) -> Outcome<Document> {
    match store::surveys::get(conn, scope, survey).await?.version {
        Some(number) => {
            let version = crate::surveys::version(app, conn, scope, survey, number).await?;
            Ok((*version.document).clone())
        }
        None => Ok(store::surveys::draft(conn, scope, survey).await?.0),
    }
}

pub(super) fn checked_fields(document: &Document, fields: &Fields, path: &str) -> Outcome<Fields> {
    validate::fields(document, fields, true).map_err(|problems| {
        let language = crate::surveys::Language::en();
        Problem::invalid_fields(
            problems
                .into_iter()
                .map(|problem| FieldProblem {
                    field: format!("{path}.{}", problem.question),
                    message: problem.message.get(&language, &language).to_owned(),
                })
                .collect(),
        )
    })
}

/// Checks that what a link says exists and may be said by the asker.
pub(super) async fn check_place(conn: &mut Conn, scope: &Scope, place: &mut Place) -> Outcome<()> {
    match &place.unit_id {
        Some(unit) => unit_exists(conn, scope, unit, "unit_id").await?,
        None if !scope.is_organisation_wide() => {
            return Err(Problem::invalid("unit_id", "choose one of your units"));
        }
        None => {}
    }
    if let Some(touchpoint) = &place.touchpoint_id {
        let touchpoint: Touchpoint = touchpoints::get(conn, scope, touchpoint)
            .await
            .map_err(|_| Problem::invalid("touchpoint_id", "there is no such touchpoint"))?;
        place.channel = place.channel.or(Some(touchpoint.channel));
    }
    if let Some(offering) = &place.offering_id {
        touchpoints::get::<Offering>(conn, scope, offering)
            .await
            .map_err(|_| Problem::invalid("offering_id", "there is no such offering"))?;
    }
    Ok(())
}

/// The customer as known today: a merged one is who it was merged into.
pub(super) async fn known_customer(
    conn: &mut Conn,
    scope: &Scope,
    customer: &id::CustomerId,
    field: &str,
) -> Outcome<id::CustomerId> {
    people::customer(conn, scope, customer)
        .await
        .map(|customer| customer.id)
        .map_err(|problem| match problem.status() {
            StatusCode::NOT_FOUND => Problem::invalid(field, "there is no such customer"),
            _ => problem,
        })
}

pub(super) fn in_future(app: &App, expires_at: Option<Timestamp>) -> Outcome<()> {
    match expires_at {
        Some(at) if at <= app.clock.now() => {
            Err(Problem::invalid("expires_at", "lies in the past"))
        }
        _ => Ok(()),
    }
}

/// How long a preview link opens, in milliseconds.
pub(in crate::surveys) fn preview_life_ms(app: &App) -> i64 {
    i64::from(app.config.limits.preview_days) * 86_400_000
}

/// List the links of a survey
#[utoipa::path(get, path = "/api/surveys/{id}/links", tag = "links", operation_id = "list_links",
    params(("id" = id::SurveyId, Path, description = "The survey"), PageQuery, LinkFilter),
    responses(
        (status = 200, description = "Links of the units that you see, newest first", body = Listing<LinkInfo>),
        (status = 404, description = "No such survey", body = ProblemDocument),
        (status = 422, description = "No such kind, or too many words", body = ProblemDocument)))]
pub async fn list_links(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::SurveyId>,
    Query(page): Query<PageQuery>,
    Query(filter): Query<LinkFilter>,
) -> Outcome<Json<Listing<LinkInfo>>> {
    let scope = actor.require(Permission::EditSurveys)?;
    let limit = page.limit(app.config.limits.page_rows)?;
    let mut tx = app.db.read().await?;
    store::surveys::get(&mut tx, scope, &id).await?;
    let addresses = Addresses::of(&app, &mut tx, scope).await?;
    let after = page.after()?;
    let wanted = filter.read(&app, &mut tx, scope).await?;
    let rows =
        store::links::of_survey(&mut tx, scope, &id, &wanted, after.as_deref(), limit).await?;
    let rows = rows.into_iter().map(|link| addresses.info(link)).collect();
    Ok(Json(Listing::cut(rows, limit, |link: &LinkInfo| {
        link.id.to_string()
    })))
}

/// Make a link
///
/// A preview that says nothing more is one for all: it is given again until
/// half of its time (`limits.preview_days`) is over.
#[utoipa::path(post, path = "/api/surveys/{id}/links", tag = "links", operation_id = "create_link",
    params(("id" = id::SurveyId, Path, description = "The survey")),
    request_body = NewLink,
    responses(
        (status = 200, description = "The preview that is open already", body = LinkInfo),
        (status = 201, description = "Made", body = LinkInfo),
        (status = 404, description = "No such survey", body = ProblemDocument),
        (status = 422, description = "What the link should say does not exist", body = ProblemDocument)))]
pub async fn create_link(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::SurveyId>,
    Json(input): Json<NewLink>,
) -> Outcome<(StatusCode, Json<LinkInfo>)> {
    let scope = actor.require(Permission::EditSurveys)?;
    let mut tx = app.db.write().await?;
    let document = declaring(&app, &mut tx, scope, &id).await?;
    if (input.kind == LinkKind::Personal) != input.customer_id.is_some() {
        return Err(Problem::invalid(
            "customer_id",
            "a personal link needs a customer; other links have none",
        ));
    }
    in_future(&app, input.expires_at)?;
    let mut place = Place {
        touchpoint_id: input.touchpoint_id,
        channel: input.channel,
        unit_id: input.unit_id,
        offering_id: input.offering_id,
        customer_id: input.customer_id,
    };
    // A preview counts nowhere, so it may be anywhere.
    if input.kind != LinkKind::Preview || place.unit_id.is_some() {
        check_place(&mut tx, scope, &mut place).await?;
    }
    if let Some(customer) = &place.customer_id {
        place.customer_id = Some(known_customer(&mut tx, scope, customer, "customer_id").await?);
    }
    let addresses = Addresses::of(&app, &mut tx, scope).await?;
    let plain = place == Place::default() && input.fields.is_empty() && input.expires_at.is_none();
    let life_ms = preview_life_ms(&app);
    if input.kind == LinkKind::Preview && plain {
        let until_ms = app.clock.now_ms() + life_ms / 2;
        if let Some(link) = store::links::open_preview(&mut tx, scope, &id, until_ms).await? {
            return Ok((StatusCode::OK, Json(addresses.info(link))));
        }
    }
    let expires_at = match input.kind {
        LinkKind::Preview => Some(
            input
                .expires_at
                .unwrap_or_else(|| from_ms(app.clock.now_ms() + life_ms)),
        ),
        LinkKind::Public | LinkKind::Personal => input.expires_at,
    };
    let link = Link {
        id: app.chance.id(app.clock.now_ms()),
        survey: id.clone(),
        kind: input.kind,
        place,
        fields: checked_fields(&document, &input.fields, "fields")?,
        created_at: app.clock.now(),
        expires_at,
        revoked_at: None,
        answered_at: None,
    };
    addresses.insert(&mut tx, scope, &link).await?;
    if link.kind != LinkKind::Preview {
        let detail = serde_json::json!({ "links": 1, "kind": link.kind });
        record_audit(&mut tx, &app, scope, "link.create", id.as_str(), detail).await?;
    }
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(addresses.info(link))))
}

/// End a link
///
/// It opens no more; answers that came by it stay.
#[utoipa::path(delete, path = "/api/surveys/{id}/links/{link}", tag = "links", operation_id = "revoke_link",
    params(("id" = id::SurveyId, Path, description = "The survey"),
        ("link" = id::LinkId, Path, description = "The link")),
    responses(
        (status = 204, description = "Ended"),
        (status = 404, description = "No such link", body = ProblemDocument)))]
pub async fn revoke_link(
    State(app): State<App>,
    actor: Actor,
    Path((id, link)): Path<(id::SurveyId, id::LinkId)>,
) -> Outcome<StatusCode> {
    let scope = actor.require(Permission::EditSurveys)?;
    let mut tx = app.db.write().await?;
    store::links::get(&mut tx, scope, &id, &link).await?;
    store::links::revoke(&mut tx, scope, &link, app.clock.now_ms()).await?;
    record_audit(
        &mut tx,
        &app,
        scope,
        "link.revoke",
        link.as_str(),
        serde_json::Value::Null,
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Draw the QR code of a link
#[utoipa::path(get, path = "/api/surveys/{id}/links/{link}/qr.svg", tag = "links", operation_id = "show_link_qr",
    params(("id" = id::SurveyId, Path, description = "The survey"),
        ("link" = id::LinkId, Path, description = "The link")),
    responses(
        (status = 200, description = "The QR code", content_type = "image/svg+xml", body = String),
        (status = 404, description = "No such link", body = ProblemDocument)))]
pub async fn show_qr(
    State(app): State<App>,
    actor: Actor,
    Path((id, link)): Path<(id::SurveyId, id::LinkId)>,
) -> Outcome<Response> {
    let scope = actor.require(Permission::EditSurveys)?;
    let mut tx = app.db.read().await?;
    let link = store::links::get(&mut tx, scope, &id, &link).await?;
    let addresses = Addresses::of(&app, &mut tx, scope).await?;
    let svg = links::qr_svg(&addresses.url(&link.id))?;
    let kind = HeaderValue::from_static("image/svg+xml");
    Ok(([(header::CONTENT_TYPE, kind)], svg).into_response())
}

/// Sign hidden fields for a link
///
/// Programs that write addresses themselves (a shop's mail, for example) cannot
/// sign, because the secret never leaves Koe; they ask here.
#[utoipa::path(post, path = "/api/surveys/{id}/links/{link}/sign", tag = "links", operation_id = "sign_link_addresses",
    params(("id" = id::SurveyId, Path, description = "The survey"),
        ("link" = id::LinkId, Path, description = "The link")),
    request_body = SignRequest,
    responses(
        (status = 200, description = "Addresses that carry the fields and their signature", body = SignedAddresses),
        (status = 404, description = "No such link", body = ProblemDocument),
        (status = 422, description = "The survey does not declare or allow a field", body = ProblemDocument)))]
pub async fn sign_addresses(
    State(app): State<App>,
    actor: Actor,
    Path((id, link)): Path<(id::SurveyId, id::LinkId)>,
    Json(request): Json<SignRequest>,
) -> Outcome<Json<SignedAddresses>> {
    let scope = actor.require(Permission::EditSurveys)?;
    if request.fields.len() > MOST_LINKS {
        return Err(Problem::invalid(
            "fields",
            format!("give at most {MOST_LINKS} sets"),
        ));
    }
    let mut tx = app.db.read().await?;
    let link = store::links::get(&mut tx, scope, &id, &link).await?;
    let document = declaring(&app, &mut tx, scope, &id).await?;
    let addresses = Addresses::of(&app, &mut tx, scope).await?;
    let url = addresses.url(&link.id);
    let mut urls = Vec::with_capacity(request.fields.len());
    for (number, fields) in request.fields.iter().enumerate() {
        let fields = checked_fields(&document, fields, &format!("fields[{number}]"))?;
        let signature = links::sign(&addresses.secret, &link.id, &fields);
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&fields)
            .append_pair("sig", &signature)
            .finish();
        urls.push(format!("{url}?{query}"));
    }
    Ok(Json(SignedAddresses { urls }))
}
