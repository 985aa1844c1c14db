//! Reading responses back from the lake.

use koe_lake::{
    Column, CommonColumn, Condition, FieldsWanted, Order, Page, Position, RecordsQuestion, Row,
    Selection, Test, Value,
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

/// One response as it stands: its head and its row.
///
/// # Errors
/// 404 when it is absent, deleted, or of a unit that the asker does not see.
pub async fn one(app: &App, conn: &mut Conn, scope: &Scope, id: &RecordId) -> Outcome<(Head, Row)> {
    let ids = [id.as_str().to_owned()];
    let head = store::heads(conn, scope, &ids)
        .await?
        .pop()
        .ok_or_else(Problem::not_found)?;
    let stream = experience::stream(conn, scope, &head.stream).await?.schema;
    let snapshot = experience::snapshot(conn, scope, &[&head.stream]).await?;
    let mut selection = experience::selection(scope);
    selection.conditions.push(Condition {
        column: Column::Common(CommonColumn::RecordId),
        test: Test::Equals(Value::Code(id.as_str().to_owned())),
    });
    let question = RecordsQuestion {
        streams: vec![stream],
        selection,
        fields: FieldsWanted::All,
        order: Order::NewestFirst,
        limit: 1,
        after: None,
    };
    let page = app
        .lake
        .records(&question, &snapshot)
        .await
        .map_err(experience::problem)?;
    let record = page
        .records
        .into_iter()
        .next()
        .ok_or_else(Problem::not_found)?;
    Ok((head, record.row))
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
