//! Accounts: companies and households that customers belong to.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::overlay;
use crate::base::app::App;
use crate::base::http::{Json, Listing, PageQuery, Path, Query};
use crate::base::id;
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::org::{Actor, Permission, record_audit};
use crate::people::model::{Account, Attributes, Holder, check_name, check_values};
use crate::people::store::{accounts, attributes, customers};

/// Which accounts are looked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct AccountQuery {
    /// A part of the name, the code or an attribute's text.
    q: Option<String>,
}

/// An account with its customers.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountDetail {
    /// The account.
    #[serde(flatten)]
    account: Account,
    /// The customers who belong to it and may be seen.
    customers: Vec<id::CustomerId>,
}

/// A new account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// The organisation's own code, unique.
    code: String,
    /// Name.
    name: String,
    /// Values of declared attributes by key.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: Attributes,
}

/// What may change of an account; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountChange {
    /// Name.
    name: Option<String>,
    /// Values by key, over those known; null takes one away.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: Attributes,
    /// Archive, or bring back.
    archived: Option<bool>,
}

/// List accounts
#[utoipa::path(get, path = "/api/accounts", tag = "people", operation_id = "list_accounts",
    params(AccountQuery, PageQuery),
    responses(
        (status = 200, description = "Accounts, those known last first", body = Listing<Account>),
        (status = 403, description = "Not allowed", body = ProblemDocument)))]
pub async fn list_accounts(
    State(app): State<App>,
    actor: Actor,
    Query(wanted): Query<AccountQuery>,
    Query(page): Query<PageQuery>,
) -> Outcome<Json<Listing<Account>>> {
    let scope = actor.require(Permission::ReadPeople)?;
    let limit = page.limit(app.config.limits.page_rows)?;
    if wanted
        .q
        .as_deref()
        .is_some_and(|text| text.chars().count() > 200)
    {
        return Err(Problem::invalid("q", "must have at most 200 characters"));
    }
    let after = page.after()?;
    let mut tx = app.db.read().await?;
    let text = wanted.q.as_deref().map(str::trim);
    let rows = accounts::list(&mut tx, scope, text, after.as_deref(), limit).await?;
    Ok(Json(Listing::cut(rows, limit, |account| {
        account.id.to_string()
    })))
}

/// Add an account
#[utoipa::path(post, path = "/api/accounts", tag = "people", operation_id = "create_account",
    request_body = NewAccount,
    responses(
        (status = 201, description = "Added", body = Account),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 409, description = "The code is taken", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn create_account(
    State(app): State<App>,
    actor: Actor,
    Json(input): Json<NewAccount>,
) -> Outcome<(StatusCode, Json<Account>)> {
    let scope = actor.require_everywhere(Permission::EditPeople)?;
    let code_fits = (1..=64).contains(&input.code.chars().count())
        && !input
            .code
            .contains(|c: char| c.is_control() || c.is_whitespace());
    if !code_fits {
        return Err(Problem::invalid(
            "code",
            "must have 1 to 64 characters and no spaces",
        ));
    }
    let name = check_name(&input.name)?;
    let mut tx = app.db.write().await?;
    let declared = attributes::list(&mut tx, scope, Holder::Account).await?;
    check_values(&declared, &input.attributes)?;
    let now_ms = app.clock.now_ms();
    let mut account = Account {
        id: app.chance.id(now_ms),
        code: input.code,
        name,
        attributes: Attributes::new(),
        archived: false,
    };
    overlay(&mut account.attributes, input.attributes);
    accounts::insert(&mut tx, scope, &account, now_ms).await?;
    let detail = serde_json::json!({ "code": account.code });
    record_audit(
        &mut tx,
        &app,
        scope,
        "account.create",
        account.id.as_str(),
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(account)))
}

/// Show an account
#[utoipa::path(get, path = "/api/accounts/{id}", tag = "people", operation_id = "show_account",
    params(("id" = id::AccountId, Path, description = "The account")),
    responses(
        (status = 200, description = "The account", body = AccountDetail),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 404, description = "No such account", body = ProblemDocument)))]
pub async fn show_account(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::AccountId>,
) -> Outcome<Json<AccountDetail>> {
    let scope = actor.require(Permission::ReadPeople)?;
    let mut tx = app.db.read().await?;
    let account = accounts::get(&mut tx, scope, &id).await?;
    let customers = accounts::customers(&mut tx, scope, &id).await?;
    Ok(Json(AccountDetail { account, customers }))
}

/// Change an account
#[utoipa::path(patch, path = "/api/accounts/{id}", tag = "people", operation_id = "change_account",
    params(("id" = id::AccountId, Path, description = "The account")),
    request_body = AccountChange,
    responses(
        (status = 200, description = "Changed", body = Account),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 404, description = "No such account", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn change_account(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::AccountId>,
    Json(change): Json<AccountChange>,
) -> Outcome<Json<Account>> {
    let scope = actor.require_everywhere(Permission::EditPeople)?;
    let mut tx = app.db.write().await?;
    let mut account = accounts::get(&mut tx, scope, &id).await?;
    let declared = attributes::list(&mut tx, scope, Holder::Account).await?;
    check_values(&declared, &change.attributes)?;
    if let Some(name) = change.name {
        account.name = check_name(&name)?;
    }
    overlay(&mut account.attributes, change.attributes);
    account.archived = change.archived.unwrap_or(account.archived);
    accounts::update(&mut tx, scope, &account, app.clock.now_ms()).await?;
    let detail = serde_json::json!({ "code": account.code, "archived": account.archived });
    record_audit(&mut tx, &app, scope, "account.change", id.as_str(), detail).await?;
    tx.commit().await?;
    Ok(Json(account))
}

/// Make a customer belong to an account
#[utoipa::path(put, path = "/api/accounts/{id}/customers/{customer}", tag = "people",
    operation_id = "join_account",
    params(
        ("id" = id::AccountId, Path, description = "The account"),
        ("customer" = id::CustomerId, Path, description = "The customer")),
    responses(
        (status = 204, description = "The customer belongs to the account"),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 404, description = "No such account or customer", body = ProblemDocument)))]
pub async fn join_account(
    State(app): State<App>,
    actor: Actor,
    Path((id, customer)): Path<(id::AccountId, id::CustomerId)>,
) -> Outcome<StatusCode> {
    let scope = actor.require_everywhere(Permission::EditPeople)?;
    let mut tx = app.db.write().await?;
    accounts::get(&mut tx, scope, &id).await?;
    let customer = customers::get(&mut tx, scope, &customer).await?;
    accounts::join(&mut tx, scope, &id, &customer.id).await?;
    let detail = serde_json::json!({ "customer_id": customer.id });
    record_audit(&mut tx, &app, scope, "account.join", id.as_str(), detail).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End a customer's belonging to an account
#[utoipa::path(delete, path = "/api/accounts/{id}/customers/{customer}", tag = "people",
    operation_id = "leave_account",
    params(
        ("id" = id::AccountId, Path, description = "The account"),
        ("customer" = id::CustomerId, Path, description = "The customer")),
    responses(
        (status = 204, description = "The customer no longer belongs to the account"),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 404, description = "The customer did not belong to it", body = ProblemDocument)))]
pub async fn leave_account(
    State(app): State<App>,
    actor: Actor,
    Path((id, customer)): Path<(id::AccountId, id::CustomerId)>,
) -> Outcome<StatusCode> {
    let scope = actor.require_everywhere(Permission::EditPeople)?;
    let mut tx = app.db.write().await?;
    let customer = customers::get(&mut tx, scope, &customer).await?;
    if !accounts::leave(&mut tx, scope, &id, &customer.id).await? {
        return Err(Problem::not_found());
    }
    let detail = serde_json::json!({ "customer_id": customer.id });
    record_audit(&mut tx, &app, scope, "account.leave", id.as_str(), detail).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
