//! Where a trend must not be read through: a question's words or scale changed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::Source;
use crate::base::db::Conn;
use crate::base::id::SurveyId;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::surveys;
use crate::surveys::document::Document;
use crate::surveys::fields::{Change, diff, field_of};

/// A version of a survey that changed a question behind a metric.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[schema(as = TrendBreak)]
pub struct Break {
    /// The day on which the version was published, in the organisation's time
    /// zone: `2026-04-01`.
    pub day: String,
    /// The survey.
    pub survey: String,
    /// The version.
    pub version: i64,
    /// `wording`, or `scale` where answers go to another field from then on.
    pub change: &'static str,
}

/// The breaks in the trends of these sources, oldest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn breaks(
    conn: &mut Conn,
    scope: &Scope,
    zone: &TimeZone,
    sources: &[Source],
) -> Outcome<Vec<Break>> {
    let streams: BTreeSet<&str> = sources.iter().map(|source| &*source.stream).collect();
    let mut found = BTreeSet::new();
    for stream in streams {
        let Ok(survey) = stream.parse::<SurveyId>() else {
            continue;
        };
        let measured: Vec<&str> = sources
            .iter()
            .filter(|source| source.stream == stream)
            .map(|source| &*source.field)
            .collect();
        let versions = surveys::versions(conn, scope, &survey).await?;
        for pair in versions.windows(2) {
            for change in changes(&pair[0].document, &pair[1].document, &measured) {
                let published = Timestamp::from_millisecond(pair[1].published_ms);
                let day = published.unwrap_or_default().to_zoned(zone.clone()).date();
                found.insert(Break {
                    day: day.to_string(),
                    survey: stream.to_owned(),
                    version: pair[1].number,
                    change,
                });
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// What a version changes for fields that are measured.
fn changes(before: &Document, after: &Document, measured: &[&str]) -> BTreeSet<&'static str> {
    // The parts of a question have its field before a point.
    let is_of = |base: &str| {
        measured.iter().any(|field| {
            field
                .strip_prefix(base)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    diff(before, after)
        .into_iter()
        .filter_map(|one| match one.change {
            Change::NewField { from, to } if is_of(&from) || is_of(&to) => Some("scale"),
            Change::Wording { .. } => {
                let question = after.question(&one.question)?;
                is_of(field_of(question)).then_some("wording")
            }
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(text: &str, field: &str) -> Document {
        serde_json::from_value(json!({
            "format": 1, "title": { "en": "Visit" }, "languages": ["en"],
            "pages": [{ "id": "p", "questions": [
                { "id": "q1", "type": "nps", "text": { "en": text }, "field": field },
                { "id": "q10", "type": "nps", "text": { "en": format!("{text} again") } } ] }]
        }))
        .unwrap()
    }

    #[test]
    fn only_changes_of_what_is_measured_break_a_trend() {
        let changes = |before: &Document, after: &Document, measured: &[&str]| {
            changes(before, after, measured)
                .into_iter()
                .collect::<Vec<_>>()
        };
        let (old, worded) = (document("Recommend?", "q1"), document("Would you?", "q1"));
        let scaled = document("Would you?", "q1~2");
        assert_eq!(changes(&old, &worded, &["q1"]), ["wording"]);
        assert_eq!(changes(&old, &worded, &["q1.part"]), ["wording"]);
        assert_eq!(changes(&old, &worded, &["q2"]), [""; 0]);
        assert_eq!(changes(&worded, &scaled, &["q1"]), ["scale"]);
        assert_eq!(changes(&worded, &scaled, &["q1~2"]), ["scale"]);
        assert_eq!(changes(&worded, &scaled, &["q10"]), [""; 0]);
    }
}
