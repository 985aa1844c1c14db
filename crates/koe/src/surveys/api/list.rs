//! The list of surveys, searched and filtered.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::base::app::App;
use crate::base::http::{Json, Listing, PageQuery, Query};
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::org::{Actor, Permission};
use crate::surveys::model::{Status, Survey};
use crate::surveys::store;
use crate::surveys::width::folded;

/// Which surveys are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SurveyFilter {
    /// Words of the title, in any of its languages, whatever their case and width.
    #[serde(default)]
    q: Option<String>,
    /// `draft`, `live` or `closed`.
    #[serde(default)]
    status: Option<String>,
}

impl SurveyFilter {
    fn read(&self) -> Outcome<(Option<Status>, Option<String>)> {
        let status = match self.status.as_deref() {
            None => None,
            Some(word) => Some(Status::from_word(word).ok_or_else(|| {
                Problem::invalid("status", "must be one of draft, live and closed")
            })?),
        };
        let words = self.q.as_deref().map(folded).filter(|q| !q.is_empty());
        Ok((status, words))
    }
}

/// List surveys
#[utoipa::path(get, path = "/api/surveys", tag = "surveys", operation_id = "list_surveys",
    params(PageQuery, SurveyFilter),
    responses(
        (status = 200, description = "Surveys, newest first", body = Listing<Survey>),
        (status = 422, description = "No such status", body = ProblemDocument)))]
pub async fn list_surveys(
    State(app): State<App>,
    actor: Actor,
    Query(page): Query<PageQuery>,
    Query(filter): Query<SurveyFilter>,
) -> Outcome<Json<Listing<Survey>>> {
    let scope = actor.require(Permission::ReadResults)?;
    let limit = page.limit(app.config.limits.page_rows)?;
    let (status, words) = filter.read()?;
    let mut tx = app.db.read().await?;
    let mut after = page.after()?;
    let mut rows: Vec<Survey> = Vec::new();
    // Titles are compared here, where width and case are folded alike on both engines; a page
    // of the list is read after another until one page is full.
    loop {
        let read = store::surveys::list(&mut tx, scope, status, after.as_deref(), limit).await?;
        let whole = i64::try_from(read.len()).unwrap_or(i64::MAX) <= limit;
        after = read.last().map(|survey| survey.id.to_string());
        rows.extend(read.into_iter().filter(|survey| {
            words.as_ref().is_none_or(|words| {
                survey
                    .title
                    .iter()
                    .any(|(_, title)| folded(title).contains(words))
            })
        }));
        if whole || i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit {
            break;
        }
    }
    Ok(Json(Listing::cut(rows, limit, |survey| {
        survey.id.to_string()
    })))
}
