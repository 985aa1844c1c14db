//! Files of rows become records: reading, mapping, and what is wrong with rows. Pure: nothing
//! here knows the store.

mod batch;
mod cells;
pub mod dates;
pub mod encoding;
pub mod faults;
mod gather;
mod groups;
mod mapped;
pub mod mapping;
mod part;
mod plan;
pub mod propose;
mod records;
pub mod rows;
pub mod sniff;
mod survey_columns;

pub use batch::{Batch, Record, Said};
pub use faults::{Effect, RowFault};
pub use mapped::Mapped;
pub use mapping::{Mapping, Target};
pub use propose::{propose, propose_rows};
pub use records::{Halt, Records};
pub use rows::{Limits, Unreadable};
pub use sniff::{Sniffed, sniff, sniff_as, sniff_in};

use crate::surveys::document::Page;
use crate::surveys::{Document, Language};

/// The survey a mapping brings along, for files whose columns become questions.
pub fn own_survey(mapping: &Mapping) -> Option<Document> {
    let Target::NewSurvey { title, questions } = &mapping.target else {
        return None;
    };
    let mut languages: Vec<Language> = title.iter().map(|(language, _)| language.clone()).collect();
    if languages.is_empty() {
        languages.push(Language::ja());
    }
    let mut document = Document::new(title.clone(), languages);
    document.pages = vec![Page::new("p1", questions.clone())];
    Some(document)
}
