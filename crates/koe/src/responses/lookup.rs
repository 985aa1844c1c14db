//! Reading responses back from the lake.

use std::collections::BTreeMap;

use koe_lake::{
    FieldsWanted, Order, Page, Position, RecordsQuestion, Row, Selection, StreamSchema,
};

use super::store::{self, Head};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::id::{RecordId, SurveyId};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::surveys::document::{Document, Identity};

/// A page of a survey's responses, newest first.
///
/// # Errors
/// 404 when the survey has no stream, which is when it was never published.
pub async fn page(
    app: &App,
    scope: &Scope,
    survey: &SurveyId,
    selection: Selection,
    limit: usize,
    after: Option<Position>,
) -> Outcome<Page> {
    let mut tx = app.db.read().await?;
    let stream = experience::stream(&mut tx, scope, survey.as_str())
        .await?
        .schema;
    drop(tx);
    let question = RecordsQuestion {
        streams: vec![stream],
        selection,
        fields: FieldsWanted::All,
        order: Order::NewestFirst,
        limit,
        after,
    };
    let snapshot = experience::snapshot_of(app, scope, &[survey.as_str()]).await?;
    app.lake
        .records(&question, &snapshot)
        .await
        .map_err(experience::problem)
}

/// A response as somebody saw it who is about to change it.
pub struct Seen {
    /// Survey.
    pub stream: String,
    /// Its row.
    pub row: Row,
    /// How often records of the survey that have no head had changed.
    edition: i64,
}

/// One response as it stands. Before the transaction that changes it, so that whoever changes
/// one never holds a connection while waiting for another.
///
/// # Errors
/// 404 when it is absent, deleted, or of a unit that the asker does not see.
pub async fn seen(app: &App, scope: &Scope, id: &RecordId) -> Outcome<Seen> {
    let ids = [id.as_str().to_owned()];
    let mut tx = app.db.read().await?;
    let known = store::heads(&mut tx, scope, &ids).await?.pop();
    let mut editions = BTreeMap::new();
    let mut surveys: Vec<StreamSchema> = Vec::new();
    for stream in experience::streams(&mut tx, scope).await? {
        let name = stream.schema.id.clone();
        let wanted = known.as_ref().is_none_or(|head| head.stream == name);
        if wanted && name.parse::<SurveyId>().is_ok() {
            let edition = experience::edition(&mut tx, scope, &name).await?;
            editions.insert(name, edition);
            surveys.push(stream.schema);
        }
    }
    drop(tx);
    let names: Vec<&str> = surveys.iter().map(|survey| survey.id.as_str()).collect();
    let snapshot = experience::snapshot_of(app, scope, &names).await?;
    let found = experience::rows(app, scope, &surveys, &snapshot, &ids).await?;
    let record = found.into_values().next().ok_or_else(Problem::not_found)?;
    Ok(Seen {
        edition: editions.get(&record.stream).copied().unwrap_or_default(),
        stream: record.stream,
        row: record.row,
    })
}

/// The head of a response that is to be changed in this transaction. A record that only the
/// lake remembered gets one.
///
/// # Errors
/// 404 when it was deleted since it was seen, 409 when it was changed.
pub async fn head(conn: &mut Conn, scope: &Scope, seen: &Seen) -> Outcome<Head> {
    let ids = [seen.row.common.record_id.clone()];
    let known = store::hold(conn, scope, &ids).await?;
    if let Some((deleted, _)) = known.values().next() {
        if *deleted {
            return Err(Problem::not_found());
        }
        let head = store::heads(conn, scope, &ids).await?.pop();
        let head = head.ok_or_else(Problem::not_found)?;
        store::unchanged(head.revision == seen.row.common.revision)?;
        return Ok(head);
    }
    let first = experience::next_edition(conn, scope, &seen.stream, Some(seen.edition)).await?;
    store::unchanged(first)?;
    let head = Head::of(scope.organisation(), &seen.stream, &seen.row);
    store::insert_heads(conn, &[&head]).await?;
    Ok(head)
}

/// Single responses of a confidential programme are nobody's to read.
///
/// # Errors
/// 403 for confidential programmes.
pub fn refuse_confidential(document: &Document) -> Outcome<()> {
    if document.programme.identity == Identity::Confidential {
        return Err(Problem::forbidden(
            "This programme is confidential; its single responses are not shown to anybody.",
        ));
    }
    Ok(())
}
