//! Units and their places in the tree over time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::base::id;
use crate::base::problem::{FieldProblem, Outcome, Problem};
use crate::base::scope::Units;

/// A company, division, region, store, team …
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Id.
    pub id: id::UnitId,
    /// The organisation's own code, unique.
    pub code: String,
    /// Name by language.
    pub name: BTreeMap<String, String>,
    /// `company`, `division`, `region`, `store`, `team`, or the
    /// organisation's own word.
    pub kind: String,
    /// First day; none: as long as what it stands below.
    pub valid_from: Option<Date>,
    /// First day on which it no longer is.
    pub valid_to: Option<Date>,
}

/// Below what a unit stands, from a day on until its next placement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Above it; none for a root.
    pub parent: Option<id::UnitId>,
    /// First day. A unit's first placement holds from [`Placement::BEGINNING`].
    pub from: Date,
}

impl Placement {
    /// The day before all history; how long a unit really was is for its
    /// `valid_from` to say.
    pub const BEGINNING: Date = Date::constant(1, 1, 1);
}

/// All units of an organisation with all their placements: what is needed to
/// draw the tree of any day.
///
/// Invariants, after [`UnitHistory::check`]: no unit stands below itself on
/// any day, and what a unit stands below exists as long as it stands there.
#[derive(Clone, Debug, Default)]
pub struct UnitHistory {
    units: BTreeMap<id::UnitId, Unit>,
    placements: BTreeMap<id::UnitId, Vec<Placement>>,
    codes: BTreeMap<String, id::UnitId>,
}

impl UnitHistory {
    /// From what is stored; placements of each unit oldest first.
    pub fn new(units: Vec<Unit>, placements: BTreeMap<id::UnitId, Vec<Placement>>) -> Self {
        let codes = units
            .iter()
            .map(|u| (u.code.clone(), u.id.clone()))
            .collect();
        let units = units.into_iter().map(|u| (u.id.clone(), u)).collect();
        Self {
            units,
            placements,
            codes,
        }
    }

    /// One unit.
    pub fn get(&self, unit: &id::UnitId) -> Option<&Unit> {
        self.units.get(unit)
    }

    /// The unit with a code, for imports and links.
    pub fn by_code(&self, code: &str) -> Option<&id::UnitId> {
        self.codes.get(code)
    }

    /// All units, by code.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.codes.values().filter_map(|unit| self.units.get(unit))
    }

    /// Where a unit stood over time, oldest first.
    pub fn placements(&self, unit: &id::UnitId) -> &[Placement] {
        self.placements.get(unit).map_or(&[], Vec::as_slice)
    }

    /// Whether a unit exists on a day, by its own dates.
    pub fn exists_on(&self, unit: &id::UnitId, day: Date) -> bool {
        self.units.get(unit).is_some_and(|unit| {
            unit.valid_from.is_none_or(|from| from <= day)
                && unit.valid_to.is_none_or(|to| day < to)
        })
    }

    /// Below what a unit stands on a day; outside its own dates, where it
    /// last stood or first will.
    pub fn parent(&self, unit: &id::UnitId, day: Date) -> Option<&id::UnitId> {
        let placements = self.placements(unit);
        placements
            .iter()
            .rev()
            .find(|p| p.from <= day)
            .or(placements.first())
            .and_then(|p| p.parent.as_ref())
    }

    /// Root first, `unit` last, as the tree was on a day. A record's path is
    /// frozen from this. A cycle, which is refused when written, ends the
    /// walk instead of the program.
    pub fn path(&self, unit: &id::UnitId, day: Date) -> Vec<id::UnitId> {
        let mut path = vec![unit.clone()];
        let mut at = unit;
        while let Some(parent) = self.parent(at, day) {
            if path.contains(parent) {
                break;
            }
            path.push(parent.clone());
            at = parent;
        }
        path.reverse();
        path
    }

    /// `tops` and everything below them on a day. A unit that has ended stays
    /// below what it last stood below, so that whoever is responsible there
    /// still sees its past.
    pub fn expand(&self, tops: &[id::UnitId], day: Date) -> BTreeSet<id::UnitId> {
        let mut children: BTreeMap<&id::UnitId, Vec<&id::UnitId>> = BTreeMap::new();
        for unit in self.units.keys() {
            if let Some(parent) = self.parent(unit, day) {
                children.entry(parent).or_default().push(unit);
            }
        }
        let mut seen = BTreeSet::new();
        let mut open: Vec<&id::UnitId> = tops.iter().collect();
        while let Some(unit) = open.pop() {
            if seen.insert(unit.clone()) {
                open.extend(children.get(unit).into_iter().flatten().copied());
            }
        }
        seen
    }

    /// Units visible from `tops` on a day; empty means all.
    pub fn visible(&self, tops: &[id::UnitId], day: Date) -> Units {
        if tops.is_empty() {
            Units::All
        } else {
            Units::Only(self.expand(tops, day).into())
        }
    }

    /// Adds a unit below `parent`.
    pub fn add(&mut self, unit: Unit, parent: Option<id::UnitId>) {
        self.codes.insert(unit.code.clone(), unit.id.clone());
        let first = Placement {
            parent,
            from: Placement::BEGINNING,
        };
        self.placements.insert(unit.id.clone(), vec![first]);
        self.units.insert(unit.id.clone(), unit);
    }

    /// Writes a unit's own fields anew.
    pub fn replace(&mut self, unit: Unit) {
        if let Some(old) = self.units.insert(unit.id.clone(), unit.clone()) {
            self.codes.remove(&old.code);
        }
        self.codes.insert(unit.code, unit.id);
    }

    /// Puts a unit below `parent` from `day` on, until the next placement
    /// that is already known. What was before `day` stays as it was.
    pub fn place(&mut self, unit: &id::UnitId, parent: Option<id::UnitId>, day: Date) {
        let first_day = self.units.get(unit).and_then(|u| u.valid_from);
        let placements = self.placements.entry(unit.clone()).or_default();
        let from = if first_day.is_some_and(|first| day <= first) || placements.is_empty() {
            Placement::BEGINNING
        } else {
            day
        };
        placements.retain(|p| p.from != from);
        placements.push(Placement { parent, from });
        placements.sort_by_key(|p| p.from);
        placements.dedup_by(|later, earlier| later.parent == earlier.parent);
    }

    /// Checks one unit's own fields.
    ///
    /// # Errors
    /// 422 naming every field at fault.
    pub fn check_fields(unit: &Unit) -> Outcome<()> {
        let code_fits = (1..=64).contains(&unit.code.chars().count())
            && !unit
                .code
                .contains(|c: char| c.is_control() || c.is_whitespace());
        let name_fits = unit.name.values().any(|text| !text.trim().is_empty())
            && unit.name.iter().all(|(language, text)| {
                matches!(language.as_str(), "ja" | "en") && text.chars().count() <= 200
            });
        let kind_fits = (1..=64).contains(&unit.kind.trim().chars().count());
        let dates_fit = match (unit.valid_from, unit.valid_to) {
            (Some(from), Some(to)) => from < to,
            _ => true,
        };
        let faults: Vec<FieldProblem> = [
            (
                "code",
                code_fits,
                "must have 1 to 64 characters and no spaces",
            ),
            (
                "name",
                name_fits,
                "must have a text of at most 200 characters under ja or en",
            ),
            (
                "kind",
                kind_fits,
                "must have 1 to 64 characters, such as store or region",
            ),
            (
                "valid_to",
                dates_fit,
                "is the first day on which the unit no longer is, so it lies after valid_from",
            ),
        ]
        .into_iter()
        .filter(|(_, fits, _)| !fits)
        .map(|(field, _, message)| FieldProblem {
            field: field.into(),
            message: message.into(),
        })
        .collect();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid_fields(faults))
        }
    }

    /// Whether the whole holds together; who does not, with the reason.
    pub fn check(&self) -> Vec<(id::UnitId, FieldProblem)> {
        let mut faults = Vec::new();
        for unit in self.units() {
            let placements = self.placements(&unit.id);
            for (index, placement) in placements.iter().enumerate() {
                let next = placements.get(index + 1).map(|p| p.from);
                if let Some(fault) = self.gap(unit, placement, next) {
                    faults.push((unit.id.clone(), fault));
                }
            }
        }
        let days: BTreeSet<Date> = self.placements.values().flatten().map(|p| p.from).collect();
        for day in days {
            if let Some(unit) = self.cycle_on(day) {
                let message = "would stand below itself; choose a unit that is not below it";
                let fault = FieldProblem {
                    field: "parent_id".into(),
                    message: message.into(),
                };
                faults.push((unit, fault));
                break;
            }
        }
        faults
    }

    /// Whether what a unit stands below is missing for part of the time.
    fn gap(&self, unit: &Unit, placement: &Placement, next: Option<Date>) -> Option<FieldProblem> {
        let parent = self.units.get(placement.parent.as_ref()?)?;
        let starts = unit
            .valid_from
            .map_or(placement.from, |from| from.max(placement.from));
        let ends = match (unit.valid_to, next) {
            (Some(end), Some(next)) => Some(end.min(next)),
            (end, next) => end.or(next),
        };
        if ends.is_some_and(|end| end <= starts) {
            return None;
        }
        // A unit without a first day is as old as what it stands below.
        let open_start = unit.valid_from.is_none() && placement.from == Placement::BEGINNING;
        let too_early = !open_start && parent.valid_from.is_some_and(|from| starts < from);
        let too_late = parent
            .valid_to
            .is_some_and(|to| ends.is_none_or(|end| to < end));
        let (code, parent_code) = (&unit.code, &parent.code);
        if too_early {
            let from = parent.valid_from?;
            return Some(FieldProblem {
                field: "valid_from".into(),
                message: format!("{code} stands below {parent_code}, which is only from {from} on"),
            });
        }
        too_late.then_some(())?;
        let to = parent.valid_to?;
        Some(FieldProblem {
            field: "valid_to".into(),
            message: format!(
                "{code} stands below {parent_code}, which ends on {to}: move or end {code} by then"
            ),
        })
    }

    /// A unit that stands below itself on a day; of those in the circle, one
    /// that was put there on that very day.
    fn cycle_on(&self, day: Date) -> Option<id::UnitId> {
        let mut sound: BTreeSet<&id::UnitId> = BTreeSet::new();
        for unit in self.units.keys() {
            let mut walked = Vec::new();
            let mut at = Some(unit);
            while let Some(here) = at {
                if sound.contains(here) {
                    break;
                }
                if let Some(start) = walked.iter().position(|one| *one == here) {
                    let circle: &[&id::UnitId] = &walked[start..];
                    let put_there =
                        |unit: &&&id::UnitId| self.placements(unit).iter().any(|p| p.from == day);
                    return circle.iter().find(put_there).map(|unit| (**unit).clone());
                }
                walked.push(here);
                at = self.parent(here, day);
            }
            sound.extend(walked);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::Id;

    fn unit(n: u8) -> id::UnitId {
        Id::stored(format!("unt_{n:026}"))
    }

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn history(parents: &[(u8, Option<u8>)]) -> UnitHistory {
        let mut history = UnitHistory::default();
        for (n, parent) in parents {
            let unit = Unit {
                id: unit(*n),
                code: format!("u{n}"),
                name: [("en".to_owned(), format!("Unit {n}"))].into(),
                kind: "store".into(),
                valid_from: None,
                valid_to: None,
            };
            history.add(unit, parent.map(super::tests::unit));
        }
        history
    }

    #[test]
    fn a_scope_covers_what_lies_below_and_nothing_beside() {
        let history = history(&[(1, None), (2, Some(1)), (3, Some(2)), (4, Some(1))]);
        let today = day("2026-04-01");
        assert_eq!(history.visible(&[], today), Units::All);
        let Units::Only(seen) = history.visible(&[unit(2)], today) else {
            panic!("restricted")
        };
        assert_eq!(*seen, [unit(2), unit(3)].into());
        assert_eq!(history.path(&unit(3), today), [unit(1), unit(2), unit(3)]);
    }

    #[test]
    fn a_move_keeps_what_was_before_it_and_what_is_planned_after_it() {
        let mut history = history(&[(1, None), (2, Some(1)), (3, Some(1)), (4, Some(2))]);
        history.place(&unit(4), Some(unit(3)), day("2026-04-01"));
        history.place(&unit(4), None, day("2025-04-01"));
        for (on, expected) in [
            ("2025-03-31", Some(unit(2))),
            ("2025-04-01", None),
            ("2026-03-31", None),
            ("2026-04-01", Some(unit(3))),
        ] {
            assert_eq!(history.parent(&unit(4), day(on)), expected.as_ref(), "{on}");
        }
    }

    #[test]
    fn a_cycle_is_found_on_the_day_it_would_begin() {
        let mut history = history(&[(1, None), (2, Some(1)), (3, Some(2))]);
        assert_eq!(history.check(), []);
        history.place(&unit(1), Some(unit(3)), day("2026-04-01"));
        assert_eq!(history.check().len(), 1);
    }

    #[test]
    fn nothing_stands_below_what_has_ended_or_not_begun() {
        let mut history = history(&[(1, None), (2, None), (3, Some(1))]);
        let mut ended = history.get(&unit(1)).expect("known").clone();
        ended.valid_to = Some(day("2026-04-01"));
        history.replace(ended);
        assert_eq!(history.check()[0].1.field, "valid_to");
        history.place(&unit(3), Some(unit(2)), day("2026-04-01"));
        assert_eq!(history.check(), [], "moved on the day that it ended");
        let mut late = history.get(&unit(2)).expect("known").clone();
        late.valid_from = Some(day("2026-05-01"));
        history.replace(late);
        assert_eq!(history.check()[0].1.field, "valid_from");
    }

    #[test]
    fn an_ended_unit_stays_visible_to_those_above_it() {
        let mut history = history(&[(1, None), (2, Some(1))]);
        let mut ended = history.get(&unit(2)).expect("known").clone();
        ended.valid_to = Some(day("2020-04-01"));
        history.replace(ended);
        assert!(
            history
                .expand(&[unit(1)], day("2026-04-01"))
                .contains(&unit(2))
        );
        assert!(!history.exists_on(&unit(2), day("2020-04-01")));
        assert!(history.exists_on(&unit(2), day("2020-03-31")));
    }
}
