//! Questions and their kinds.

use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::choice::is_false;
use super::{Choice, Condition, Row, Text};

/// One question of a page.
///
/// In JSON the kind stands flat beside the other keys, named by `type`:
/// `{"id":"q1","type":"nps","text":{…},"required":true}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Question {
    /// Stable id: a letter, then letters, digits or `_`; at most 40 characters.
    pub id: String,
    /// The name in exports, when it differs from the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The stable lake field, given when a version is published (`q1`, later `q1-2`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The question itself.
    pub text: Text,
    /// A line of help below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// Whether the page cannot be left without an answer.
    #[serde(skip_serializing_if = "is_false")]
    pub required: bool,
    /// Asked only when this holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_if: Option<Condition>,
    /// What kind of answer is asked for.
    #[serde(flatten)]
    pub kind: Kind,
}

impl Question {
    /// A question that is not required and always asked.
    pub fn new(id: impl Into<String>, text: Text, kind: Kind) -> Self {
        Self {
            id: id.into(),
            code: None,
            field: None,
            text,
            help: None,
            required: false,
            show_if: None,
            kind,
        }
    }

    /// The name used in exports: the code, else the id.
    pub fn export_name(&self) -> &str {
        self.code.as_deref().unwrap_or(&self.id)
    }
}

impl<'de> Deserialize<'de> for Question {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Flattening and refusing unknown keys do not go together in serde, so the
        // common keys are taken out first and the kind refuses what is left over.
        let mut object = Map::<String, Value>::deserialize(deserializer)?;
        let id: String = take(&mut object, "id")
            .map_err(D::Error::custom)?
            .ok_or_else(|| D::Error::custom("a question needs an `id`"))?;
        let named = |error: String| D::Error::custom(format!("question `{id}`: {error}"));
        Ok(Self {
            code: take(&mut object, "code").map_err(named)?,
            field: take(&mut object, "field").map_err(named)?,
            text: take(&mut object, "text")
                .map_err(named)?
                .unwrap_or_default(),
            help: take(&mut object, "help").map_err(named)?,
            required: take(&mut object, "required")
                .map_err(named)?
                .unwrap_or_default(),
            show_if: take(&mut object, "show_if").map_err(named)?,
            kind: serde_json::from_value(Value::Object(object))
                .map_err(|error| named(error.to_string()))?,
            id,
        })
    }
}

/// Takes one key out of an object; `null` counts as absent.
fn take<T: serde::de::DeserializeOwned>(
    object: &mut Map<String, Value>,
    key: &str,
) -> Result<Option<T>, String> {
    match object.remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => serde_json::from_value(value)
            .map(Some)
            .map_err(|error| format!("`{key}`: {error}")),
    }
}

/// The kinds of questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Kind {
    /// Recommendation, 0–10 (推奨度).
    Nps(Nps),
    /// Satisfaction (満足度), 1 … points.
    Csat(Csat),
    /// Effort (顧客努力), 1 … points.
    Ces(Ces),
    /// A whole number on a scale, as numbers, stars or faces.
    Rating(Rating),
    /// One of several choices (単一選択).
    Single(Single),
    /// Any of several choices (複数選択).
    Multiple(Multiple),
    /// The same columns for several rows (マトリクス).
    Matrix(Matrix),
    /// Words (自由記述).
    Text(TextAnswer),
    /// A number (数値).
    Number(NumberAnswer),
    /// A calendar date (日付).
    Date(DateAnswer),
    /// Named emotions (感情).
    Emotion(Emotion),
    /// What was expected and what came, on one scale (期待と結果).
    Expectation(Expectation),
    /// Consent to a purpose (同意).
    Consent(Consent),
    /// Words to read, no answer (説明文).
    Statement(Statement),
}

/// Recommendation: always 0 to 10.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Nps {
    /// What 0 means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low_label: Option<Text>,
    /// What 10 means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high_label: Option<Text>,
}

/// Satisfaction from 1 to `points`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Csat {
    /// 5, 7 or 10.
    pub points: u8,
    /// Nothing, the two ends, or one label for each point from 1 up.
    pub labels: Vec<Text>,
}

impl Default for Csat {
    fn default() -> Self {
        Self {
            points: 5,
            labels: Vec::new(),
        }
    }
}

/// Effort from 1 to `points`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Ces {
    /// 5, 7 or 10.
    pub points: u8,
    /// What 1 means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low_label: Option<Text>,
    /// What the highest point means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high_label: Option<Text>,
    /// What agreeing means.
    pub agree: Agreement,
}

impl Default for Ces {
    fn default() -> Self {
        Self {
            points: 7,
            low_label: None,
            high_label: None,
            agree: Agreement::default(),
        }
    }
}

/// What a high effort score means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EffortAgreement)]
pub enum Agreement {
    /// "It was easy": high is good (CES 2.0).
    #[default]
    HigherIsEasier,
    /// "How much effort did you need": high is bad (CES 1.0).
    HigherIsHarder,
}

/// A whole number from `low` to `high`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rating {
    /// How the scale is drawn.
    pub style: RatingStyle,
    /// The lowest point.
    pub low: i32,
    /// The highest point.
    pub high: i32,
    /// Nothing, the two ends, or one label for each point from `low` up.
    pub labels: Vec<Text>,
}

impl Default for Rating {
    fn default() -> Self {
        Self {
            style: RatingStyle::Number,
            low: 1,
            high: 5,
            labels: Vec::new(),
        }
    }
}

/// How a rating is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RatingStyle {
    /// Numbers in a row.
    #[default]
    Number,
    /// Stars.
    Star,
    /// Faces.
    Face,
}

/// One of several choices.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Single {
    /// The choices.
    pub choices: Vec<Choice>,
    /// How they are drawn.
    pub layout: Layout,
    /// Shown in an order of chance, the same within one answering session.
    #[serde(skip_serializing_if = "is_false")]
    pub shuffle: bool,
}

/// How single choices are drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChoiceLayout)]
pub enum Layout {
    /// One below the other.
    #[default]
    List,
    /// A drop-down list, for many choices.
    Dropdown,
}

/// Any of several choices.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Multiple {
    /// The choices.
    pub choices: Vec<Choice>,
    /// At least so many, when anything is chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// At most so many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Shown in an order of chance, the same within one answering session.
    #[serde(skip_serializing_if = "is_false")]
    pub shuffle: bool,
}

/// The same columns for several rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Matrix {
    /// What is asked about.
    pub rows: Vec<Row>,
    /// What can be chosen for each row.
    pub columns: Vec<Choice>,
    /// Whether a row takes several columns.
    #[serde(skip_serializing_if = "is_false")]
    pub multiple: bool,
    /// Rows shown in an order of chance, the same within one answering session.
    #[serde(skip_serializing_if = "is_false")]
    pub shuffle: bool,
}

/// Words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TextAnswer {
    /// A field of several lines.
    #[serde(skip_serializing_if = "is_false")]
    pub long: bool,
    /// At most so many characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// What the words must look like.
    #[serde(skip_serializing_if = "TextFormat::is_any")]
    pub format: TextFormat,
    /// Whether the words are a voice: kept, searched and analysed as what the person said.
    /// Off for an order number, a name or an address.
    pub voice: bool,
}

/// What a text must look like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextFormat {
    /// Anything.
    #[default]
    Any,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A number.
    Number,
    /// A web address.
    Url,
}

impl TextFormat {
    /// Whether anything may be written.
    #[must_use]
    pub fn is_any(&self) -> bool {
        matches!(self, Self::Any)
    }
}

/// A number.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NumberAnswer {
    /// The least.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "super::number::serialize_option"
    )]
    pub min: Option<f64>,
    /// The most.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "super::number::serialize_option"
    )]
    pub max: Option<f64>,
    /// Digits after the point, 0 to 9.
    pub decimals: u8,
    /// What is counted (円, 分, 回).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
}

/// A calendar date, without time or zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DateAnswer {
    /// The earliest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub min: Option<Date>,
    /// The latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub max: Option<Date>,
}

/// Named emotions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Emotion {
    /// The emotions that can be named; see [`super::named_emotions`].
    pub choices: Vec<Choice>,
    /// Whether several can be named.
    #[serde(skip_serializing_if = "is_false")]
    pub multiple: bool,
}

/// What was expected and what came: two answers on one scale from `low` to `high`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Expectation {
    /// The lowest point.
    pub low: i32,
    /// The highest point.
    pub high: i32,
    /// What is asked about the expectation.
    pub expectation_label: Text,
    /// What is asked about the result.
    pub result_label: Text,
    /// Nothing, the two ends, or one label for each point from `low` up.
    pub labels: Vec<Text>,
}

impl Default for Expectation {
    fn default() -> Self {
        Self {
            low: 0,
            high: 10,
            expectation_label: Text::default(),
            result_label: Text::default(),
            labels: Vec::new(),
        }
    }
}

/// Consent to one purpose.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Consent {
    /// The purpose's stable code, as kept with the customer (`newsletter`, `interview`).
    pub purpose: String,
    /// What the person agrees to, beside the box.
    pub statement: Text,
}

/// Words to read; the question's text is all there is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {}

impl Kind {
    /// The name of the kind, as `type` says it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Nps(_) => "nps",
            Self::Csat(_) => "csat",
            Self::Ces(_) => "ces",
            Self::Rating(_) => "rating",
            Self::Single(_) => "single",
            Self::Multiple(_) => "multiple",
            Self::Matrix(_) => "matrix",
            Self::Text(_) => "text",
            Self::Number(_) => "number",
            Self::Date(_) => "date",
            Self::Emotion(_) => "emotion",
            Self::Expectation(_) => "expectation",
            Self::Consent(_) => "consent",
            Self::Statement(_) => "statement",
        }
    }

    /// The ends of a scale of whole numbers, for the kinds that have one.
    pub fn scale(&self) -> Option<(i32, i32)> {
        match self {
            Self::Nps(_) => Some((0, 10)),
            Self::Csat(csat) => Some((1, i32::from(csat.points))),
            Self::Ces(ces) => Some((1, i32::from(ces.points))),
            Self::Rating(rating) => Some((rating.low, rating.high)),
            Self::Expectation(pair) => Some((pair.low, pair.high)),
            _ => None,
        }
    }

    /// What can be chosen: choices, emotions or matrix columns.
    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::Single(single) => &single.choices,
            Self::Multiple(multiple) => &multiple.choices,
            Self::Matrix(matrix) => &matrix.columns,
            Self::Emotion(emotion) => &emotion.choices,
            _ => &[],
        }
    }

    /// Whether several choices can be taken at once.
    pub fn takes_several(&self) -> bool {
        match self {
            Self::Multiple(_) => true,
            Self::Matrix(matrix) => matrix.multiple,
            Self::Emotion(emotion) => emotion.multiple,
            _ => false,
        }
    }
}
