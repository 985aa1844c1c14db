//! Stable ids out of other tools' names.

use std::collections::{HashMap, HashSet};

/// The longest id of a question, page or field.
const LONGEST_ID: usize = 40;
/// The longest code of a choice or row.
const LONGEST_CODE: usize = 32;

/// Ids already given in one space of names; upper and lower case are one.
#[derive(Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
    /// The last number given to each name that was wanted more than once.
    numbers: HashMap<String, u32>,
}

impl Names {
    /// An id for a question, page or field that resembles `wanted`: a letter, then letters,
    /// digits or `_`.
    pub fn id(&mut self, wanted: &str) -> String {
        let mut id: String = wanted
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .collect();
        if !id.starts_with(|c: char| c.is_ascii_alphabetic()) {
            id.insert(0, 'q');
        }
        self.free(id, LONGEST_ID)
    }

    /// An id for a choice or row: letters, digits, `_` and `-`.
    pub fn code(&mut self, wanted: &str) -> String {
        let mut id: String = wanted
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() || c == '-' {
                    c
                } else {
                    '_'
                }
            })
            .collect();
        if id.is_empty() {
            id.push('c');
        }
        self.free(id, LONGEST_CODE)
    }

    fn free(&mut self, mut id: String, longest: usize) -> String {
        id.truncate(longest);
        if self.taken.insert(id.to_ascii_lowercase()) {
            return id;
        }
        // Ten thousand equal names must not be tried from two on each time.
        let last = self.numbers.entry(id.to_ascii_lowercase()).or_insert(1);
        loop {
            *last += 1;
            let end = format!("_{last}");
            let mut next = id.clone();
            next.truncate(longest - end.len());
            next.push_str(&end);
            if self.taken.insert(next.to_ascii_lowercase()) {
                return next;
            }
        }
    }
}

/// Whether a name can be a choice's or row's id as it is.
pub fn is_code(name: &str) -> bool {
    (1..=LONGEST_CODE).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_ids_that_differ() {
        let mut names = Names::default();
        assert_eq!(names.id("QID5#1"), "QID5_1");
        assert_eq!(names.id("qid5 1"), "qid5_1_2");
        assert_eq!(names.id("1st"), "q1st");
        assert_eq!(names.id("満足度"), "q___");
        assert_eq!(names.id(&"x".repeat(60)).len(), 40);
        assert_eq!(names.id(&"x".repeat(61)).len(), 40);
        assert_eq!(names.code("-oth-"), "-oth-");
        assert_eq!(names.code(""), "c");
    }
}
