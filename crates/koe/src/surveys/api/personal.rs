//! Personal links for many customers at once.

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::links::{
    Addresses, LinkInfo, MOST_LINKS, check_place, checked_fields, declaring, in_future,
    known_customer,
};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::http::{Json, Listing, Path};
use crate::base::id;
use crate::base::problem::{FieldProblem, Outcome, Problem, ProblemDocument};
use crate::base::scope::Scope;
use crate::org::{Actor, Permission, record_audit};
use crate::people;
use crate::surveys::answers::Fields;
use crate::surveys::links::{Link, LinkKind, Place};
use crate::touchpoints;

/// Personal links for many customers at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPersonalLinks {
    /// The customers; at most 1,000 a request. Give these or `identifiers`.
    #[serde(default)]
    customers: Vec<id::CustomerId>,
    /// What identifies them, however it was written: e-mail addresses, telephone
    /// numbers, ids of other systems, or customer ids; at most 1,000 a request.
    #[serde(default)]
    identifiers: Vec<String>,
    /// The touchpoint.
    #[serde(default)]
    touchpoint_id: Option<id::TouchpointId>,
    /// The channel, when it is not the touchpoint's own.
    #[serde(default)]
    channel: Option<touchpoints::Channel>,
    /// The unit.
    #[serde(default)]
    unit_id: Option<id::UnitId>,
    /// The product or service.
    #[serde(default)]
    offering_id: Option<id::OfferingId>,
    /// Hidden fields fixed in all of them.
    #[serde(default)]
    fields: Fields,
    /// From when they open no more.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// Make personal links for many customers
///
/// All or none: when somebody in the list is not known, or an identifier names
/// several customers, every such row is told and no link is made.
#[utoipa::path(post, path = "/api/surveys/{id}/links/batch", tag = "links", operation_id = "create_personal_links",
    params(("id" = id::SurveyId, Path, description = "The survey")),
    request_body = NewPersonalLinks,
    responses(
        (status = 201, description = "Made, in the order of the customers", body = Listing<LinkInfo>),
        (status = 404, description = "No such survey", body = ProblemDocument),
        (status = 422, description = "A customer does not exist, or there are too many", body = ProblemDocument)))]
pub async fn create_links(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::SurveyId>,
    Json(input): Json<NewPersonalLinks>,
) -> Outcome<(StatusCode, Json<Listing<LinkInfo>>)> {
    let scope = actor.require(Permission::EditSurveys)?;
    let mut tx = app.db.write().await?;
    let document = declaring(&app, &mut tx, scope, &id).await?;
    let customers = wanted(&mut tx, scope, &input).await?;
    in_future(&app, input.expires_at)?;
    let mut place = Place {
        touchpoint_id: input.touchpoint_id,
        channel: input.channel,
        unit_id: input.unit_id,
        offering_id: input.offering_id,
        customer_id: None,
    };
    check_place(&mut tx, scope, &mut place).await?;
    let fields = checked_fields(&document, &input.fields, "fields")?;
    let addresses = Addresses::of(&app, &mut tx, scope).await?;
    let mut made = Vec::with_capacity(customers.len());
    for customer in customers {
        let link = Link {
            id: app.chance.id(app.clock.now_ms()),
            survey: id.clone(),
            kind: LinkKind::Personal,
            place: Place {
                customer_id: Some(customer),
                ..place.clone()
            },
            fields: fields.clone(),
            created_at: app.clock.now(),
            expires_at: input.expires_at,
            revoked_at: None,
            answered_at: None,
        };
        addresses.insert(&mut tx, scope, &link).await?;
        made.push(addresses.info(link));
    }
    let detail = serde_json::json!({ "links": made.len(), "kind": LinkKind::Personal });
    record_audit(&mut tx, &app, scope, "link.create", id.as_str(), detail).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(Listing::whole(made))))
}

/// The customers of a request, in its order.
async fn wanted(
    conn: &mut Conn,
    scope: &Scope,
    input: &NewPersonalLinks,
) -> Outcome<Vec<id::CustomerId>> {
    let (field, count) = match (input.customers.len(), input.identifiers.len()) {
        (0, count) => ("identifiers", count),
        (count, 0) => ("customers", count),
        _ => {
            return Err(Problem::invalid(
                "identifiers",
                "give customers or identifiers, not both",
            ));
        }
    };
    if !(1..=MOST_LINKS).contains(&count) {
        let field = if count == 0 { "customers" } else { field };
        return Err(Problem::invalid(
            field,
            format!("give 1 to {MOST_LINKS} customers"),
        ));
    }
    let mut found = Vec::with_capacity(count);
    for (number, customer) in input.customers.iter().enumerate() {
        let field = format!("customers[{number}]");
        found.push(known_customer(conn, scope, customer, &field).await?);
    }
    let mut unclear = Vec::new();
    let recognised = people::recognise(conn, scope, &input.identifiers).await?;
    for (number, mut customers) in recognised.into_iter().enumerate() {
        let message = match (customers.pop(), customers.is_empty()) {
            (Some(customer), true) => {
                found.push(customer);
                continue;
            }
            (None, _) => "there is no such customer",
            (Some(_), false) => "several customers have it; give the customer id",
        };
        unclear.push(FieldProblem {
            field: format!("identifiers[{number}]"),
            message: message.to_owned(),
        });
    }
    if unclear.is_empty() {
        Ok(found)
    } else {
        Err(Problem::invalid_fields(unclear))
    }
}
