//! Customers.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{NewIdentifier, overlay, read_identifiers};
use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::db::Conn;
use crate::base::http::{Json, Listing, PageQuery, Path, Query, present};
use crate::base::id;
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::base::scope::Scope;
use crate::org::{Actor, Permission, organisation, record_audit, unit_exists};
use crate::people::model::{
    Account, Attributes, Consent, Customer, Holder, Identifier, candidates, check_name,
    check_values,
};
use crate::people::store::{accounts, attributes, consents, customers, identifiers, sightings};

/// Who is looked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct CustomerQuery {
    /// A whole identifier: whose it is. Otherwise a part of the name, of an
    /// identifier or of an attribute's text; width, case and kana do not
    /// matter.
    q: Option<String>,
}

/// A customer with what belongs to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerDetail {
    /// The customer.
    #[serde(flatten)]
    customer: Customer,
    /// Every pseudonym under which records are kept, today's first.
    pseudonyms: Vec<id::CustomerId>,
    /// What holds today, by purpose.
    consents: Vec<Consent>,
    /// Companies and households the customer belongs to.
    accounts: Vec<Account>,
}

/// A new customer; a name or an identifier is needed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCustomer {
    /// Name.
    #[serde(default)]
    name: Option<String>,
    /// What identifies the person.
    #[serde(default)]
    identifiers: Vec<NewIdentifier>,
    /// Values of declared attributes by key.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: Attributes,
    /// Where the person is a customer. Needed from members who see only some
    /// units: one of theirs.
    #[serde(default)]
    unit_id: Option<id::UnitId>,
}

/// What may change of a customer; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerChange {
    /// Name; null takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    name: Option<Option<String>>,
    /// What identifies the person; replaced as a whole.
    #[serde(default)]
    identifiers: Option<Vec<NewIdentifier>>,
    /// Values by key, over those known; null takes one away.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: Attributes,
}

/// The country calling code of numbers written without one.
pub(super) async fn calling_code(conn: &mut Conn, scope: &Scope) -> Outcome<String> {
    Ok(organisation(conn, scope.organisation()).await?.calling_code)
}

/// Insists that nobody else has one of these identifiers.
async fn insist_free(
    conn: &mut Conn,
    scope: &Scope,
    wanted: &[Identifier],
    customer: &id::CustomerId,
) -> Outcome<()> {
    let values = wanted.iter().map(Identifier::value).collect();
    let owners = identifiers::owners(conn, scope, &values).await?;
    let taken = wanted
        .iter()
        .find(|one| owners.get(one).is_some_and(|owner| owner != customer));
    match taken {
        None => Ok(()),
        Some(one) => Err(Problem::conflict(
            "identifier_taken",
            format!(
                "Another customer has this identifier ({}); look that customer up, or merge the two.",
                one.kind()
            ),
        )),
    }
}

/// The last moment of the transaction: somebody may have been faster.
async fn give(
    conn: &mut Conn,
    scope: &Scope,
    wanted: &[Identifier],
    customer: &id::CustomerId,
) -> Outcome<()> {
    let mut given: Vec<_> = wanted
        .iter()
        .map(|one| (one.clone(), customer.clone()))
        .collect();
    if identifiers::insert(conn, scope, &mut given).await? < given.len() as u64 {
        return Err(Problem::conflict(
            "identifier_taken",
            "Another customer was just given this identifier; look that customer up.",
        ));
    }
    Ok(())
}

async fn detail(conn: &mut Conn, scope: &Scope, customer: Customer) -> Outcome<CustomerDetail> {
    let mut held: Vec<Consent> = Vec::new();
    for consent in consents::list(conn, scope, &customer.id).await? {
        if held.iter().all(|newer| newer.purpose != consent.purpose) {
            held.push(consent);
        }
    }
    held.sort_by(|a, b| a.purpose.cmp(&b.purpose));
    Ok(CustomerDetail {
        pseudonyms: customers::pseudonyms(conn, scope, &customer.id).await?,
        consents: held,
        accounts: accounts::of_customer(conn, scope, &customer.id).await?,
        customer,
    })
}

/// List customers
///
/// Those known last first. Members who see only some units find customers
/// with a record there.
#[utoipa::path(get, path = "/api/customers", tag = "people", operation_id = "list_customers",
    params(CustomerQuery, PageQuery),
    responses(
        (status = 200, description = "Customers", body = Listing<Customer>),
        (status = 403, description = "Not allowed", body = ProblemDocument)))]
pub async fn list_customers(
    State(app): State<App>,
    actor: Actor,
    Query(wanted): Query<CustomerQuery>,
    Query(page): Query<PageQuery>,
) -> Outcome<Json<Listing<Customer>>> {
    let scope = actor.require(Permission::ReadPeople)?;
    let limit = page.limit(app.config.limits.page_rows)?;
    let mut tx = app.db.read().await?;
    let text = wanted
        .q
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let search = match text {
        None => None,
        Some(text) if text.chars().count() > 200 => {
            return Err(Problem::invalid("q", "must have at most 200 characters"));
        }
        Some(text) => Some(customers::Search {
            text: text.to_owned(),
            identifiers: candidates(text, &calling_code(&mut tx, scope).await?),
        }),
    };
    let after = page.after()?;
    let rows = customers::list(&mut tx, scope, search.as_ref(), after.as_deref(), limit).await?;
    Ok(Json(Listing::cut(rows, limit, |customer| {
        customer.id.to_string()
    })))
}

/// Add a customer
#[utoipa::path(post, path = "/api/customers", tag = "people", operation_id = "create_customer",
    request_body = NewCustomer,
    responses(
        (status = 201, description = "Added", body = Customer),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 409, description = "Another customer has an identifier", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn create_customer(
    State(app): State<App>,
    actor: Actor,
    Json(input): Json<NewCustomer>,
) -> Outcome<(StatusCode, Json<Customer>)> {
    let scope = actor.require(Permission::EditPeople)?;
    if input.unit_id.is_none() && !scope.is_organisation_wide() {
        return Err(Problem::invalid(
            "unit_id",
            "name one of your units, so that you see the customer",
        ));
    }
    if input.name.is_none() && input.identifiers.is_empty() {
        return Err(Problem::invalid(
            "identifiers",
            "give a name or at least one identifier",
        ));
    }
    let name = input.name.as_deref().map(check_name).transpose()?;
    let mut tx = app.db.write().await?;
    if let Some(unit) = &input.unit_id {
        unit_exists(&mut tx, scope, unit, "unit_id").await?;
    }
    let code = calling_code(&mut tx, scope).await?;
    let declared = attributes::list(&mut tx, scope, Holder::Customer).await?;
    check_values(&declared, &input.attributes)?;
    let now_ms = app.clock.now_ms();
    let mut customer = Customer {
        id: app.chance.id(now_ms),
        name,
        identifiers: read_identifiers(&input.identifiers, &code)?,
        attributes: Attributes::new(),
        created_at: from_ms(now_ms),
        last_contact_at: None,
    };
    overlay(&mut customer.attributes, input.attributes);
    insist_free(&mut tx, scope, &customer.identifiers, &customer.id).await?;
    customers::insert(&mut tx, scope, std::slice::from_ref(&customer)).await?;
    give(&mut tx, scope, &customer.identifiers, &customer.id).await?;
    if let Some(unit) = &input.unit_id {
        sightings::belongs_to(&mut tx, scope, &customer.id, unit).await?;
    }
    let about = serde_json::json!({ "unit_id": input.unit_id });
    record_audit(
        &mut tx,
        &app,
        scope,
        "customer.create",
        customer.id.as_str(),
        about,
    )
    .await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(customer)))
}

/// Show a customer
///
/// By today's pseudonym or one of before a merge.
#[utoipa::path(get, path = "/api/customers/{id}", tag = "people", operation_id = "show_customer",
    params(("id" = id::CustomerId, Path, description = "The customer")),
    responses(
        (status = 200, description = "The customer", body = CustomerDetail),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 404, description = "No such customer", body = ProblemDocument)))]
pub async fn show_customer(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::CustomerId>,
) -> Outcome<Json<CustomerDetail>> {
    let scope = actor.require(Permission::ReadPeople)?;
    let mut tx = app.db.read().await?;
    let customer = customers::get(&mut tx, scope, &id).await?;
    Ok(Json(detail(&mut tx, scope, customer).await?))
}

/// Change a customer
#[utoipa::path(patch, path = "/api/customers/{id}", tag = "people", operation_id = "change_customer",
    params(("id" = id::CustomerId, Path, description = "The customer")),
    request_body = CustomerChange,
    responses(
        (status = 200, description = "Changed", body = CustomerDetail),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 404, description = "No such customer", body = ProblemDocument),
        (status = 409, description = "Another customer has an identifier", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn change_customer(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::CustomerId>,
    Json(change): Json<CustomerChange>,
) -> Outcome<Json<CustomerDetail>> {
    let scope = actor.require(Permission::EditPeople)?;
    let mut tx = app.db.write().await?;
    let id = customers::hold(&mut tx, scope, &id).await?;
    let mut customer = customers::get(&mut tx, scope, &id).await?;
    let declared = attributes::list(&mut tx, scope, Holder::Customer).await?;
    check_values(&declared, &change.attributes)?;
    // Which fields, never what is in them: the log holds no personal data.
    let mut fields: Vec<String> = change
        .attributes
        .keys()
        .map(|key| format!("attributes.{key}"))
        .collect();
    if let Some(name) = change.name {
        customer.name = name.as_deref().map(check_name).transpose()?;
        fields.push("name".into());
    }
    overlay(&mut customer.attributes, change.attributes);
    if let Some(input) = &change.identifiers {
        let code = calling_code(&mut tx, scope).await?;
        customer.identifiers = read_identifiers(input, &code)?;
        insist_free(&mut tx, scope, &customer.identifiers, &customer.id).await?;
        identifiers::clear(&mut tx, scope, &customer.id).await?;
        give(&mut tx, scope, &customer.identifiers, &customer.id).await?;
        fields.push("identifiers".into());
    }
    customers::update(&mut tx, scope, std::slice::from_ref(&customer)).await?;
    let about = serde_json::json!({ "fields": fields });
    record_audit(
        &mut tx,
        &app,
        scope,
        "customer.change",
        customer.id.as_str(),
        about,
    )
    .await?;
    let shown = detail(&mut tx, scope, customer).await?;
    tx.commit().await?;
    Ok(Json(shown))
}
