//! From the lake's summaries to numbers that may leave the house.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use koe_analysis::calendar::{self, LabelLanguage};
use koe_analysis::confidence::Confidence;
use koe_analysis::confidential::{Table, Thresholds, show_table};
use koe_analysis::inference::{self, Comparison};
use serde::Serialize;
use utoipa::ToSchema;

use super::measured::{Measured, Sums};
use super::question::Grain;
use crate::base::number::{self, ScoreView};

/// Values of the dimensions asked for, in their order; null where a record
/// has none.
pub type Key = Vec<Option<String>>;

/// One group of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct GroupView {
    /// Value of each dimension.
    #[schema(value_type = Vec<Option<String>>)]
    pub key: Key,
    /// Its score over the whole period.
    pub score: ScoreView,
    /// Its trend, when a grain was asked for; without gaps.
    pub points: Vec<PointView>,
}

/// One step of a trend.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PointView {
    /// `2026-04`, `FY2026` …
    pub period: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// As a Japanese reader writes it.
    pub label_ja: String,
    /// As an English reader writes it.
    pub label_en: String,
    /// The score of that step.
    pub score: ScoreView,
}

/// All that was asked of a metric.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Results {
    /// Everything together.
    pub total: GroupView,
    /// By the dimensions asked for; empty without any.
    pub groups: Vec<GroupView>,
}

/// A group with what its trend needs.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    /// Sums by first day of the step; `None` for the question without a
    /// grain.
    pub steps: BTreeMap<Option<Date>, Sums>,
}

impl Cells {
    fn whole(&self) -> Sums {
        let mut whole = Sums::default();
        for sums in self.steps.values() {
            whole.merge(sums);
        }
        whole
    }
}

/// What `results` needs to know beside the counts.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// What is calculated.
    pub measured: &'a Measured,
    /// Of intervals and tests.
    pub confidence: Confidence,
    /// Step of the trend.
    pub grain: Grain,
    /// Set for confidential programmes.
    pub suppress: Option<Thresholds>,
}

/// A calendar step; none for `Grain::None`.
pub fn step_of(grain: Grain) -> Option<calendar::Grain> {
    match grain {
        Grain::None => None,
        Grain::Day => Some(calendar::Grain::Day),
        Grain::Week => Some(calendar::Grain::Week),
        Grain::Month => Some(calendar::Grain::Month),
        Grain::Quarter => Some(calendar::Grain::Quarter),
        Grain::Half => Some(calendar::Grain::Half),
        Grain::FiscalQuarter => Some(calendar::Grain::FiscalQuarter),
        Grain::FiscalHalf => Some(calendar::Grain::FiscalHalf),
        Grain::Year => Some(calendar::Grain::Year),
        Grain::FiscalYear => Some(calendar::Grain::FiscalYear),
    }
}

/// A lake's time key (`2026-04-01`, `2026-04`) as the first day of the step
/// it belongs to.
pub fn step_start(grain: calendar::Grain, key: &str) -> Option<Date> {
    let day = if key.len() == 7 {
        format!("{key}-01")
    } else {
        key.to_owned()
    };
    let date = day.parse::<calendar::Date>().ok()?;
    let first = calendar::Period::of(grain, date).first();
    first.to_string().parse().ok()
}

/// Turns groups of summaries into what may be shown. `base` holds the groups
/// of the period to compare with.
pub fn results(
    frame: Frame<'_>,
    groups: BTreeMap<Key, Cells>,
    base: Option<&BTreeMap<Key, Sums>>,
) -> Results {
    let split = groups.keys().any(|key| !key.is_empty());
    let steps = all_steps(frame.grain, &groups);
    let mut total_cells = Cells::default();
    for cells in groups.values() {
        for (step, sums) in &cells.steps {
            total_cells.steps.entry(*step).or_default().merge(sums);
        }
    }
    let none = Sums::default();
    let cells: Vec<Vec<&Sums>> = groups
        .values()
        .map(|cells| {
            let of = |step| cells.steps.get(step).unwrap_or(&none);
            steps.iter().map(of).collect()
        })
        .collect();
    let shown = shown(frame, &cells);
    let total_base = base.map(|base| {
        let mut whole = Sums::default();
        base.values().for_each(|sums| whole.merge(sums));
        whole
    });
    let base_shown = base.and_then(|base| {
        let before: Vec<Vec<&Sums>> = base.values().map(|sums| vec![sums]).collect();
        self::shown(frame, &before)
    });
    // Whether a figure of the base period may be told, beside the others of that period.
    let told = |key: &Key| {
        base_shown.as_ref().is_none_or(|shown| {
            let row = base.and_then(|base| base.keys().position(|one| one == key));
            row.is_some_and(|row| shown.row_totals[row])
        })
    };

    let mut views: Vec<GroupView> = Vec::new();
    let mut changes: Vec<(usize, Comparison)> = Vec::new();
    if split {
        for (row, (key, cells)) in groups.iter().enumerate() {
            let whole = cells.whole();
            let visible = shown.as_ref().is_none_or(|s| s.row_totals[row]);
            if let Some(before) = base.and_then(|base| base.get(key))
                && visible
                && told(key)
                && comparable(frame, before)
            {
                changes.push((
                    row,
                    frame.measured.compare(&whole, before, frame.confidence),
                ));
            }
            views.push(GroupView {
                key: key.clone(),
                score: number::shown(frame.measured.score(&whole, frame.confidence), visible),
                points: points(frame, cells, &steps, |column| {
                    shown.as_ref().is_none_or(|s| s.cells[row][column])
                }),
            });
        }
    }
    let (rows, mut comparisons): (Vec<usize>, Vec<Comparison>) = changes.into_iter().unzip();
    inference::family::adjust(&mut comparisons);
    for (row, comparison) in rows.into_iter().zip(&comparisons) {
        let few = views[row].score.few;
        views[row].score.change = Some(number::change(comparison, few));
    }

    let whole = total_cells.whole();
    let visible = shown.as_ref().is_none_or(|s| s.total);
    let mut total = GroupView {
        key: Vec::new(),
        score: number::shown(frame.measured.score(&whole, frame.confidence), visible),
        points: points(frame, &total_cells, &steps, |column| {
            shown.as_ref().is_none_or(|s| s.column_totals[column])
        }),
    };
    if let Some(before) = &total_base
        && visible
        && base_shown.as_ref().is_none_or(|shown| shown.total)
        && comparable(frame, before)
    {
        let comparison = frame.measured.compare(&whole, before, frame.confidence);
        total.score.change = Some(number::change(&comparison, total.score.few));
    }
    Results {
        total,
        groups: views,
    }
}

/// Whether somebody answered each metric behind the base.
fn comparable(frame: Frame<'_>, base: &Sums) -> bool {
    let counts = frame.measured.counts(base, frame.confidence);
    counts.iter().all(|n| *n > 0)
}

/// What may be shown of groups by steps. A formula over metrics shows only what
/// each of its metrics would show, so that nothing can be worked out from it that
/// they hide.
fn shown(frame: Frame<'_>, groups: &[Vec<&Sums>]) -> Option<Table> {
    let limits = frame.suppress?;
    let counts: Vec<Vec<Vec<u64>>> = groups
        .iter()
        .map(|steps| {
            let counts = |sums: &&Sums| frame.measured.counts(sums, frame.confidence);
            steps.iter().map(counts).collect()
        })
        .collect();
    (0..frame.measured.leaves.len())
        .map(|leaf| {
            let of_leaf = |row: &Vec<Vec<u64>>| row.iter().map(|cell| cell[leaf]).collect();
            let rows: Vec<Vec<u64>> = counts.iter().map(of_leaf).collect();
            show_table(&rows, limits.figures)
        })
        .reduce(both)
}

fn both(mut one: Table, other: Table) -> Table {
    let and = |into: &mut Vec<bool>, other: Vec<bool>| {
        into.iter_mut()
            .zip(other)
            .for_each(|(one, other)| *one &= other);
    };
    for (row, others) in one.cells.iter_mut().zip(other.cells) {
        and(row, others);
    }
    and(&mut one.row_totals, other.row_totals);
    and(&mut one.column_totals, other.column_totals);
    one.total &= other.total;
    one
}

fn all_steps(grain: Grain, groups: &BTreeMap<Key, Cells>) -> Vec<Option<Date>> {
    let Some(step) = step_of(grain) else {
        return vec![None];
    };
    let starts: BTreeSet<Date> = groups
        .values()
        .flat_map(|c| c.steps.keys())
        .copied()
        .flatten()
        .collect();
    let as_date = |date: &Date| date.to_string().parse::<calendar::Date>().ok();
    let (Some(first), Some(last)) = (
        starts.first().and_then(as_date),
        starts.last().and_then(as_date),
    ) else {
        return Vec::new();
    };
    calendar::Period::between(step, first, last)
        .map(|period| period.first().to_string().parse().ok())
        .collect()
}

fn points(
    frame: Frame<'_>,
    cells: &Cells,
    steps: &[Option<Date>],
    visible: impl Fn(usize) -> bool,
) -> Vec<PointView> {
    let Some(grain) = step_of(frame.grain) else {
        return Vec::new();
    };
    let none = Sums::default();
    steps
        .iter()
        .enumerate()
        .filter_map(|(column, start)| {
            let date = start.as_ref()?.to_string().parse().ok()?;
            let period = calendar::Period::of(grain, date);
            let sums = cells.steps.get(start).unwrap_or(&none);
            Some(PointView {
                period: period.key(),
                from: period.first().to_string(),
                to: period.last().to_string(),
                label_ja: period.label(LabelLanguage::Ja),
                label_en: period.label(LabelLanguage::En),
                score: number::shown(
                    frame.measured.score(sums, frame.confidence),
                    visible(column),
                ),
            })
        })
        .collect()
}
