//! How much surveys are answered: what the list of surveys says beside their names.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use koe_analysis::confidential::Thresholds;
use koe_lake::{CommonColumn, Dimension, Grain, Measure, Part, Question};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::app::App;
use crate::base::experience;
use crate::base::http::{Json, Listing};
use crate::base::id::{Id, SurveyId};
use crate::base::problem::Outcome;
use crate::org::{self, Actor, Permission};
use crate::surveys;
use crate::surveys::document::Identity;

/// Days that `recent` looks back, today included.
const RECENT_DAYS: i32 = 30;

/// How much a survey was answered, within the units that the asker may see.
#[derive(Debug, Serialize, ToSchema)]
pub struct SurveyActivity {
    /// The survey.
    survey_id: SurveyId,
    /// All answers; null when a confidential programme hides so few.
    responses: Option<u64>,
    /// Answers of the last 30 days, today included; null when hidden.
    recent: Option<u64>,
    /// The day of the last answer, in the organisation's time zone; null without
    /// an answer, and in a confidential programme.
    #[schema(value_type = Option<String>, format = Date)]
    last_answered_on: Option<Date>,
}

#[derive(Default)]
struct Days {
    total: u64,
    recent: u64,
    last: Option<Date>,
}

/// How much each survey is answered
///
/// One line for each survey that was published, in one question to the lake.
#[utoipa::path(get, path = "/api/survey-activity", tag = "surveys", operation_id = "survey_activity",
    responses((status = 200, description = "Counts of answers by survey", body = Listing<SurveyActivity>)))]
pub async fn survey_activity(
    State(app): State<App>,
    actor: Actor,
) -> Outcome<Json<Listing<SurveyActivity>>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    let settings = org::organisation(&mut tx, scope.organisation()).await?;
    let mut hidden = BTreeMap::new();
    let mut parts = Vec::new();
    for stream in experience::streams(&mut tx, scope).await? {
        if stream.kind != "survey" {
            continue;
        }
        let survey = SurveyId::stored(stream.schema.id.clone());
        let version = match surveys::current(&app, &mut tx, scope, &survey).await {
            Ok(version) => version,
            // Nothing was published that could be answered.
            Err(problem) if problem.status() == StatusCode::NOT_FOUND => continue,
            Err(problem) => return Err(problem),
        };
        let confidential = version.document.programme.identity == Identity::Confidential;
        hidden.insert(survey, confidential.then(Thresholds::default));
        parts.push(Part {
            stream: stream.schema,
            measure: Measure::Count,
        });
    }
    drop(tx);
    let mut days: BTreeMap<SurveyId, Days> = BTreeMap::new();
    if !parts.is_empty() {
        let zone = TimeZone::get(&settings.time_zone).unwrap_or(TimeZone::UTC);
        let today = app.clock.now().to_zoned(zone).date();
        let back: Span = (RECENT_DAYS - 1).days();
        let since = today.saturating_sub(back);
        // By day and without an end: sealed files are summarised once for all later lists.
        let question = Question {
            parts,
            selection: experience::selection(scope),
            group_by: vec![
                Dimension::common(CommonColumn::Stream),
                Dimension::Time {
                    grain: Grain::Day,
                    zone: settings.time_zone.clone(),
                },
            ],
            weight: None,
        };
        for group in experience::ask(&app, scope, question).await?.groups {
            let [Some(stream), Some(day)] = group.key.as_slice() else {
                continue;
            };
            let survey = days.entry(Id::stored(stream.clone())).or_default();
            survey.total += group.rows.n;
            if let Ok(day) = day.parse::<Date>() {
                if day >= since {
                    survey.recent += group.rows.n;
                }
                survey.last = survey.last.max(Some(day));
            }
        }
    }
    let items = hidden
        .into_iter()
        .map(|(survey_id, limits)| {
            let counted = days.remove(&survey_id).unwrap_or_default();
            let shown = |n: u64| {
                limits
                    .is_none_or(|limits| limits.shows_figure(n))
                    .then_some(n)
            };
            SurveyActivity {
                survey_id,
                responses: shown(counted.total),
                recent: shown(counted.recent),
                last_answered_on: counted.last.filter(|_| limits.is_none()),
            }
        })
        .collect();
    Ok(Json(Listing::whole(items)))
}
