//! Which columns a file has, and what they are called.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use koe_lake::FieldKind;

use super::Values;
use crate::base::sheet::Cell;
use crate::base::text::Language;
use crate::responses::pages::Texts;
use crate::surveys::answers::write_in_key;
use crate::surveys::document::{Document, Kind, Language as Tongue, Question, Text};
use crate::surveys::fields::{self, value_labels};

/// What is known of every response, whatever it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The record.
    Record,
    /// When the answer began, where its duration is known.
    Started,
    /// When it took place.
    Finished,
    /// Seconds that answering took.
    Duration,
    /// Version that was answered.
    Version,
    /// Language tag.
    Language,
    /// `link`, `api`, an import.
    Source,
    /// Where.
    Touchpoint,
    /// Kind of channel.
    Channel,
    /// Stage of the cycle.
    Stage,
    /// By whom it was served.
    Unit,
    /// The product or service.
    Offering,
    /// Whose experience.
    Customer,
    /// By which link.
    Link,
}

const FACTS: [(Fact, &str); 14] = [
    (Fact::Record, "record_id"),
    (Fact::Started, "started_at"),
    (Fact::Finished, "finished_at"),
    (Fact::Duration, "duration_seconds"),
    (Fact::Version, "version"),
    (Fact::Language, "language"),
    (Fact::Source, "source"),
    (Fact::Touchpoint, "touchpoint"),
    (Fact::Channel, "channel"),
    (Fact::Stage, "stage"),
    (Fact::Unit, "unit"),
    (Fact::Offering, "offering"),
    (Fact::Customer, "customer_id"),
    (Fact::Link, "link_id"),
];

/// Where the cells of a column come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// What is known of every response.
    Fact(Fact),
    /// A lake field, with the words for its values where they are wanted.
    Field(String, BTreeMap<String, String>),
    /// Words, under their key.
    Words(String),
}

/// The columns of a file, and how their cells are written.
#[derive(Clone, Debug)]
pub struct Layout {
    pub(super) columns: Vec<(String, Source)>,
    pub(super) values: Values,
    pub(super) zone: TimeZone,
    pub(super) yes_no: [String; 2],
}

impl Layout {
    pub(super) fn header(&self) -> Vec<Cell> {
        let names = self.columns.iter();
        names.map(|(name, _)| Cell::Text(name.clone())).collect()
    }
}

/// The columns of all versions of a survey, oldest version first: those of the newest in its
/// order, then what only older ones asked.
pub fn columns(
    versions: &[(i64, &Document)],
    values: Values,
    language: Language,
    zone: TimeZone,
    texts: &Texts,
) -> Layout {
    let own = |key: &str| texts.at(language, &format!("/export/{key}"));
    let facts = FACTS.iter().map(|(fact, code)| {
        let name = match values {
            Values::Codes => (*code).to_owned(),
            Values::Labels => own(&format!("columns/{code}")),
        };
        (name, Source::Fact(*fact))
    });
    let mut columns: Vec<(String, Source)> = facts.collect();
    let newest = versions.last().map_or(0, |(number, _)| *number);
    let mut known: BTreeSet<String> = BTreeSet::new();
    for (number, document) in versions.iter().rev() {
        let naming = Naming {
            document,
            values,
            tongue: match language {
                Language::Ja => Tongue::ja(),
                Language::En => Tongue::en(),
            },
            value: own("value"),
            written: own("written"),
            version: (*number < newest)
                .then(|| own("until_version").replace("{{version}}", &number.to_string())),
        };
        for (key, name, source) in naming.columns() {
            match columns.iter_mut().find(|(_, known)| same(known, &source)) {
                // Choices that only an older version had keep their words.
                Some((_, Source::Field(_, words))) => {
                    if let Source::Field(_, older) = source {
                        for (value, label) in older {
                            words.entry(value).or_insert(label);
                        }
                    }
                }
                _ if known.insert(key) => columns.push((name, source)),
                _ => {}
            }
        }
    }
    Layout {
        columns,
        values,
        zone,
        yes_no: [own("no"), own("yes")],
    }
}

fn same(one: &Source, other: &Source) -> bool {
    matches!((one, other), (Source::Field(a, _), Source::Field(b, _)) if a == b)
}

/// How one version calls its columns.
struct Naming<'a> {
    document: &'a Document,
    values: Values,
    tongue: Tongue,
    /// What the number behind a choice is called.
    value: String,
    /// What words written in with a choice are called.
    written: String,
    /// Said of a column that the newest version does not have.
    version: Option<String>,
}

impl Naming<'_> {
    /// Key, name and source of every column, in the document's order.
    fn columns(&self) -> Vec<(String, String, Source)> {
        let fields = fields::columns(self.document);
        let mut columns = Vec::new();
        for question in self.document.questions() {
            for column in fields.iter().filter(|c| c.question == question.id) {
                columns.push(self.field(column, Some(question)));
            }
            if let Kind::Text(_) = question.kind {
                columns.push(self.words(question, question.id.clone(), None));
            }
            for choice in question.kind.choices().iter().filter(|c| c.write_in) {
                let key = format!("{}.{}", write_in_key(&question.id), choice.id);
                columns.push(self.words(question, key, Some(&choice.label)));
            }
        }
        let asked = |id: &str| self.document.question(id).is_some();
        for column in fields.iter().filter(|column| !asked(&column.question)) {
            columns.push(self.field(column, None));
        }
        for hidden in self.document.hidden_fields_of_words() {
            let name = match (self.values, self.say(&hidden.label)) {
                (Values::Codes, _) | (Values::Labels, "") => hidden.id.clone(),
                (Values::Labels, label) => label.to_owned(),
            };
            let source = Source::Words(hidden.id.clone());
            columns.push((format!("words:{}", hidden.id), self.dated(name), source));
        }
        columns
    }

    fn field(
        &self,
        column: &fields::Column,
        question: Option<&Question>,
    ) -> (String, String, Source) {
        let name = match (self.values, question) {
            (Values::Codes, None) => column.field.clone(),
            (Values::Codes, Some(question)) => code(question, &column.field),
            (Values::Labels, None) => match self.say(&column.label) {
                "" => column.question.clone(),
                label => label.to_owned(),
            },
            (Values::Labels, Some(question)) => {
                let mut parts = Vec::new();
                let row = match &question.kind {
                    Kind::Matrix(matrix) => matrix
                        .rows
                        .iter()
                        .find(|row| column.row.as_deref() == Some(&row.id)),
                    _ => None,
                };
                if let Some(row) = row {
                    parts.push(self.say(&row.label));
                }
                if column.choice.is_some() || (column.row.is_some() && row.is_none()) {
                    parts.push(self.say(&column.label));
                }
                if column.field.ends_with(".value") && column.kind == FieldKind::Number {
                    parts.push(&self.value);
                }
                self.named(question, &parts)
            }
        };
        let labels = match self.values {
            Values::Codes => BTreeMap::new(),
            Values::Labels => self.labels(column),
        };
        let source = Source::Field(column.field.clone(), labels);
        (column.field.clone(), self.dated(name), source)
    }

    /// The words for every value of a field; none for a scale of which only the ends have words.
    fn labels(&self, column: &fields::Column) -> BTreeMap<String, String> {
        let labels = value_labels(self.document, column);
        let whole = match self.document.question(&column.question).map(|q| &q.kind) {
            Some(Kind::Csat(csat)) => labels.len() == usize::from(csat.points),
            Some(Kind::Rating(scale)) => labels.len() as i32 == scale.high - scale.low + 1,
            Some(Kind::Expectation(scale)) => labels.len() as i32 == scale.high - scale.low + 1,
            _ => true,
        };
        if !whole {
            return BTreeMap::new();
        }
        labels
            .iter()
            .map(|(value, label)| (value.clone(), self.say(label).to_owned()))
            .filter(|(_, label)| !label.is_empty())
            .collect()
    }

    fn words(
        &self,
        question: &Question,
        key: String,
        choice: Option<&Text>,
    ) -> (String, String, Source) {
        let name = match (self.values, choice) {
            (Values::Codes, _) => code(question, &key),
            (Values::Labels, None) => self.named(question, &[]),
            (Values::Labels, Some(choice)) => {
                self.named(question, &[self.say(choice), &self.written])
            }
        };
        let key_of = format!("words:{key}");
        (key_of, self.dated(name), Source::Words(key))
    }

    fn named(&self, question: &Question, parts: &[&str]) -> String {
        let text = match self.say(&question.text) {
            "" => question.export_name(),
            text => text,
        };
        match parts.is_empty() {
            true => text.to_owned(),
            false => format!("{text} [{}]", parts.join(" / ")),
        }
    }

    fn dated(&self, name: String) -> String {
        match (&self.version, self.values) {
            (Some(version), Values::Labels) => format!("{name} {version}"),
            _ => name,
        }
    }

    fn say<'t>(&self, text: &'t Text) -> &'t str {
        text.get(&self.tongue, &self.document.base_language())
    }
}

/// A field's name in exports: with the question's code in place of its id.
fn code(question: &Question, field: &str) -> String {
    match field.strip_prefix(&question.id) {
        Some(rest) => format!("{}{rest}", question.export_name()),
        None => field.to_owned(),
    }
}
