//! Where in the lake the rows of an erased person are, and whether any is
//! left.

use koe_lake::{Removed, Tombstone};

use super::{problem, store};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::id::CustomerId;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;

fn tombstone(customer: &CustomerId) -> Tombstone {
    Tombstone {
        removed: Removed::Customer(customer.as_str().to_owned()),
        stream: None,
        occurred: None,
    }
}

/// Removes every row of pseudonyms, in the transaction of the erasure: from
/// now on no question sees one, and the next compaction leaves them out.
///
/// # Errors
/// When the store refuses.
pub async fn remove_customers(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    customers: &[CustomerId],
) -> Outcome<()> {
    let now_ms = app.clock.now_ms();
    for customer in customers {
        let id = app.chance.id(now_ms);
        store::remove(conn, scope, &id, &tombstone(customer), now_ms).await?;
    }
    Ok(())
}

/// Paths of the files on disk that hold rows of pseudonyms, those included
/// that were replaced and wait to be deleted.
///
/// # Errors
/// When store or lake cannot be read.
pub async fn files_of_customers(
    app: &App,
    scope: &Scope,
    customers: &[CustomerId],
) -> Outcome<Vec<String>> {
    let tombstones: Vec<Tombstone> = customers.iter().map(tombstone).collect();
    files_of(app, scope, &tombstones).await
}

/// Paths of the files on disk that hold rows which tombstones remove, those
/// included that were replaced and wait to be deleted.
///
/// # Errors
/// When store or lake cannot be read.
pub async fn files_of(app: &App, scope: &Scope, tombstones: &[Tombstone]) -> Outcome<Vec<String>> {
    let mut tx = app.db.read().await?;
    let files = store::listed(&mut tx, scope).await?;
    drop(tx);
    let touched = app
        .lake
        .files_touched(&files, tombstones)
        .await
        .map_err(problem)?;
    Ok(touched.into_iter().map(|file| file.path).collect())
}

/// Those of the files that are still on disk: a file that was replaced
/// outlives the questions that read it.
pub fn still_there<'p>(app: &App, paths: &'p [String]) -> Vec<&'p String> {
    let root = super::folder(&app.config);
    paths
        .iter()
        .filter(|path| root.join(path).exists())
        .collect()
}

/// Forgets that rows of these pseudonyms are to go, when none is left.
///
/// # Errors
/// When the store refuses.
pub async fn forget_customers(
    conn: &mut Conn,
    scope: &Scope,
    customers: &[CustomerId],
) -> Outcome<()> {
    store::forget_customers(conn, scope, customers).await
}
