//! Rows read cell by cell. Where no column looks at another and the survey asks everybody the same,
//! a cell says the same in every row, so each different cell of a column is read once: as a row
//! that has nothing else.

use std::collections::{HashMap, HashSet};
use std::mem::discriminant;
use std::ops::Range;

use super::batch::Batch;
use super::faults::{Effect, RowFault};
use super::mapping::Role;
use super::part::{Part, When};
use super::plan::Plan;
use super::records::Records;
use super::rows::RawRow;
use crate::surveys::Document;

/// How many different cells of a column are remembered within one batch; further ones, of columns
/// that hold words or amounts, are read each time.
const REMEMBERED: usize = 4_096;

/// What the cells met so far say, by column.
pub(super) struct Cells {
    columns: Vec<HashMap<String, Meaning>>,
    /// What holds for all rows.
    all: Range<u32>,
}

/// What one cell says: its places in the batch, what cannot be read of it, and what the survey
/// refuses of the rest.
#[derive(Default)]
pub(super) struct Meaning {
    pub said: Range<u32>,
    pub unread: Vec<RowFault>,
    pub refused: Vec<RowFault>,
}

impl Cells {
    /// Nothing is known yet of a batch's cells.
    pub fn new(columns: usize, all: Range<u32>) -> Self {
        Self {
            columns: (0..columns).map(|_| HashMap::new()).collect(),
            all,
        }
    }

    /// Reads one row into the batch, unless it is left out; the faults say why.
    pub fn read(&mut self, records: &Records<'_>, raw: &RawRow, batch: &mut Batch) {
        let plan = records.plan();
        let mut of_row = Part::default();
        let mut refused = Vec::new();
        let faults_before = batch.faults.len();
        for (column, known) in plan.columns.iter().zip(&mut self.columns) {
            let cell = raw.cell(column.place);
            if cell.is_empty() {
                continue;
            }
            if matches!(column.role, Role::RecordKey {} | Role::OccurredAt { .. }) {
                plan.column(column, raw, &mut of_row, &mut batch.faults);
                continue;
            }
            let once;
            let meaning = match known.get(cell) {
                Some(meaning) => meaning,
                None => {
                    let meaning = records.meaning(column, raw, batch);
                    if known.len() < REMEMBERED {
                        known.entry(cell.to_owned()).or_insert(meaning)
                    } else {
                        once = meaning;
                        &once
                    }
                }
            };
            batch.has_said(meaning.said.clone());
            let here = |fault: &RowFault| RowFault {
                row: raw.number,
                ..fault.clone()
            };
            batch.faults.extend(meaning.unread.iter().map(here));
            refused.extend(meaning.refused.iter().map(here));
        }
        let left_out = batch.faults[faults_before..]
            .iter()
            .any(|fault| fault.effect == Effect::LeftOut);
        if left_out {
            return batch.leave_out();
        }
        batch.has_said_else(self.all.clone());
        batch.faults.append(&mut refused);
        let occurred_ms = match of_row.when {
            When::At(at) | When::Assumed(at) => Some(at),
            When::Unknown => records.stated_time(),
        };
        if !records.has_time(occurred_ms, raw.number, &mut batch.faults) {
            return batch.leave_out();
        }
        match &of_row.key {
            Some(key) => batch.finish(key, raw.number, occurred_ms),
            None => batch.finish(&format!("row {}", raw.number), raw.number, occurred_ms),
        }
    }
}

impl Plan<'_> {
    /// Whether the cells of a row say the same whatever stands in the others: each column is the
    /// only one about its matter, and no answer decides whether another is asked for.
    pub(super) fn cells_stand_alone(&self, document: Option<&Document>) -> bool {
        let asks_all_the_same = document.is_none_or(|document| {
            document.pages.iter().all(|page| {
                page.show_if.is_none()
                    && page.skips.is_empty()
                    && page.questions.iter().all(|one| one.show_if.is_none())
            })
        });
        let mut matters = HashSet::new();
        asks_all_the_same
            && self.columns.iter().all(|column| {
                matter(column.role)
                    .is_some_and(|name| matters.insert((discriminant(column.role), name)))
            })
    }
}

/// What a column is about beside its role; none when it cannot be read without the others.
fn matter(role: &Role) -> Option<&str> {
    match role {
        Role::RespondentKey {} | Role::TextBy { .. } | Role::WriteIn { .. } => None,
        Role::Answer { question: name, .. }
        | Role::Attribute { key: name }
        | Role::Customer { identifier: name }
        | Role::Field { field: name }
        | Role::Text { field: name }
        | Role::Value { field: name, .. } => Some(name),
        _ => Some(""),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use serde_json::json;

    use super::*;
    use crate::connectors::imports::{Limits, Mapping, Said, own_survey};

    const LIMITS: Limits = Limits {
        columns: 100,
        cell_bytes: 1_000,
        unpacked_bytes: 1_000_000,
    };

    fn mapping() -> Mapping {
        let label = |text: &str| json!({"en": text});
        let choices = json!([
            {"id": "c1", "label": label("Good"), "value": 1},
            {"id": "c2", "label": label("Bad, or worse"), "value": 2},
            {"id": "none", "label": label("None"), "exclusive": true},
        ]);
        let answer = |id: &str| json!({"column": id, "role": {"is": "answer", "question": id}});
        serde_json::from_value(json!({
            "layout": {"kind": "delimited", "encoding": "utf8", "delimiter": ";", "header_rows": 1},
            "target": {"kind": "new_survey", "title": label("All"), "questions": [
                {"id": "nps", "text": label("nps"), "type": "nps",
                    "low_label": label("no"), "high_label": label("yes")},
                {"id": "one", "text": label("one"), "type": "single", "choices": choices},
                {"id": "some", "text": label("some"), "type": "multiple", "choices": choices},
                {"id": "sum", "text": label("sum"), "type": "number", "decimals": 1, "max": 100},
                {"id": "day", "text": label("day"), "type": "date"},
                {"id": "yes", "text": label("yes"), "type": "consent", "purpose": "mail",
                    "statement": label("yes")},
                {"id": "words", "text": label("words"), "type": "text", "max_length": 5},
            ]},
            "columns": [
                {"column": "key", "role": {"is": "record_key"}},
                {"column": "at", "role": {"is": "occurred_at",
                    "forms": ["day_first", "month_first"], "ambiguous": "first_form"}},
                {"column": "place", "role": {"is": "touchpoint", "values": {"Shop 1": "shop"}}},
                {"column": "unit", "role": {"is": "unit"}},
                {"column": "language", "role": {"is": "language"}},
                {"column": "took", "role": {"is": "duration_seconds"}},
                {"column": "mail", "role": {"is": "customer", "identifier": "email"}},
                {"column": "plan", "role": {"is": "attribute", "key": "plan"}, "missing": ["N/A"]},
                answer("nps"), answer("one"), answer("some"), answer("sum"), answer("day"),
                answer("yes"), answer("words"),
            ],
            "missing": ["-"],
            "time_zone": "Asia/Tokyo",
            "all_rows": {"unit": "tokyo", "offering": "tea", "language": "ja"},
        }))
        .expect("a mapping")
    }

    /// What each column's cells are drawn from, good and bad.
    const CELLS: [&[&str]; 15] = [
        &["a", "b", "c", ""],
        &["17/10/2021", "01/11/2021", "2/2/2022", "yesterday", ""],
        &["Shop 1", "shop 1", "web", "-", ""],
        &["osaka", ""],
        &["en", "ja_JP", "???", ""],
        &["12.5", "-3", "long", ""],
        &["a@example.com", "nobody", ""],
        &["gold", "N/A", "n/a", ""],
        &["9", "１０", "11", "x", "-"],
        &["1", "good", "Bad, or worse", "c2", "3", ""],
        &[
            "good, 2",
            "none",
            "none;c1",
            "c1;c1;what",
            "Bad, or worse",
            "",
        ],
        &["3.5", "3.55", "1,000", "99", ""],
        &["2026-04-01", "2026年4月1日", "April", ""],
        &["yes", "0", "perhaps", ""],
        &["はい", "too long for it", " \u{7} ", ""],
    ];

    type Read = Vec<(String, u64, Option<i64>, Vec<String>)>;

    /// Records in the order of the file, what they say and what is wrong with them in any order.
    fn read(path: &std::path::Path, cell_by_cell: bool) -> (Read, Vec<String>) {
        let mapping = mapping();
        let document = own_survey(&mapping);
        let mut records =
            Records::open(path, &mapping, document.as_ref(), LIMITS).expect("it fits");
        let mut all = Batch::default();
        if cell_by_cell {
            assert!(records.plan().cells_stand_alone(document.as_ref()));
            all = records
                .next_batch(usize::MAX)
                .expect("readable")
                .expect("rows");
        } else {
            while let Some(record) = records.next_record(&mut all.faults).expect("readable") {
                all.add(record);
            }
        }
        let said = |places: &[u32]| {
            let said = |place: &u32| -> &Said { &all.said[*place as usize] };
            let mut said: Vec<String> = places
                .iter()
                .map(|place| format!("{:?}", said(place)))
                .collect();
            said.sort();
            said
        };
        let read = all.records();
        let read = read.map(|one| (one.key.to_owned(), one.row, one.occurred_ms, said(one.said)));
        let mut faults: Vec<String> = all
            .faults
            .iter()
            .map(|fault| format!("{fault:?}"))
            .collect();
        faults.sort();
        (read.collect(), faults)
    }

    #[test]
    fn cells_read_for_themselves_say_what_whole_rows_say() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rows.csv");
        let mut file = "key;at;place;unit;language;took;mail;plan;\
                        nps;one;some;sum;day;yes;words\n"
            .to_owned();
        let mut chance = 1_u64;
        for _ in 0..3_000 {
            for (column, cells) in CELLS.iter().enumerate() {
                chance = chance
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let cell = cells[(chance >> 33) as usize % cells.len()];
                let cut = if column == 0 { "" } else { ";" };
                write!(file, "{cut}\"{cell}\"").expect("written");
            }
            file.push('\n');
        }
        std::fs::write(&path, file).expect("written");
        let (whole, whole_faults) = read(&path, false);
        let (cells, cell_faults) = read(&path, true);
        assert!(
            whole.len() > 1_000 && whole.len() < 3_000,
            "{}",
            whole.len()
        );
        assert_eq!(whole, cells);
        assert!(whole_faults.len() > 1_000);
        assert_eq!(whole_faults, cell_faults);
    }
}
