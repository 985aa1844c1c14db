//! Reading responses back from the lake.

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

/// One response as it stands, to be changed in this transaction: its head and its row. A record
/// that only the lake remembered gets a head.
///
/// # Errors
/// 404 when it is absent, deleted, or of a unit that the asker does not see.
pub async fn one(app: &App, conn: &mut Conn, scope: &Scope, id: &RecordId) -> Outcome<(Head, Row)> {
    let head = head(app, conn, scope, id).await?;
    let ids = [id.as_str().to_owned()];
    let stream = experience::stream(conn, scope, &head.stream).await?.schema;
    // In a transaction of its own: a row that is being sealed is then seen in exactly one place.
    let snapshot = experience::snapshot_of(app, scope, &[&head.stream]).await?;
    let record = experience::rows(app, scope, &[stream], &snapshot, &ids)
        .await?
        .remove(id.as_str())
        .ok_or_else(Problem::not_found)?;
    Ok((head, record.row))
}

/// The head of a response that is to be changed in this transaction. A record that only the
/// lake remembered gets one.
///
/// # Errors
/// 404 when it is absent, deleted, or of a unit that the asker does not see.
pub async fn head(app: &App, conn: &mut Conn, scope: &Scope, id: &RecordId) -> Outcome<Head> {
    let ids = [id.as_str().to_owned()];
    if let Some(head) = store::heads(conn, scope, &ids).await?.pop() {
        return Ok(head);
    }
    let streams = experience::streams(conn, scope).await?;
    let mut surveys: Vec<StreamSchema> = streams
        .into_iter()
        .filter(|stream| stream.schema.id.parse::<SurveyId>().is_ok())
        .map(|stream| stream.schema)
        .collect();
    let (stream, _) = in_lake(app, scope, &surveys, &ids).await?;
    // From here on nobody else changes such a record of this survey; it is read once more,
    // because somebody may have done so until now.
    experience::next_edition(conn, scope, &stream, None).await?;
    surveys.retain(|survey| survey.id == stream);
    let (stream, row) = in_lake(app, scope, &surveys, &ids).await?;
    let head = Head::of(scope.organisation(), &stream, &row);
    store::insert_heads(conn, &[&head]).await?;
    Ok(head)
}

/// Where the only record with one of these ids is, and its row.
async fn in_lake(
    app: &App,
    scope: &Scope,
    surveys: &[StreamSchema],
    ids: &[String],
) -> Outcome<(String, Row)> {
    let names: Vec<&str> = surveys.iter().map(|survey| survey.id.as_str()).collect();
    let snapshot = experience::snapshot_of(app, scope, &names).await?;
    let found = experience::rows(app, scope, surveys, &snapshot, ids).await?;
    let record = found.into_values().next().ok_or_else(Problem::not_found)?;
    Ok((record.stream, record.row))
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
