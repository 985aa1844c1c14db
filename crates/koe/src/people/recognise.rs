//! Who is meant by what stands in a list.

use std::collections::BTreeSet;

use super::model::{Identifier, IdentifierKind, candidates};
use super::store::{customers, identifiers};
use crate::base::db::Conn;
use crate::base::id;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::org;

/// The customers within the scope whom each text identifies, however it was
/// written: as an e-mail address, a telephone number, an id of another system,
/// or a customer id. Nobody for what is not known; several when one value
/// stands under different kinds.
///
/// # Errors
/// When the store cannot be read.
pub async fn recognise(
    conn: &mut Conn,
    scope: &Scope,
    texts: &[String],
) -> Outcome<Vec<Vec<id::CustomerId>>> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let code = org::organisation(conn, scope.organisation())
        .await?
        .calling_code;
    let read: Vec<(&str, Vec<Identifier>)> = texts
        .iter()
        .map(|text| (text.trim(), candidates(text.trim(), &code)))
        .collect();
    let values: BTreeSet<&str> = read
        .iter()
        .flat_map(|(text, read)| read.iter().map(Identifier::value).chain([*text]))
        .collect();
    let owners = identifiers::owners(conn, scope, &values).await?;
    let mut found = Vec::with_capacity(read.len());
    for (text, read) in &read {
        let mut named: BTreeSet<id::CustomerId> = owners
            .iter()
            .filter(|(identifier, _)| match identifier.kind() {
                IdentifierKind::External(_) => identifier.value() == *text,
                IdentifierKind::Email | IdentifierKind::Phone => read.contains(identifier),
            })
            .map(|(_, customer)| customer.clone())
            .collect();
        named.extend(text.parse::<id::CustomerId>());
        let mut visible = BTreeSet::new();
        for customer in &named {
            match customers::get(conn, scope, customer).await {
                Ok(customer) => {
                    visible.insert(customer.id);
                }
                Err(problem) if problem.code() == "not_found" => {}
                Err(problem) => return Err(problem),
            }
        }
        found.push(visible.into_iter().collect());
    }
    Ok(found)
}
