//! Two questions against each other: the lines of the table, its counts, and what may be said.
//! No SQL, no HTTP.

mod view;

use std::collections::BTreeMap;

use koe_analysis::association::{Association, association};
use koe_analysis::confidence::Confidence;
use koe_analysis::confidential::{Table, Thresholds, show_table};
use koe_analysis::score::{Direction, Metric, NpsCuts, Scale, Share, score_of_share};
use koe_analysis::summary::{Summary, Tally};
use koe_lake::{FieldKind, Group, Measure};

pub use view::{CellView, Crosstab, Line, RowView, Side, TestView};

use crate::base::number;
use crate::base::problem::{Outcome, Problem};
use crate::surveys::Text;
use crate::surveys::document::{Document, Kind, Question};
use crate::surveys::fields::{Column, value_labels};

/// The three groups of a recommendation question, as lines of a table.
const NPS_GROUPS: [&str; 3] = ["detractors", "passives", "promoters"];

/// What a side is made of.
#[derive(Clone, Debug)]
pub struct Variable<'a> {
    column: &'a Column,
    question: Option<&'a Question>,
    lines: Vec<Line>,
}

/// Whether a field's answers can be the lines of a table.
pub fn can_be_crossed(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Code | FieldKind::Integer | FieldKind::Flag)
}

impl<'a> Variable<'a> {
    /// The lines that a field of a version has; codes of hidden fields come with the answers.
    ///
    /// # Errors
    /// 422 on `side` when the field is a free number or a date.
    pub fn of(document: &'a Document, column: &'a Column, side: &str) -> Outcome<Self> {
        if !can_be_crossed(column.kind) {
            return Err(Problem::invalid(
                side,
                "numbers and dates have too many values to be lines of a table; choose a question \
                 with choices or a scale",
            ));
        }
        let question = document.question(&column.question);
        let labels = value_labels(document, column);
        let line = |value: String| Line {
            label: labels.get(&value).map(Text::by_tag).unwrap_or_default(),
            value: Some(value),
        };
        let lines = match (column.kind, question.map(|question| &question.kind)) {
            (FieldKind::Flag, _) => vec![line("1".to_owned()), line("0".to_owned())],
            (_, Some(Kind::Nps(_))) => NPS_GROUPS.map(|group| line(group.to_owned())).to_vec(),
            (FieldKind::Integer, Some(kind)) => {
                let points = scale(kind)
                    .into_iter()
                    .flat_map(|scale| scale.min..=scale.max);
                points.map(|point| line(point.to_string())).collect()
            }
            (_, Some(kind)) => {
                let choices = kind.choices().iter();
                choices.map(|choice| line(choice.id.clone())).collect()
            }
            _ => Vec::new(),
        };
        Ok(Self {
            column,
            question,
            lines,
        })
    }

    /// How the column side is asked of the lake.
    pub fn measure(&self) -> Measure {
        let field = self.column.field.clone();
        match self.column.kind {
            FieldKind::Code => Measure::CodeShare(field),
            _ => Measure::Histogram(field),
        }
    }

    /// The place of a stored value, which is added when no version's document has it.
    fn place(&mut self, stored: &str) -> usize {
        let value = match (self.column.kind, self.question.map(|q| &q.kind)) {
            (FieldKind::Flag, _) => match stored {
                "true" | "1" => "1",
                _ => "0",
            },
            (_, Some(Kind::Nps(_))) => match stored.parse() {
                Ok(9_i64..) => NPS_GROUPS[2],
                Ok(7..=8) => NPS_GROUPS[1],
                _ => NPS_GROUPS[0],
            },
            _ => stored,
        };
        let known = |line: &Line| line.value.as_deref() == Some(value);
        self.lines.iter().position(known).unwrap_or_else(|| {
            self.lines.push(Line {
                value: Some(value.to_owned()),
                label: BTreeMap::new(),
            });
            self.lines.len() - 1
        })
    }

    fn side(&self) -> Side {
        Side {
            field: self.column.field.clone(),
            question: self.column.question.clone(),
            kind: self
                .question
                .map_or_else(|| "hidden".to_owned(), |q| q.kind.name().to_owned()),
            text: self.question.map(|q| q.text.by_tag()).unwrap_or_default(),
            label: self.column.label.by_tag(),
        }
    }

    /// The score that is read beside the shares.
    fn score(&self) -> Option<Metric> {
        let kind = &self.question?.kind;
        if self.column.kind != FieldKind::Integer {
            return None;
        }
        Some(match kind {
            Kind::Nps(_) => Metric::Nps {
                cuts: NpsCuts::default(),
            },
            _ => Metric::Mean {
                scale: scale(kind),
                direction: Direction::default(),
            },
        })
    }
}

/// Makes the table from the lake's groups, which are split by the row and measure the column.
///
/// # Errors
/// 422 when a side has more than `most` different answers.
pub fn crosstab(
    mut row: Variable<'_>,
    mut column: Variable<'_>,
    groups: &[Group],
    suppress: Option<Thresholds>,
    most: usize,
) -> Outcome<Crosstab> {
    // [row place or none][column place or none]
    let mut found: BTreeMap<(Option<usize>, Option<usize>), u64> = BTreeMap::new();
    let mut summaries: BTreeMap<usize, Summary> = BTreeMap::new();
    for group in groups {
        let at = group.key.first().cloned().flatten();
        let at = at.map(|stored| row.place(&stored));
        let codes = group
            .codes
            .iter()
            .map(|(code, tally)| (code.clone(), tally.n));
        let whole = group.summary.histogram.iter();
        let whole = whole.map(|(value, tally)| (value.to_string(), tally.n));
        for (stored, n) in codes.chain(whole) {
            let across = column.place(&stored);
            *found.entry((at, Some(across))).or_default() += n;
        }
        *found.entry((at, None)).or_default() += group.summary.n_missing;
        if let Some(at) = at {
            summaries.entry(at).or_default().merge(&group.summary);
        }
    }
    for (side, variable) in [("row", &row), ("column", &column)] {
        if variable.lines.len() > most {
            return Err(Problem::invalid(
                side,
                format!(
                    "has {} different answers; a table takes {most} (limits.crosstab_lines)",
                    variable.lines.len()
                ),
            ));
        }
    }
    let at = |row, column| found.get(&(row, column)).copied().unwrap_or(0);
    let (height, width) = (row.lines.len(), column.lines.len());
    let all: u64 = found.values().sum();
    let mut counts: Vec<Vec<u64>> = (0..height)
        .map(|r| (0..width).map(|c| at(Some(r), Some(c))).collect())
        .collect();
    let tested = association(&counts, Confidence::P95);
    let answered = tested.n;
    // In a confidential programme those without an answer are lines of the table: otherwise its
    // margins beside the question's own figures would tell how the few who skipped answered.
    if suppress.is_some() {
        let nobody = Line {
            value: None,
            label: BTreeMap::new(),
        };
        if (0..height).any(|r| at(Some(r), None) > 0) || at(None, None) > 0 {
            for (r, line) in counts.iter_mut().enumerate() {
                line.push(at(Some(r), None));
            }
            column.lines.push(nobody.clone());
        }
        if (0..width).any(|c| at(None, Some(c)) > 0) || at(None, None) > 0 {
            let mut line: Vec<u64> = (0..width).map(|c| at(None, Some(c))).collect();
            if column.lines.len() > width {
                line.push(at(None, None));
            }
            counts.push(line);
            row.lines.push(nobody);
        }
    }
    let shown = match suppress {
        Some(limits) => show_table(&counts, limits.figures),
        None => everything(row.lines.len(), column.lines.len()),
    };
    let formula = column.score();
    let mut whole = Summary::default();
    summaries.values().for_each(|summary| whole.merge(summary));
    let complete = shown.total
        && shown.cells.iter().flatten().all(|&cell| cell)
        && shown
            .row_totals
            .iter()
            .chain(&shown.column_totals)
            .all(|&total| total);
    let printed = Printed {
        counts: &counts,
        shown: &shown,
        tested: &tested,
        complete,
    };
    let view = |summary: &Summary, visible| {
        let formula = formula.as_ref()?;
        Some(number::view(formula, summary, Confidence::P95, visible))
    };
    let none = Summary::default();
    let rows = (0..row.lines.len())
        .map(|r| RowView {
            line: row.lines[r].clone(),
            cells: (0..column.lines.len())
                .map(|c| printed.cell(r, c))
                .collect(),
            total: printed.row_total(r),
            score: view(
                summaries.get(&r).unwrap_or(&none),
                shown.row_totals[r] && shown.cells[r].iter().all(|&cell| cell),
            ),
        })
        .collect();
    let total: u64 = counts.iter().flatten().sum();
    Ok(Crosstab {
        rows,
        column_totals: (0..column.lines.len())
            .map(|c| printed.column_total(c))
            .collect(),
        n: shown.total.then_some(total),
        n_missing: match suppress {
            None => Some(all - answered),
            Some(_) => shown.total.then_some(all - total),
        },
        score: view(
            &whole,
            shown.total && shown.column_totals.iter().all(|&total| total),
        ),
        test: complete.then(|| test(&tested)),
        confidence: Confidence::P95.share(),
        confidential: suppress.is_some(),
        row: row.side(),
        column: column.side(),
        columns: column.lines,
    })
}

fn everything(height: usize, width: usize) -> Table {
    Table {
        cells: vec![vec![true; width]; height],
        row_totals: vec![true; height],
        column_totals: vec![true; width],
        total: true,
    }
}

/// The counts with what may be shown of them.
struct Printed<'a> {
    counts: &'a [Vec<u64>],
    shown: &'a Table,
    tested: &'a Association,
    complete: bool,
}

impl Printed<'_> {
    fn row_n(&self, row: usize) -> u64 {
        self.counts[row].iter().sum()
    }

    fn column_n(&self, column: usize) -> u64 {
        self.counts.iter().map(|row| row[column]).sum()
    }

    fn cell(&self, row: usize, column: usize) -> CellView {
        let n = self.counts[row][column];
        let visible = self.shown.cells[row][column];
        let of_row = visible && self.shown.row_totals[row];
        let of_column = visible && self.shown.column_totals[column];
        let residual = || *self.tested.residuals.get(row)?.get(column)?;
        CellView {
            residual: self.complete.then(residual).flatten(),
            ..shares(
                visible.then_some(n),
                of_row.then(|| share(n, self.row_n(row))),
                of_column.then(|| share(n, self.column_n(column))),
            )
        }
    }

    fn row_total(&self, row: usize) -> CellView {
        let n = self.row_n(row);
        let visible = self.shown.row_totals[row];
        let total: u64 = self.counts.iter().flatten().sum();
        let of_all = (visible && self.shown.total).then(|| share(n, total));
        shares(visible.then_some(n), None, of_all)
    }

    fn column_total(&self, column: usize) -> CellView {
        let n = self.column_n(column);
        let visible = self.shown.column_totals[column];
        let total: u64 = self.counts.iter().flatten().sum();
        let of_all = (visible && self.shown.total).then(|| share(n, total));
        shares(visible.then_some(n), of_all, None)
    }
}

/// Percent with its interval.
type Percent = (Option<f64>, Option<(f64, f64)>);

fn share(n: u64, of: u64) -> Percent {
    let share = Share {
        chosen: Tally::unweighted(n),
        all: Tally::unweighted(of),
    };
    let score = score_of_share(&share, 0, Confidence::P95);
    (score.value, score.interval)
}

fn shares(n: Option<u64>, of_row: Option<Percent>, of_column: Option<Percent>) -> CellView {
    let (row_percent, row_interval) = of_row.unwrap_or_default();
    let (column_percent, column_interval) = of_column.unwrap_or_default();
    CellView {
        n,
        row_percent,
        row_interval,
        column_percent,
        column_interval,
        residual: None,
    }
}

fn test(found: &Association) -> TestView {
    TestView {
        method: found.method.as_str(),
        source: found.method.source(),
        chi_square: found.chi_square,
        degrees: found.degrees,
        p: found.p,
        cramers_v: found.cramers_v,
        cramers_v_interval: found.cramers_v_interval,
        cramers_v_source: koe_analysis::association::V_SOURCE,
        strength: found.strength.map(|strength| strength.as_str()),
        n: found.n,
        least_expected: found.least_expected,
        verdict: match found.p {
            None => "cannot_tell",
            Some(p) if p <= Confidence::P95.alpha() => "related",
            Some(_) => "no_clear_relation",
        },
    }
}

/// The scale of a question that has one.
pub fn scale(kind: &Kind) -> Option<Scale> {
    match kind {
        Kind::Nps(_) => Some(Scale::new(0, 10)),
        Kind::Csat(csat) => Some(Scale::new(1, i64::from(csat.points))),
        Kind::Ces(ces) => Some(Scale::new(1, i64::from(ces.points))),
        Kind::Rating(rating) => Some(Scale::new(rating.low.into(), rating.high.into())),
        Kind::Expectation(pair) => Some(Scale::new(pair.low.into(), pair.high.into())),
        _ => None,
    }
}
