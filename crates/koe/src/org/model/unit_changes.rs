//! What a file of units changes of the tree: laid on a copy of it, and then
//! told apart, so that a preview lists exactly what is written afterwards.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::unit_file::{FaultReason, Line, LineFault, fault};
use super::units::{Placement, Unit, UnitHistory};
use crate::base::id;

/// Faults that are listed; more would not be read.
const MOST_FAULTS: usize = 200;

/// What a file does to the tree. `added + changed + unchanged` are the units
/// that the file names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnitImport {
    /// Names this file laid on this tree: given back as `preview`, exactly
    /// what is listed here is written, or nothing.
    pub preview: String,
    /// Everything that the file changes, unit by unit in the order of codes.
    pub changes: Vec<UnitFileChange>,
    /// Units that are new.
    pub added: u64,
    /// Units that were renamed, moved or ended.
    pub changed: u64,
    /// Of those, units that were moved.
    pub moved: u64,
    /// Units that were so already.
    pub unchanged: u64,
    /// What is wrong; nothing is written while there is anything.
    pub errors: Vec<LineFault>,
    /// Whether the tree was written.
    pub written: bool,
}

/// One thing that a file changes of one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnitFileChange {
    /// Line of the file that says so, the header being 1.
    pub line: u64,
    /// The unit's code.
    pub code: String,
    /// Its name afterwards, by language.
    pub name: BTreeMap<String, String>,
    /// What changes.
    pub edit: UnitEdit,
}

/// What a file changes of a unit. Units that stand above are named by code;
/// null: a root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum UnitEdit {
    /// It is new.
    Added {
        /// Above it.
        parent: Option<String>,
        /// First day; null: as long as what it stands below.
        #[schema(value_type = Option<String>, format = Date)]
        from: Option<Date>,
    },
    /// It has another name.
    Renamed {
        /// Name before, by language.
        before: BTreeMap<String, String>,
    },
    /// It is of another kind.
    Rekinded {
        /// Kind before.
        before: String,
        /// Kind afterwards.
        after: String,
    },
    /// It stands elsewhere from a day on; what was before stays.
    Moved {
        /// Above it until then.
        before: Option<String>,
        /// Above it from then on.
        after: Option<String>,
        /// First day of it; null: from the unit's beginning.
        #[schema(value_type = Option<String>, format = Date)]
        from: Option<Date>,
    },
    /// It ends, or ends on another day.
    Ended {
        /// First day on which it no longer is.
        #[schema(value_type = String, format = Date)]
        on: Date,
    },
}

/// Applies lines to the tree. The tree must be thrown away when there are
/// faults.
pub fn apply_lines(
    history: &mut UnitHistory,
    lines: Vec<Line>,
    mut new_id: impl FnMut() -> id::UnitId,
) -> UnitImport {
    let before = history.clone();
    let mut report = UnitImport::default();
    let mut by_code: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for line in lines {
        by_code.entry(line.code.clone()).or_default().push(line);
    }
    for lines in by_code.values_mut() {
        lines.sort_by_key(|line| line.valid_from);
    }
    for (code, lines) in &by_code {
        report.errors.extend(twice(lines));
        let known = before.by_code(code).and_then(|unit| before.get(unit));
        let mut unit = known.cloned().unwrap_or_else(|| Unit {
            id: new_id(),
            code: code.clone(),
            name: BTreeMap::new(),
            kind: String::new(),
            valid_from: lines.first().and_then(|line| line.valid_from),
            valid_to: None,
        });
        lines.iter().for_each(|line| line.write_to(&mut unit));
        if let Err(problem) = UnitHistory::check_fields(&unit) {
            let number = lines.first().map(|line| line.number);
            let faults = problem.fields().iter().map(|f| {
                let reason = FaultReason::DoesNotFit;
                fault(number, column(&f.field), reason, &*f.message)
            });
            report.errors.extend(faults);
        }
        match known {
            Some(_) => history.replace(unit),
            None => history.add(unit, None),
        }
    }
    for (code, lines) in &by_code {
        let known = before.by_code(code).is_some();
        for (index, line) in lines.iter().enumerate() {
            if let Err(wrong) = place(history, line, known, index == 0) {
                report.errors.push(wrong);
            }
        }
    }
    for (code, lines) in &by_code {
        let changes = changes(&before, history, code, lines);
        let is_move = |change: &UnitFileChange| matches!(change.edit, UnitEdit::Moved { .. });
        if before.by_code(code).is_none() {
            report.added += 1;
        } else if changes.is_empty() {
            report.unchanged += 1;
        } else {
            report.changed += 1;
            report.moved += u64::from(changes.iter().any(is_move));
        }
        report.changes.extend(changes);
    }
    for (unit, found) in history.check() {
        let code = history.get(&unit).map(|unit| unit.code.as_str());
        let lines = code.and_then(|code| by_code.get(code));
        let line = lines.and_then(|lines| lines.last()).map(|line| line.number);
        let reason = match found.field.as_str() {
            "parent_id" => FaultReason::Circle,
            _ => FaultReason::ParentIsNotThen,
        };
        let wrong = fault(line, column(&found.field), reason, found.message);
        report.errors.push(wrong.about(code.unwrap_or_default()));
    }
    report.errors.sort_by_key(|fault| fault.line);
    report.errors.truncate(MOST_FAULTS);
    report
}

/// Lines that name a unit once more from the same day.
fn twice(lines: &[Line]) -> impl Iterator<Item = LineFault> {
    let again = lines
        .windows(2)
        .filter(|pair| pair[0].valid_from == pair[1].valid_from);
    again.map(|pair| {
        let message = "the file names this unit twice from the same day";
        fault(Some(pair[1].number), "code", FaultReason::Twice, message).about(&pair[1].code)
    })
}

/// What became of a unit.
fn changes(
    before: &UnitHistory,
    after: &UnitHistory,
    code: &str,
    lines: &[Line],
) -> Vec<UnitFileChange> {
    let (Some(unit), Some(first)) = (
        after.by_code(code).and_then(|unit| after.get(unit)),
        lines.first(),
    ) else {
        return Vec::new();
    };
    let parent = |placement: &Placement| -> Option<String> {
        let parent = placement.parent.as_ref()?;
        after.get(parent).map(|unit| unit.code.clone())
    };
    let line_of = |day: Option<Date>| {
        let said = lines.iter().find(|line| line.valid_from == day);
        said.unwrap_or(first).number
    };
    let change = |line: u64, edit: UnitEdit| UnitFileChange {
        line,
        code: code.to_owned(),
        name: unit.name.clone(),
        edit,
    };
    let now = after.placements(&unit.id);
    let mut changes = Vec::new();
    let old = before.get(&unit.id);
    match old {
        None => {
            let edit = UnitEdit::Added {
                parent: now.first().and_then(parent),
                from: unit.valid_from,
            };
            changes.push(change(first.number, edit));
        }
        Some(old) => {
            if old.name != unit.name {
                let before = old.name.clone();
                changes.push(change(first.number, UnitEdit::Renamed { before }));
            }
            if old.kind != unit.kind {
                let (before, after) = (old.kind.clone(), unit.kind.clone());
                changes.push(change(first.number, UnitEdit::Rekinded { before, after }));
            }
        }
    }
    let then = before.placements(&unit.id);
    for (index, placement) in now.iter().enumerate() {
        if then.contains(placement) || (old.is_none() && index == 0) {
            continue;
        }
        let from = (placement.from != Placement::BEGINNING).then_some(placement.from);
        // Until then: where it stood on that day, or before it in the file itself.
        let stood = match index.checked_sub(1) {
            Some(earlier) => now.get(earlier),
            None => then.first(),
        };
        let edit = UnitEdit::Moved {
            before: stood.and_then(parent),
            after: parent(placement),
            from,
        };
        changes.push(change(line_of(from), edit));
    }
    if let Some(on) = unit.valid_to
        && old.is_none_or(|old| old.valid_to != Some(on))
    {
        let said = lines.iter().find(|line| line.valid_to == Some(on));
        changes.push(change(said.unwrap_or(first).number, UnitEdit::Ended { on }));
    }
    changes
}

/// The column behind a field of the API.
fn column(field: &str) -> &str {
    match field {
        "name" => "name_ja",
        "parent_id" => "parent_code",
        other => other,
    }
}

/// Puts the unit of a line where the line says.
fn place(
    history: &mut UnitHistory,
    line: &Line,
    known: bool,
    first: bool,
) -> Result<(), LineFault> {
    let Some(parent_code) = &line.parent_code else {
        return Ok(());
    };
    let wrong = |field, reason, message: String, about: &str| {
        Err(fault(Some(line.number), field, reason, message).about(about))
    };
    let parent = match parent_code.as_str() {
        "" => None,
        code => match history.by_code(code) {
            Some(parent) => Some(parent.clone()),
            None => {
                let message = format!("there is no unit {code}, in Koe or in this file");
                return wrong("parent_code", FaultReason::UnknownParent, message, code);
            }
        },
    };
    let Some(unit) = history
        .by_code(&line.code)
        .and_then(|unit| history.get(unit))
        .cloned()
    else {
        return Ok(());
    };
    if !known && first {
        history.place(&unit.id, parent, Placement::BEGINNING);
        return Ok(());
    }
    let Some(day) = line.valid_from else {
        // Without a day a line says nothing new of where the unit stands, or stood once: an old
        // file does not undo a reorganisation, and a file of today's tree changes nothing.
        let known = history.placements(&unit.id);
        if known.iter().any(|placement| placement.parent == parent) {
            return Ok(());
        }
        let message = format!(
            "{} stands elsewhere; say in valid_from from which day it moves",
            line.code
        );
        return wrong("parent_code", FaultReason::NoDayOfMove, message, &line.code);
    };
    if let Some(begins) = unit.valid_from.filter(|begins| day < *begins) {
        let message = format!("{} is only from {begins} on", line.code);
        let reason = FaultReason::BeforeBeginning;
        return wrong("valid_from", reason, message, &begins.to_string());
    }
    if history.parent(&unit.id, day) != parent.as_ref() {
        history.place(&unit.id, parent, day);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::Chance;
    use crate::org::model::unit_file::read_lines;

    fn apply(history: &mut UnitHistory, file: &str) -> UnitImport {
        let (lines, faults) = read_lines(file.as_bytes()).expect("a file");
        assert_eq!(faults, []);
        let chance = Chance::seeded(3 + history.units().count() as u64);
        apply_lines(history, lines, || chance.id(0))
    }

    const TREE: &str = "code,name_ja,kind,parent_code,valid_from\n\
        s1,一号店,store,east,\neast,東,region,co,\nwest,西,region,co,\nco,会社,company,,\n";

    fn parent_on(history: &UnitHistory, day: &str) -> Option<String> {
        let unit = history.by_code("s1").expect("known");
        let parent = history.parent(unit, day.parse().expect("a date"))?;
        history.get(parent).map(|unit| unit.code.clone())
    }

    #[test]
    fn children_may_come_before_parents_and_twice_changes_nothing() {
        let mut history = UnitHistory::default();
        let first = apply(&mut history, TREE);
        assert_eq!((first.added, first.errors.len()), (4, 0), "{first:?}");
        let again = apply(&mut history, TREE);
        assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 4));
    }

    #[test]
    fn a_reorganisation_on_1_april_keeps_history_and_the_old_file_does_not_undo_it() {
        let mut history = UnitHistory::default();
        apply(&mut history, TREE);
        let file = "code,parent_code,valid_from\ns1,west,2026/4/1\n";
        let report = apply(&mut history, file);
        assert_eq!((report.moved, report.errors.len()), (1, 0), "{report:?}");
        assert_eq!(parent_on(&history, "2026-03-31").as_deref(), Some("east"));
        assert_eq!(parent_on(&history, "2026-04-01").as_deref(), Some("west"));
        assert_eq!(apply(&mut history, file).unchanged, 1);
        assert_eq!(apply(&mut history, TREE).unchanged, 4);
        let today = TREE.replace("s1,一号店,store,east", "s1,一号店,store,west");
        assert_eq!(apply(&mut history, &today).unchanged, 4);
        assert_eq!(parent_on(&history, "2026-04-01").as_deref(), Some("west"));
    }

    #[test]
    fn every_change_is_listed_with_its_line_and_its_day() {
        let mut history = UnitHistory::default();
        apply(&mut history, TREE);
        let file = "code,name_ja,kind,parent_code,valid_from,valid_to\n\
            west,西日本,region,co,,\n\
            s1,一号店,shop,west,2026-04-01,\n\
            s1,一号店,shop,east,2027-04-01,\n\
            s2,二号店,store,west,2026-04-01,\n\
            east,東,region,co,,2030-04-01\n";
        let report = apply(&mut history, file);
        let day = |text: &str| Some(text.parse::<Date>().expect("a date"));
        let code = |text: &str| Some(text.to_owned());
        let listed: Vec<(u64, &str, UnitEdit)> = report
            .changes
            .iter()
            .map(|one| (one.line, one.code.as_str(), one.edit.clone()))
            .collect();
        let moved = |before: &str, after: &str, from: &str| UnitEdit::Moved {
            before: code(before),
            after: code(after),
            from: day(from),
        };
        let expected = [
            (
                6,
                "east",
                UnitEdit::Ended {
                    on: day("2030-04-01").expect("a day"),
                },
            ),
            (
                3,
                "s1",
                UnitEdit::Rekinded {
                    before: "store".into(),
                    after: "shop".into(),
                },
            ),
            (3, "s1", moved("east", "west", "2026-04-01")),
            (4, "s1", moved("west", "east", "2027-04-01")),
            (
                5,
                "s2",
                UnitEdit::Added {
                    parent: code("west"),
                    from: day("2026-04-01"),
                },
            ),
            (
                2,
                "west",
                UnitEdit::Renamed {
                    before: [("ja".to_owned(), "西".to_owned())].into(),
                },
            ),
        ];
        assert_eq!(listed, expected);
        assert_eq!((report.added, report.changed, report.moved), (1, 3, 1));
        // What stands below something that ends is named, with its reason.
        let reasons: Vec<FaultReason> = report.errors.iter().map(|one| one.reason).collect();
        assert_eq!(reasons, [FaultReason::ParentIsNotThen]);
    }

    #[test]
    fn every_fault_names_line_and_column() {
        for (file, line, field) in [
            ("code,parent_code\ns1,nowhere\n", Some(2), "parent_code"),
            ("code,parent_code\ns1,west\n", Some(2), "parent_code"),
            (
                "code,parent_code,valid_from\nco,s1,2026-04-01\n",
                Some(2),
                "parent_code",
            ),
            ("code,name_ja,kind\nx y,名,store\n", Some(2), "code"),
            ("code,name_ja,kind\nnew,,store\n", Some(2), "name_ja"),
            ("code,name_ja,kind\nnew,名,\n", Some(2), "kind"),
            ("code,kind\ns1,store\ns1,shop\n", Some(3), "code"),
            ("code,valid_to\neast,2026-04-01\n", None, "valid_to"),
        ] {
            let mut history = UnitHistory::default();
            apply(&mut history, TREE);
            let report = apply(&mut history, file);
            let found = report.errors.first().expect(file);
            assert_eq!(
                (found.line, found.field.as_str()),
                (line, field),
                "{file}: {report:?}"
            );
        }
    }
}
