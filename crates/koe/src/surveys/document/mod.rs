//! The survey document: what is asked, of whom, in which order and on what terms.
//!
//! A draft may be incomplete; [`super::check`] says what is wrong with it and publishing
//! needs a document without errors. The format is described by example in
//! `docs/reference/survey-document.md`.

mod choice;
mod condition;
mod emotions;
pub(super) mod number;
mod question;
mod schema;
mod text;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use choice::{Choice, CodeValue, CodeValueJson, Row, SAFE_INTEGER, shown_order};
pub use condition::{Condition, Operand, Operator};
pub use emotions::named_emotions;
pub use question::{
    Agreement, Ces, Consent, Csat, DateAnswer, Emotion, Expectation, Kind, Layout, Matrix,
    Multiple, Nps, NumberAnswer, Question, Rating, RatingStyle, Single, Statement, TextAnswer,
    TextFormat,
};
pub use text::{Language, NotALanguage, Text};

/// The version of the format this build reads and writes.
pub const FORMAT: u32 = 1;

/// A survey as it is written, published and exported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SurveyDocument)]
pub struct Document {
    /// The version of the format, [`FORMAT`].
    pub format: u32,
    /// What people see as the survey's name.
    #[serde(default)]
    pub title: Text,
    /// The languages it is written in; the first is the base every text falls back to.
    pub languages: Vec<Language>,
    /// What the survey is for.
    #[serde(default)]
    pub programme: Programme,
    /// What is said about personal data on the answer page.
    #[serde(default)]
    pub privacy: Privacy,
    /// How the answer page looks.
    #[serde(default)]
    pub theme: Theme,
    /// How often and until when it can be answered.
    #[serde(default)]
    pub answering: Answering,
    /// Facts a link brings along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden_fields: Vec<HiddenField>,
    /// The pages in order.
    #[serde(default)]
    pub pages: Vec<Page>,
    /// The thank-you pages; the first whose condition holds is shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endings: Vec<Ending>,
    /// What another tool's file held that Koe has no question for, kept as it came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<Foreign>,
}

/// A document that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct Unreadable {
    /// Where in the document (`pages[0].questions[2]`), `.` for the whole.
    pub path: String,
    /// What is wrong, in English, for a developer.
    pub message: String,
}

impl Document {
    /// An empty survey in the given languages, with one empty page.
    pub fn new(title: Text, languages: Vec<Language>) -> Self {
        Self {
            format: FORMAT,
            title,
            languages,
            programme: Programme::default(),
            privacy: Privacy::default(),
            theme: Theme::default(),
            answering: Answering::default(),
            hidden_fields: Vec::new(),
            pages: vec![Page::new("p1", Vec::new())],
            endings: Vec::new(),
            foreign: Vec::new(),
        }
    }

    /// Reads a document from JSON text and says where it cannot be read.
    pub fn from_json(json: &[u8]) -> Result<Self, Unreadable> {
        let mut reader = serde_json::Deserializer::from_slice(json);
        let document = serde_path_to_error::deserialize(&mut reader).map_err(unreadable)?;
        reader.end().map_err(|error| Unreadable {
            path: ".".to_owned(),
            message: error.to_string(),
        })?;
        Self::of_known_format(document)
    }

    /// Reads a document from a JSON value and says where it cannot be read.
    pub fn from_value(value: serde_json::Value) -> Result<Self, Unreadable> {
        let document = serde_path_to_error::deserialize(value).map_err(unreadable)?;
        Self::of_known_format(document)
    }

    fn of_known_format(document: Self) -> Result<Self, Unreadable> {
        if document.format == FORMAT {
            Ok(document)
        } else {
            Err(Unreadable {
                path: "format".to_owned(),
                message: format!(
                    "format {} is not known; this version of Koe reads format {FORMAT}",
                    document.format
                ),
            })
        }
    }

    /// The base language: the first, or Japanese while none is chosen.
    pub fn base_language(&self) -> Language {
        self.languages.first().cloned().unwrap_or_else(Language::ja)
    }

    /// The language to speak to a person who would like `wanted`, in order of preference.
    pub fn language_for<'a>(&self, wanted: impl IntoIterator<Item = &'a str>) -> Language {
        wanted
            .into_iter()
            .find_map(|tag| {
                let primary = |tag: &str| tag.split('-').next().map(str::to_ascii_lowercase);
                self.languages
                    .iter()
                    .find(|language| language.as_str().eq_ignore_ascii_case(tag))
                    .or_else(|| {
                        self.languages
                            .iter()
                            .find(|language| primary(language.as_str()) == primary(tag))
                    })
                    .cloned()
            })
            .unwrap_or_else(|| self.base_language())
    }

    /// Every question in order, whatever its page.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.pages.iter().flat_map(|page| page.questions.iter())
    }

    /// The question with this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions().find(|question| question.id == id)
    }

    /// The hidden field with this id.
    pub fn hidden_field(&self, id: &str) -> Option<&HiddenField> {
        self.hidden_fields.iter().find(|field| field.id == id)
    }

    /// The hidden fields whose words are kept with the record and not in the lake.
    pub fn hidden_fields_of_words(&self) -> impl Iterator<Item = &HiddenField> {
        self.hidden_fields
            .iter()
            .filter(|field| field.kind == HiddenKind::Text)
    }

    /// The page with this id.
    pub fn page(&self, id: &str) -> Option<&Page> {
        self.pages.iter().find(|page| page.id == id)
    }
}

fn unreadable(error: serde_path_to_error::Error<serde_json::Error>) -> Unreadable {
    Unreadable {
        path: error.path().to_string(),
        message: error.into_inner().to_string(),
    }
}

/// What the survey is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SurveyProgramme)]
pub struct Programme {
    /// About one event, or about the relationship.
    pub kind: ProgrammeKind,
    /// Whether people who answer can be known.
    pub identity: Identity,
    /// Who answers.
    pub audience: Audience,
}

/// What a score is about; the two are never averaged together silently.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProgrammeKind {
    /// One event: a purchase, a contact, a stay (トランザクション).
    #[default]
    Transactional,
    /// The relationship as a whole (リレーションシップ).
    Relational,
}

/// Whether people who answer can be known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProgrammeIdentity)]
pub enum Identity {
    /// Answers may be tied to a person (記名).
    #[default]
    Identified,
    /// Figures from n ≥ 5, voices from n ≥ 8, no timelines (匿名).
    Confidential,
}

/// Who answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProgrammeAudience)]
pub enum Audience {
    /// Customers (顧客).
    #[default]
    Customers,
    /// Employees (従業員).
    Employees,
}

/// What is said about personal data on the answer page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SurveyPrivacy)]
pub struct Privacy {
    /// What the answers are used for (利用目的).
    pub purpose: Text,
    /// The privacy policy's web address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_url: Option<String>,
    /// Who is responsible; empty means the organisation by its own name.
    pub controller: Text,
    /// How long answers are kept, in days; none means as long as the organisation's rule says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
}

/// How the answer page looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SurveyTheme)]
pub struct Theme {
    /// A picture as `data:image/…;base64,…`, or the path of an uploaded one (`/files/…`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// The accent colour as `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<String>,
}

/// How often and until when the survey can be answered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SurveyAnswering)]
pub struct Answering {
    /// How often.
    pub limit: Limit,
    /// The moment from which no answer is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closes_at: Option<Timestamp>,
    /// What people read after that.
    pub closed_message: Text,
}

/// How often one survey can be answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AnsweringLimit)]
pub enum Limit {
    /// Once for each personal link; a public link takes any number.
    #[default]
    OncePerLink,
    /// Once for each personal link and once for each browser on a public link.
    OncePerBrowser,
    /// Any number, as on a tablet in a shop.
    Unlimited,
}

/// A fact a link brings along, never asked of the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HiddenField {
    /// Stable id in the form of a question's; shares one space of names with questions.
    pub id: String,
    /// The stable lake field, given when a version is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What members read.
    #[serde(default)]
    pub label: Text,
    /// What it holds.
    pub kind: HiddenKind,
    /// The only values taken, when any are listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// Whether only a signed link may bring it.
    #[serde(default, skip_serializing_if = "choice::is_false")]
    pub signed: bool,
}

/// What a hidden field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = HiddenFieldKind)]
pub enum HiddenKind {
    /// Words; kept with the record, not in the lake.
    Text,
    /// A number.
    Number,
    /// One of few codes.
    Code,
}

/// One page of questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SurveyPage)]
pub struct Page {
    /// Stable id in the form of a question's.
    pub id: String,
    /// A heading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    /// Shown only when this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<Condition>,
    /// The questions in order.
    #[serde(default)]
    pub questions: Vec<Question>,
    /// Where to go after the page; the first whose condition holds wins, else the next page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skips: Vec<Skip>,
}

impl Page {
    /// A page with these questions, always shown.
    pub fn new(id: impl Into<String>, questions: Vec<Question>) -> Self {
        Self {
            id: id.into(),
            title: None,
            show_if: None,
            questions,
            skips: Vec::new(),
        }
    }
}

/// A jump after a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SurveySkip)]
pub struct Skip {
    /// When to jump.
    pub when: Condition,
    /// Where to.
    pub to: Target,
}

/// Where a jump leads: `{"page":"p3"}`, `"end"` or `{"ending":"thanks"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SkipTarget)]
pub enum Target {
    /// A later page.
    Page(String),
    /// The ending whose condition holds.
    End,
    /// This ending, whatever its condition.
    Ending(String),
}

/// A thank-you page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SurveyEnding)]
pub struct Ending {
    /// Stable id in the form of a question's.
    pub id: String,
    /// Shown when this holds; without it, always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// A heading.
    #[serde(default)]
    pub title: Text,
    /// What is said.
    #[serde(default)]
    pub message: Text,
    /// A link to go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<EndingLink>,
}

/// A link on a thank-you page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndingLink {
    /// An `https:`, `http:`, `mailto:` or `tel:` address.
    pub url: String,
    /// What it says.
    #[serde(default)]
    pub label: Text,
}

/// An element of another tool's file that has no counterpart, kept verbatim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ForeignElement)]
pub struct Foreign {
    /// The file's format (`qsf`, `lss`).
    pub format: String,
    /// The element's own name there (`QID14`, `question 61250`).
    pub element: String,
    /// The element as it stood: the JSON value, or the XML as text.
    #[schema(value_type = Object)]
    pub content: serde_json::Value,
}

#[cfg(test)]
mod tests;
