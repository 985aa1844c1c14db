//! Customers and accounts: what identifies and describes them, their
//! consents, and the streams of operational rows joined to them.
//!
//! Invariants: an identifier belongs to one customer of the organisation; a
//! pseudonym never comes to mean another person (a merged one goes on
//! resolving to who it was merged into); a member who sees only some units
//! sees a customer only if one of the customer's records lies there; names
//! and identifiers are in no other slice's tables, in no event, in no audit
//! detail and not in the lake.

mod api;
mod described;
mod model;
mod recognise;
mod store;

pub use api::routes;
pub use described::{FROZEN, Knowledge, OperationalField, PersonDimension, Tells, What};
pub use model::{
    Account, Attribute, AttributeKind, Attributes, CodeNames, Column, ColumnKind, Consent,
    Customer, Holder, Identifier, IdentifierKind, Stream, StreamKind, check_values,
};
pub use recognise::recognise;
pub use store::accounts::{by_code as account_by_code, get as account};
pub use store::attributes::{
    frozen as frozen_attributes, insert as insert_attribute, list as attributes,
};
pub use store::consents::insert as insert_consent;
pub use store::customers::{all_there, by_ids as customers, get as customer, merged, pseudonyms};
pub use store::erasure::{Known, erase};
pub use store::resolve::{Person, Resolved, resolve_many};
pub use store::sightings::{Sighting, seen_at};
pub use store::streams::{
    get as stream, hold as hold_stream, insert as insert_stream, list as streams,
    update as update_stream,
};
pub use store::tables::TABLES;

use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::id;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;

/// Finds or makes one customer: [`resolve_many`] for a single answer.
///
/// # Errors
/// 422 when there is no identifier, or an attribute is not declared.
pub async fn resolve(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    identifiers: &[Identifier],
    name: Option<&str>,
    attributes: Attributes,
) -> Outcome<id::CustomerId> {
    if !attributes.is_empty() {
        let declared = store::attributes::list(conn, scope, Holder::Customer).await?;
        check_values(&declared, &attributes)?;
    }
    let person = Person {
        identifiers: identifiers.to_vec(),
        name: name.map(str::to_owned),
        attributes,
    };
    let mut found = resolve_many(conn, app, scope, &[person]).await?;
    Ok(found.remove(0).customer)
}
