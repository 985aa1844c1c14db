//! How long records are kept: what was promised when they were given. Pure.

use jiff::Timestamp;
use koe_lake::TimeRange;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::clock::from_ms;
use crate::base::id;
use crate::org::{ErasureMode, RetentionRule};

/// A day in milliseconds.
pub const DAY_MS: i64 = 86_400_000;

/// Who promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PromisedBy {
    /// The survey itself, in its document.
    Survey,
    /// The organisation, for surveys that promise nothing of their own.
    Organisation,
}

/// One promise: which records of a survey version are kept how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Version of the survey.
    pub version: i64,
    /// Who promised.
    pub by: PromisedBy,
    /// Days that records are kept.
    pub days: u32,
    /// Records that were given in this time (milliseconds, `to` excluded).
    pub given: TimeRange,
}

/// What was promised to those who answered a version. `own` is the promise of
/// its document; without one, the organisation's holds, as it was on the day
/// of the answer.
pub fn promises(version: i64, own: Option<u32>, rules: &[RetentionRule]) -> Vec<Promise> {
    let promise = |by, days, given| Promise {
        version,
        by,
        days,
        given,
    };
    if let Some(days) = own {
        return vec![promise(PromisedBy::Survey, days, TimeRange::default())];
    }
    let until = rules.iter().skip(1).map(|rule| Some(rule.since_ms));
    rules
        .iter()
        .enumerate()
        .zip(until.chain([None]))
        .filter_map(|((index, rule), to)| {
            let from = (index > 0).then_some(rule.since_ms);
            let given = TimeRange { from, to };
            Some(promise(PromisedBy::Organisation, rule.days?, given))
        })
        .collect()
}

impl Promise {
    fn kept_ms(&self) -> i64 {
        i64::from(self.days) * DAY_MS
    }

    /// Whether it holds for imported history: nobody whose answer came from a
    /// file read the organisation's promise on a page of Koe.
    pub fn holds_for_imports(&self) -> bool {
        self.by == PromisedBy::Survey
    }

    /// The records whose time is over at a moment.
    pub fn over(&self, now_ms: i64) -> TimeRange {
        let last = now_ms.saturating_sub(self.kept_ms()).saturating_add(1);
        TimeRange {
            from: self.given.from,
            to: Some(self.given.to.map_or(last, |to| to.min(last))),
        }
    }

    /// The records whose time is not over, but will be within some days.
    pub fn coming(&self, now_ms: i64, days: Option<i64>) -> TimeRange {
        let next = self.over(now_ms).to;
        let last = days.map(|days| {
            let then = now_ms.saturating_add(days.saturating_mul(DAY_MS));
            self.over(then).to.unwrap_or(i64::MAX)
        });
        TimeRange {
            from: self.given.from.max(next),
            to: match (self.given.to, last) {
                (Some(to), Some(last)) => Some(to.min(last)),
                (to, last) => to.or(last),
            },
        }
    }

    /// When the time of a record is over.
    pub fn ends(&self, given_ms: i64) -> Timestamp {
        from_ms(given_ms.saturating_add(self.kept_ms()))
    }
}

/// Whether a time holds any moment.
pub fn is_some_time(time: &TimeRange) -> bool {
    match (time.from, time.to) {
        (Some(from), Some(to)) => from < to,
        _ => true,
    }
}

/// What a run removed, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = RetentionCounts)]
pub struct Removed {
    /// Records that were deleted.
    pub records_deleted: u64,
    /// Records that stay as nobody's.
    pub records_anonymised: u64,
    /// Free texts that were deleted, or masked where the record stays.
    pub texts: u64,
    /// Personal links that lead to nobody now.
    pub links: u64,
}

/// The receipt of records that went because their time was over.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RetentionRun {
    /// Id: the number of the receipt.
    pub id: id::RetentionRunId,
    /// The survey.
    pub survey_id: id::SurveyId,
    /// Its version.
    pub version: i64,
    /// Days that were promised.
    pub days: u32,
    /// What became of the records.
    pub mode: ErasureMode,
    /// What was removed.
    pub removed: Removed,
    /// Files that held rows of them, written anew without them.
    pub files: Vec<String>,
    /// When they went: from then on nobody saw anything of them.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Until when nothing may be left in any file.
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    /// When nothing was left in any file; absent while files are written
    /// anew.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(since_ms: i64, days: Option<u32>) -> RetentionRule {
        RetentionRule { since_ms, days }
    }

    fn time(from: Option<i64>, to: Option<i64>) -> TimeRange {
        TimeRange { from, to }
    }

    #[test]
    fn a_survey_s_own_promise_holds_for_all_its_records() {
        let all = promises(2, Some(10), &[rule(0, Some(3)), rule(DAY_MS, None)]);
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].version, all[0].days), (2, 10));
        assert!(all[0].holds_for_imports());
        assert_eq!(all[0].given, TimeRange::default());
    }

    #[test]
    fn the_organisation_s_promise_holds_as_it_was_on_the_day_of_the_answer() {
        let rules = [
            rule(0, Some(30)),
            rule(10 * DAY_MS, None),
            rule(20 * DAY_MS, Some(5)),
        ];
        let all = promises(1, None, &rules);
        let days: Vec<(u32, TimeRange)> = all.iter().map(|one| (one.days, one.given)).collect();
        assert_eq!(
            days,
            [
                (30, time(None, Some(10 * DAY_MS))),
                (5, time(Some(20 * DAY_MS), None)),
            ]
        );
        assert!(!all[0].holds_for_imports());
        // What was shortened later does not shorten what was promised before.
        assert_eq!(all[0].over(29 * DAY_MS), time(None, Some(1 - DAY_MS)));
        assert_eq!(all[0].over(100 * DAY_MS), time(None, Some(10 * DAY_MS)));
        assert!(!is_some_time(&all[1].over(24 * DAY_MS)));
        assert!(is_some_time(&all[1].over(25 * DAY_MS)));
        assert_eq!(promises(1, None, &[rule(0, None)]), []);
    }

    #[test]
    fn what_comes_begins_where_what_is_over_ends() {
        let promise = &promises(1, Some(10), &[])[0];
        let now = 50 * DAY_MS;
        assert_eq!(promise.over(now), time(None, Some(40 * DAY_MS + 1)));
        assert_eq!(promise.coming(now, None), time(Some(40 * DAY_MS + 1), None));
        assert_eq!(
            promise.coming(now, Some(3)),
            time(Some(40 * DAY_MS + 1), Some(43 * DAY_MS + 1))
        );
        assert_eq!(promise.ends(40 * DAY_MS).as_millisecond(), now);
    }
}
