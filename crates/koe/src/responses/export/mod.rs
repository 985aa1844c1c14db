//! A survey's responses as a file: CSV or XLSX, with codes or in words, one line for each
//! response, and the columns of every version of the survey.
//!
//! Rows stream from the lake through here into the answer; a batch at a time is in memory. An
//! XLSX file is built in a temporary file, because its parts refer to each other.

mod columns;
mod rows;
mod xlsx;

use std::collections::HashMap;

use koe_lake::{FieldsWanted, Order, RecordsQuestion, Selection, StreamSchema};
use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::ToSchema;

pub use columns::{Layout, columns};
pub use rows::Names;
pub use xlsx::workbook;

use super::store;
use crate::base::app::App;
use crate::base::experience;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::base::sheet::Cell;

/// What stands in the cells of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ExportValues)]
pub enum Values {
    /// The codes that are stored, for programs.
    Codes,
    /// The words that people saw.
    #[default]
    Labels,
}

/// Lines of a file on their way; the first batch is the header.
pub type Lines = mpsc::Receiver<Outcome<Vec<Vec<Cell>>>>;

/// Starts to read the chosen responses.
///
/// # Errors
/// When the lake cannot be asked; a later failure ends the lines with it.
pub async fn lines(
    app: &App,
    scope: &Scope,
    stream: StreamSchema,
    selection: Selection,
    layout: Layout,
    names: Names,
) -> Outcome<Lines> {
    let snapshot = experience::snapshot_of(app, scope, &[&stream.id]).await?;
    let question = RecordsQuestion {
        streams: vec![stream],
        selection,
        fields: FieldsWanted::All,
        order: Order::OldestFirst,
        limit: 0,
        after: None,
    };
    let mut records = app
        .lake
        .export(&question, &snapshot)
        .map_err(experience::problem)?;
    let (sender, receiver) = mpsc::channel(2);
    let (app, scope) = (app.clone(), scope.clone());
    tokio::spawn(async move {
        let _files = snapshot;
        let header = vec![layout.header()];
        if sender.send(Ok(header)).await.is_err() {
            return;
        }
        while let Some(batch) = records.next().await {
            let batch = match batch {
                Ok(batch) => batch,
                Err(error) => {
                    // Nobody may be reading any more.
                    drop(sender.send(Err(experience::problem(error))).await);
                    return;
                }
            };
            let lines = lines_of(&app, &scope, &layout, &names, batch).await;
            let failed = lines.is_err();
            if sender.send(lines).await.is_err() || failed {
                return;
            }
        }
    });
    Ok(receiver)
}

async fn lines_of(
    app: &App,
    scope: &Scope,
    layout: &Layout,
    names: &Names,
    batch: Vec<koe_lake::Record>,
) -> Outcome<Vec<Vec<Cell>>> {
    let ids: Vec<String> = batch
        .iter()
        .map(|record| record.row.common.record_id.clone())
        .collect();
    let mut tx = app.db.read().await?;
    let links: HashMap<String, String> = store::heads(&mut tx, scope, &ids)
        .await?
        .into_iter()
        .filter_map(|head| Some((head.id.as_str().to_owned(), head.link?.as_str().to_owned())))
        .collect();
    let mut texts = store::texts_of(&mut tx, scope, &ids).await?;
    drop(tx);
    Ok(batch
        .into_iter()
        .map(|record| {
            let id = record.row.common.record_id.clone();
            let words: HashMap<String, String> = texts
                .remove(&id)
                .unwrap_or_default()
                .into_iter()
                .map(|text| (text.field, text.body))
                .collect();
            let link = links.get(&id).map(String::as_str);
            layout.line(&record.row, link, &words, names)
        })
        .collect())
}
