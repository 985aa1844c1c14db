//! LimeSurvey structure files (`.lss`, `.lsg`, `.lsq`) as Koe documents.
//!
//! Up to database version 399 texts stand in the tables themselves, one row for each language;
//! from 400 on they stand in tables of their own (`*_l10ns`). Both are read by what is there.

mod attributes;
mod choices;
mod expression;
mod grid;
mod logic;
mod question;
mod settings;
mod tables;
mod words;

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::names::Names;
use super::report::{ConversionReport, Ledger};
use crate::connectors::fit::{self, Codes};
use crate::surveys::document::{Condition, Kind, Page, Question, Statement};
use crate::surveys::{Document, Language, Text};
use attributes::Attributes;
use logic::Asked;
use tables::{Row, Tables};

/// A conversion while it goes on.
struct Conversion<'a> {
    tables: &'a Tables,
    ledger: Ledger,
    base: Language,
    names: Names,
    /// Export codes in use.
    codes: Codes,
    by_code: HashMap<String, Asked>,
    by_qid: HashMap<String, Asked>,
    /// Questions asked on the page being filled, by their codes.
    open: HashSet<String>,
    /// The table of conditions by the question they belong to.
    conditions: HashMap<&'a str, Vec<&'a Row>>,
    document: Document,
}

/// Reads a structure file.
///
/// # Errors
/// A sentence for a person when it is no such file.
pub fn convert(bytes: &[u8]) -> Result<(Document, ConversionReport), Text> {
    let xml = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).map_err(
        |_| {
            Text::ja_en(
                "UTF-8の文字列ではないため、LimeSurveyの調査構造ファイルとして読めません。",
                "This is not UTF-8 text, so it is no LimeSurvey structure file.",
            )
        },
    )?;
    let tables = Tables::read(xml)?;
    let format = match tables.kind.as_str() {
        "Group" => "lsg",
        "Question" => "lsq",
        _ => "lss",
    };
    let stated = tables
        .rows("surveys")
        .first()
        .map_or("", |row| row.get("language"));
    let base = [stated]
        .into_iter()
        .chain(tables.languages.iter().map(String::as_str))
        .find_map(|code| Language::parse(&code.replace('_', "-")).ok())
        .unwrap_or_else(Language::en);
    let mut conversion = Conversion {
        ledger: Ledger::new(tables.elements.clone()),
        tables: &tables,
        document: Document::new(Text::default(), vec![base.clone()]),
        base,
        names: Names::default(),
        codes: Codes::default(),
        by_code: HashMap::new(),
        by_qid: HashMap::new(),
        open: HashSet::new(),
        conditions: HashMap::new(),
    };
    for row in tables.rows("conditions") {
        let rows = conversion.conditions.entry(row.get("qid")).or_default();
        rows.push(row);
    }
    conversion.document.pages.clear();
    conversion.header();
    conversion.survey();
    conversion.groups();
    conversion.endings();
    conversion.rest();
    let Conversion {
        ledger,
        mut document,
        base,
        ..
    } = conversion;
    if document.title.is_empty() {
        document.title.set(base, "LimeSurvey");
    }
    if document.pages.is_empty() {
        document.pages.push(Page::new("p1", Vec::new()));
    }
    let (report, foreign) = ledger.settle(format, |path| {
        let place = tables.place(path)?;
        Some(Value::String(xml.get(place)?.to_owned()))
    });
    document.foreign = foreign;
    Ok((document, report))
}

/// One group or question with the rows that say its texts.
struct Told<'a> {
    /// The row that holds its settings.
    row: &'a Row,
    /// The rows that hold its words, one for each language.
    words: Vec<&'a Row>,
}

/// What belongs to questions, by the question's number.
struct Parts<'a, 't> {
    subquestions: HashMap<&'a str, Vec<&'t Told<'a>>>,
    answers: HashMap<&'a str, Vec<&'t Told<'a>>>,
}

/// The longest name of a question with its part, in bytes.
const LONGEST_NAME: usize = 80;

/// A list by one of its columns, each in the list's order.
fn by<'a, 't>(list: &'t [Told<'a>], column: &str) -> HashMap<&'a str, Vec<&'t Told<'a>>> {
    let mut map: HashMap<&str, Vec<&Told<'a>>> = HashMap::new();
    for told in list {
        map.entry(told.row.get(column)).or_default().push(told);
    }
    map
}

impl<'a> Conversion<'a> {
    fn header(&mut self) {
        self.ledger.converted("/LimeSurveyDocType");
        self.ledger.converted("/DBVersion");
        for (number, code) in self.tables.languages.iter().enumerate() {
            let path = format!("/languages/{}", number + 1);
            match Language::parse(&code.replace('_', "-")) {
                Ok(language) => {
                    if !self.document.languages.contains(&language) {
                        self.document.languages.push(language);
                    }
                    self.ledger.converted(&path);
                }
                Err(_) => self.ledger.unsupported(
                    &path,
                    Text::ja_en(
                        format!("「{code}」は言語コードとして読めません。"),
                        format!("“{code}” is not a language code."),
                    ),
                ),
            }
        }
    }

    /// The rows of `table` joined with their texts, in the order of `order`; rows of one id in
    /// several languages are one.
    fn told(&mut self, table: &str, id: &str, texts: &str, order: &str) -> Vec<Told<'a>> {
        let mut list: Vec<Told<'a>> = Vec::new();
        let mut places: HashMap<[&str; 3], usize> = HashMap::new();
        for row in self.tables.rows(table) {
            self.ledger.converted(&row.path);
            let key = match row.get(id) {
                // Answers have a number of their own only since texts have tables of their own.
                "" if table == "answers" => {
                    ["qid", "scale_id", "code"].map(|column| row.get(column))
                }
                number => [number, "", ""],
            };
            match places.get(&key) {
                Some(&place) => list[place].words.push(row),
                None => {
                    places.insert(key, list.len());
                    // A row that also speaks a language is its own text.
                    list.push(Told {
                        row,
                        words: vec![row],
                    });
                }
            }
        }
        for row in self.tables.rows(texts) {
            if let Some(&place) = places.get(&[row.get(id), "", ""]) {
                self.ledger.converted(&row.path);
                list[place].words.push(row);
            }
        }
        for told in &mut list {
            // The base language's settings count where languages have rows of their own.
            let base = told.words.iter().find(|row| {
                row.path.starts_with(&format!("/{table}/"))
                    && !row.get("language").is_empty()
                    && row.get("language") == self.base.as_str()
            });
            told.row = base.copied().unwrap_or(told.row);
        }
        list.sort_by_key(|told| told.row.number(order));
        list
    }

    fn groups(&mut self) {
        let groups = self.told("groups", "gid", "group_l10ns", "group_order");
        let questions = self.told("questions", "qid", "question_l10ns", "question_order");
        // The exporter joins subquestions to the same table of texts.
        let subquestions = self.told("subquestions", "qid", "question_l10ns", "question_order");
        let answers = self.told("answers", "aid", "answer_l10ns", "sortorder");
        let mut attributes = Attributes::of(self.tables.rows("question_attributes"));
        let parts = Parts {
            subquestions: by(&subquestions, "parent_qid"),
            answers: by(&answers, "qid"),
        };
        let mut of_group = by(&questions, "gid");
        let alone = groups.is_empty();
        for group in &groups {
            self.group(group);
            // Of two groups with one number the first has the questions.
            for question in of_group.remove(group.row.get("gid")).unwrap_or_default() {
                self.placed(question, &parts, &mut attributes, group.row);
            }
            self.close();
        }
        for question in &questions {
            if alone {
                self.placed(question, &parts, &mut attributes, question.row);
            } else if of_group.contains_key(question.row.get("gid")) {
                self.ledger.unsupported(
                    &question.row.path,
                    Text::ja_en(
                        "質問のグループがファイルにありません。",
                        "The file does not hold its group.",
                    ),
                );
            }
        }
        if alone {
            self.close();
        }
        attributes.leave(&mut self.ledger);
    }

    /// Begins the page of a group.
    fn group(&mut self, group: &Told<'a>) {
        let path = &group.row.path;
        let title = self.words(path, &group.words, "group_name");
        let id = self.names.id(&format!("g{}", group.row.get("gid")));
        let mut page = Page::new(id.clone(), Vec::new());
        if !title.is_empty() {
            let mut changes = Vec::new();
            let mut title = title;
            fit::shorten(
                &mut title,
                crate::surveys::check::LIMITS.label,
                &mut changes,
            );
            page.title = Some(title);
        }
        page.show_if = self.relevance(path, group.row.get("grelevance"));
        if !group.row.get("randomization_group").trim().is_empty() {
            self.ledger.loss(
                path,
                Text::ja_en(
                    "グループの順序のランダム化は失われます。",
                    "The random order of groups is lost.",
                ),
            );
        }
        let description = self.words(path, &group.words, "description");
        if !description.is_empty() {
            let id = self.names.id(&format!("{id}_text"));
            page.questions.push(Question::new(
                id,
                description,
                Kind::Statement(Statement {}),
            ));
        }
        self.document.pages.push(page);
    }

    fn close(&mut self) {
        self.open.clear();
        if self
            .document
            .pages
            .last()
            .is_some_and(|page| page.questions.is_empty())
        {
            self.document.pages.pop();
        }
    }

    /// Converts a question and puts it on the page of its group.
    fn placed(
        &mut self,
        question: &Told<'a>,
        parts: &Parts<'a, '_>,
        attributes: &mut Attributes<'a>,
        group: &Row,
    ) {
        // What is piped in must have been answered on a page before.
        let piped = question.words.iter().any(|row| {
            ["question", "help"].iter().any(|column| {
                let begun = row.get(column).split('{').skip(1);
                begun.into_iter().any(|rest| self.pipes_open(rest))
            })
        });
        let each = self.one_by_one() && !self.open.is_empty();
        if (piped || each)
            && self
                .document
                .pages
                .last()
                .is_some_and(|p| !p.questions.is_empty())
        {
            self.further_page();
        }
        let made = self.question(question, parts, attributes);
        self.open.insert(question.row.get("title").to_owned());
        if self.document.pages.is_empty() {
            let id = self.names.id(&format!("g{}", group.get("gid")));
            self.document.pages.push(Page::new(id, Vec::new()));
        }
        if let Some(page) = self.document.pages.last_mut() {
            page.questions.extend(made);
        }
    }

    /// Whether what follows a `{` begins with the code of a question on the page being filled.
    fn pipes_open(&self, rest: &str) -> bool {
        let name = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        // `Q1_SQ001` is a part of Q1; a code has at most some twenty characters.
        (1..=name.min(LONGEST_NAME)).any(|end| self.open.contains(&rest[..end]))
    }

    /// A second page of the same group, shown under the same condition.
    fn further_page(&mut self) {
        self.open.clear();
        let Some(last) = self.document.pages.last() else {
            return;
        };
        let show_if: Option<Condition> = last.show_if.clone();
        let id = self.names.id(&last.id.clone());
        let mut page = Page::new(id, Vec::new());
        page.show_if = show_if;
        self.document.pages.push(page);
    }

    /// A relevance expression; one that always holds is no condition.
    fn relevance(&mut self, path: &str, expression: &str) -> Option<Condition> {
        let expression = expression.trim();
        if expression.is_empty() || expression == "1" {
            return None;
        }
        match self.condition(expression).filter(fit::is_small_enough) {
            Some(condition) => Some(condition),
            None => {
                self.ledger.loss(
                    path,
                    Text::ja_en(
                        format!("表示条件「{expression}」を表現できないため、常に表示します。"),
                        format!(
                            "The condition “{expression}” cannot be expressed; it is always shown."
                        ),
                    ),
                );
                None
            }
        }
    }
}
