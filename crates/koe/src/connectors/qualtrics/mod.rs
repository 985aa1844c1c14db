//! Qualtrics survey files (`.qsf`) as Koe documents.

mod choices;
mod embedded;
mod entry;
mod flow;
mod grid;
mod inventory;
mod json;
mod logic;
mod options;
mod question;
mod settings;
mod skips;
mod words;

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::fit::Codes;
use super::names::Names;
use super::report::{ConversionReport, Ledger};
use crate::surveys::document::{HiddenKind, Identity, ProgrammeKind};
use crate::surveys::{Document, Language, Text};
use json::{entries, join, text};
use logic::Asked;

/// Why a file is not a survey file.
pub type NotSuchAFile = Text;

/// A conversion while it goes on.
struct Conversion<'a> {
    ledger: Ledger,
    /// The language the file is written in.
    base: Language,
    /// Further languages met on the way.
    languages: Vec<Language>,
    /// Ids of questions, pages and fields.
    names: Names,
    /// Questions by their ids, each with its place in the file.
    questions: HashMap<String, (String, &'a Value)>,
    /// What questions placed so far became.
    asked: HashMap<String, Asked>,
    /// Hidden fields by the names of embedded data.
    fields: HashMap<String, (String, HiddenKind)>,
    /// Names of embedded data that some logic compares by size.
    numeric: HashSet<String>,
    /// Export codes in use.
    codes: Codes,
    document: Document,
}

/// Reads a `.qsf` file.
///
/// # Errors
/// A sentence for a person when it is no such file.
pub fn convert(bytes: &[u8]) -> Result<(Document, ConversionReport), NotSuchAFile> {
    let json = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).map_err(
        |_| {
            Text::ja_en(
                "UTF-8の文字列ではないため、Qualtricsの調査定義（.qsf）として読めません。",
                "This is not UTF-8 text, so it is no Qualtrics survey file (.qsf).",
            )
        },
    )?;
    let as_written: Value = serde_json::from_str(json).map_err(|error| {
        Text::ja_en(
            format!(
                "JSONとして読めません（{}行{}文字目）。",
                error.line(),
                error.column()
            ),
            format!("This is not readable JSON: {error}."),
        )
    })?;
    let exact: Value =
        serde_json::from_str(&json::exact_numbers(json)).unwrap_or_else(|_| as_written.clone());
    let elements = exact
        .get("SurveyElements")
        .filter(|e| e.is_array() || e.is_object());
    let Some(elements) = elements else {
        return Err(Text::ja_en(
            "SurveyElementsがないため、Qualtricsの調査定義（.qsf）ではありません。",
            "There is no SurveyElements in it, so it is no Qualtrics survey file (.qsf).",
        ));
    };
    let entry = exact.get("SurveyEntry").unwrap_or(&Value::Null);
    let stated = text(entry, "SurveyLanguage");
    let base = words::language(stated).unwrap_or_else(Language::en);
    let title = Text::of(base.clone(), text(entry, "SurveyName"));
    let mut conversion = Conversion {
        ledger: Ledger::new(inventory::elements(&as_written)),
        document: Document::new(title, vec![base.clone()]),
        base,
        languages: Vec::new(),
        names: Names::default(),
        questions: HashMap::new(),
        asked: HashMap::new(),
        fields: HashMap::new(),
        numeric: HashSet::new(),
        codes: Codes::default(),
    };
    logic::compared_by_size(&exact, &mut conversion.numeric);
    conversion.document.pages.clear();
    conversion.document.programme.kind = ProgrammeKind::Transactional;
    conversion.document.programme.identity = Identity::Identified;
    conversion.entry("/SurveyEntry", entry);
    conversion.index_questions(elements);
    conversion.flow_and_blocks(elements);
    conversion.unplaced_questions();
    conversion.other_elements(elements);
    let Conversion {
        ledger,
        mut document,
        languages,
        ..
    } = conversion;
    document.languages.extend(languages);
    if document.title.is_empty() {
        let base = document.base_language();
        document.title.set(base, "Qualtrics");
    }
    let (report, foreign) = ledger.settle("qsf", |path| as_written.pointer(path).cloned());
    document.foreign = foreign;
    Ok((document, report))
}

impl<'a> Conversion<'a> {
    /// Finds every question by its id; of two with one id the first counts.
    fn index_questions(&mut self, elements: &'a Value) {
        for (key, element) in entries(elements) {
            let path = join("/SurveyElements", &key);
            let Some(payload) = element
                .get("Payload")
                .filter(|_| text(element, "Element") == "SQ")
            else {
                continue;
            };
            let id = match text(payload, "QuestionID") {
                "" => text(element, "PrimaryAttribute"),
                id => id,
            };
            if self.questions.contains_key(id) || id.is_empty() {
                self.ledger.unsupported(
                    &path,
                    Text::ja_en(
                        "質問IDがないか、ほかの質問と重複しています。",
                        "The question has no id, or that of another question.",
                    ),
                );
                continue;
            }
            self.questions.insert(id.to_owned(), (path, payload));
        }
    }

    /// Questions that no block shows.
    fn unplaced_questions(&mut self) {
        let unplaced: Vec<String> = self
            .questions
            .values()
            .map(|(path, _)| path.clone())
            .filter(|path| !self.ledger.is_settled(path))
            .collect();
        for path in unplaced {
            self.ledger.unsupported(
                &path,
                Text::ja_en(
                    "どのブロックからも表示されない質問です。",
                    "No block of the survey shows this question.",
                ),
            );
        }
    }

    /// A translation's language joins those of the survey.
    fn speak(&mut self, language: &Language) {
        if *language != self.base && !self.languages.contains(language) {
            self.languages.push(language.clone());
        }
    }
}
