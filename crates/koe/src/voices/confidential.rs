//! From which units voices said in confidence may be listed. Pure.
//!
//! An item of such a programme tells no unit; a filter by unit would. So a
//! unit is opened only where koe-analysis would show its figure beside its
//! siblings' at the threshold of voices, on every level from the root down:
//! then no unit that is hidden can be worked out by subtracting one list from
//! another. What is not defended: knowing somebody's way of writing.

use std::collections::BTreeMap;

use koe_analysis::confidential::{Thresholds, show_line};

use crate::base::id::UnitId;
use crate::base::scope::Scope;

/// Records by the units they were made in, as paths from the root joined by
/// `/`; an empty path is a record without a unit.
pub type Counts = BTreeMap<String, u64>;

/// A node of the tree of paths.
#[derive(Default)]
struct Node {
    /// Records made in the unit itself.
    own: u64,
    below: BTreeMap<String, Node>,
}

impl Node {
    fn total(&self) -> u64 {
        self.own + self.below.values().map(Node::total).sum::<u64>()
    }
}

/// Which paths of one programme may be listed to whoever asks with `scope`
/// for `unit` (none: everything).
pub fn open_paths(counts: &Counts, scope: &Scope, unit: Option<&str>) -> Vec<String> {
    let mut root = Node::default();
    for (path, records) in counts {
        let mut node = &mut root;
        for name in path.split('/').filter(|name| !name.is_empty()) {
            node = node.below.entry(name.to_owned()).or_default();
        }
        node.own += records;
    }
    let thresholds = Thresholds::default();
    let everything = thresholds.shows_voices(root.total());
    let mut walk = Walk {
        scope,
        unit,
        threshold: thresholds.voices,
        open: Vec::new(),
    };
    let asks_for_everything = unit.is_none() && scope.is_organisation_wide();
    walk.go(
        &root,
        String::new(),
        everything,
        everything && asks_for_everything,
    );
    walk.open
}

struct Walk<'a> {
    scope: &'a Scope,
    unit: Option<&'a str>,
    threshold: u64,
    open: Vec<String>,
}

impl Walk<'_> {
    /// `shown`: this node may be named. `open`: something at or above it was
    /// asked for and may be listed.
    fn go(&mut self, node: &Node, path: String, shown: bool, open: bool) {
        if open && node.own > 0 {
            self.open.push(path.clone());
        }
        let mut cells: Vec<u64> = node.below.values().map(Node::total).collect();
        cells.push(node.own);
        let line = show_line(&cells, self.threshold);
        for ((name, child), child_shown) in node.below.iter().zip(line.cells) {
            let path = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}/{name}")
            };
            let child_shown = shown && child_shown;
            // What is listed is the widest part that was asked for and may be
            // seen: a store asked for by its manager, a region by its head.
            let within = self
                .unit
                .is_none_or(|unit| path.split('/').any(|part| part == unit));
            let visible = self.scope.sees(Some(&UnitId::stored(name.as_str())));
            self.go(
                child,
                path,
                child_shown,
                open || (child_shown && within && visible),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::*;
    use crate::base::id::OrganisationId;
    use crate::base::scope::Units;

    fn scope(units: &[&str]) -> Scope {
        let units = match units {
            [] => Units::All,
            some => Units::Only(Arc::new(
                some.iter()
                    .map(|u| UnitId::stored(*u))
                    .collect::<BTreeSet<_>>(),
            )),
        };
        Scope::after_authentication(OrganisationId::stored("org_1"), units, "test")
    }

    fn counts(paths: &[(&str, u64)]) -> Counts {
        paths
            .iter()
            .map(|(path, n)| ((*path).to_owned(), *n))
            .collect()
    }

    #[test]
    fn eight_records_open_the_whole_and_seven_do_not() {
        let all = scope(&[]);
        assert_eq!(
            open_paths(&counts(&[("", 3), ("a", 5)]), &all, None),
            ["", "a"]
        );
        assert!(open_paths(&counts(&[("", 3), ("a", 4)]), &all, None).is_empty());
    }

    #[test]
    fn a_unit_is_closed_when_it_or_what_is_left_beside_it_is_too_small() {
        let all = scope(&[]);
        let big = counts(&[("r/a", 20), ("r/b", 9)]);
        assert_eq!(open_paths(&big, &all, Some("a")), ["r/a"]);
        assert_eq!(open_paths(&big, &all, Some("r")), ["r/a", "r/b"]);
        let small_beside = counts(&[("r/a", 20), ("r/b", 3)]);
        assert!(open_paths(&small_beside, &all, Some("b")).is_empty());
        assert!(
            open_paths(&small_beside, &all, Some("a")).is_empty(),
            "the rest would be b"
        );
        assert_eq!(open_paths(&small_beside, &all, Some("r")), ["r/a", "r/b"]);
        let deep = counts(&[("r/p/a", 8), ("r/p/b", 7), ("r/q", 100)]);
        assert!(
            open_paths(&deep, &all, Some("a")).is_empty(),
            "p without a would be b"
        );
        assert_eq!(open_paths(&deep, &all, Some("p")).len(), 2);
    }

    #[test]
    fn whoever_sees_only_a_store_sees_it_when_it_is_open() {
        let store = scope(&["a"]);
        assert_eq!(
            open_paths(&counts(&[("r/a", 20), ("r/b", 9)]), &store, None),
            ["r/a"]
        );
        assert!(open_paths(&counts(&[("r/a", 7), ("r/b", 9)]), &store, None).is_empty());
        let region = scope(&["p", "a", "b"]);
        assert_eq!(
            open_paths(
                &counts(&[("r/p/a", 5), ("r/p/b", 5), ("r/q", 30)]),
                &region,
                None
            )
            .len(),
            2
        );
    }
}
