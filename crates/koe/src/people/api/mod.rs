//! The operations of `people`.

mod accounts;
mod attributes;
mod consents;
mod customers;
mod lookup;
mod streams;

use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Attributes, Identifier, IdentifierKind};
use crate::base::app::App;
use crate::base::problem::{FieldProblem, Outcome, Problem};

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(
            customers::list_customers,
            customers::create_customer
        ))
        .routes(routes!(lookup::look_up_customer))
        .routes(routes!(
            customers::show_customer,
            customers::change_customer
        ))
        .routes(routes!(lookup::merge_customer))
        .routes(routes!(consents::list_consents, consents::add_consent))
        .routes(routes!(accounts::list_accounts, accounts::create_account))
        .routes(routes!(accounts::show_account, accounts::change_account))
        .routes(routes!(accounts::join_account, accounts::leave_account))
        .routes(routes!(
            attributes::list_attributes,
            attributes::create_attribute
        ))
        .routes(routes!(attributes::change_attribute))
        .routes(routes!(streams::list_streams, streams::create_stream))
        .routes(routes!(streams::change_stream))
}

/// What identifies a person, as somebody wrote it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIdentifier {
    /// `email`, `phone`, or `external:<system>`.
    #[schema(value_type = String)]
    kind: IdentifierKind,
    /// The address, number or id; it is normalised.
    value: String,
}

/// Most identifiers of one person in a request.
const MOST_IDENTIFIERS: usize = 50;

/// Normalises identifiers.
fn read_identifiers(input: &[NewIdentifier], calling_code: &str) -> Outcome<Vec<Identifier>> {
    if input.len() > MOST_IDENTIFIERS {
        return Err(Problem::invalid("identifiers", "may be at most 50"));
    }
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for (index, one) in input.iter().enumerate() {
        match Identifier::read(one.kind.clone(), &one.value, calling_code) {
            Ok(identifier) if found.contains(&identifier) => {}
            Ok(identifier) => found.push(identifier),
            Err(message) => faults.push(FieldProblem {
                field: format!("identifiers[{index}].value"),
                message: message.into(),
            }),
        }
    }
    if faults.is_empty() {
        Ok(found)
    } else {
        Err(Problem::invalid_fields(faults))
    }
}

/// Writes changed attribute values over known ones; null takes one away.
fn overlay(known: &mut Attributes, changed: Attributes) {
    known.extend(changed);
    known.retain(|_, value| !value.is_null());
}
