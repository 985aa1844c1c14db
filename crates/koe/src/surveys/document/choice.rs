//! Choices, matrix rows and the exact values behind choices.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

use super::Text;

/// One thing a person can choose.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Stable code, kept in answers and in the lake; letters, digits, `_` and `-`, up to 32.
    pub id: String,
    /// What the person reads.
    #[serde(default)]
    pub label: Text,
    /// The value it stands for in calculations and exports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<CodeValueJson>)]
    pub value: Option<CodeValue>,
    /// Excludes every other choice ("none of these").
    #[serde(default, skip_serializing_if = "is_false")]
    pub exclusive: bool,
    /// Asks for words of the person's own ("other").
    #[serde(default, skip_serializing_if = "is_false")]
    pub write_in: bool,
}

impl Choice {
    /// A choice with a code and a label.
    pub fn new(id: impl Into<String>, label: Text) -> Self {
        Self {
            id: id.into(),
            label,
            ..Self::default()
        }
    }
}

/// One row of a matrix.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MatrixRow)]
pub struct Row {
    /// Stable code; the form of a choice's.
    pub id: String,
    /// What the person reads.
    #[serde(default)]
    pub label: Text,
}

/// The exact value of a choice: a 64-bit integer, or a decimal kept as its text.
///
/// In JSON an integer up to 2⁵³ − 1 is a number; a larger one and every decimal are text,
/// because a JavaScript reader would lose their digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeValue {
    /// A 64-bit integer.
    Integer(i64),
    /// A decimal as it was written (`1.50` stays `1.50`, `007` stays `007`).
    Decimal(String),
}

/// What a [`CodeValue`] looks like in JSON.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = ChoiceValue)]
pub enum CodeValueJson {
    /// An integer of at most 2⁵³ − 1 in size.
    Integer(i64),
    /// A larger integer or a decimal.
    Text(String),
}

/// The largest whole number every JSON reader keeps exactly: 2⁵³ − 1.
pub const SAFE_INTEGER: i64 = 9_007_199_254_740_991;

/// The longest decimal text of a value.
const LONGEST_DECIMAL: usize = 60;

impl CodeValue {
    /// Reads an integer or a decimal; `None` when it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(integer) = text.parse::<i64>()
            && integer.to_string() == text
        {
            return Some(Self::Integer(integer));
        }
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let mut parts = unsigned.splitn(2, '.');
        let whole = parts.next().unwrap_or_default();
        let fraction = parts.next().unwrap_or_default();
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let decimal = text.len() <= LONGEST_DECIMAL
            && digits(whole)
            && digits(fraction)
            && whole.len() + fraction.len() > 0;
        decimal.then(|| Self::Decimal(text.to_owned()))
    }

    /// The nearest floating-point number, for calculation only.
    pub fn to_f64(&self) -> f64 {
        match self {
            Self::Integer(integer) => *integer as f64,
            Self::Decimal(text) => text.parse().unwrap_or(f64::NAN),
        }
    }
}

impl std::fmt::Display for CodeValue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(integer) => write!(formatter, "{integer}"),
            Self::Decimal(text) => formatter.write_str(text),
        }
    }
}

impl Serialize for CodeValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Integer(integer) if (-SAFE_INTEGER..=SAFE_INTEGER).contains(integer) => {
                serializer.serialize_i64(*integer)
            }
            Self::Integer(integer) => serializer.serialize_str(&integer.to_string()),
            Self::Decimal(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for CodeValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let refused =
            "a value is a 64-bit integer, or a decimal written as text, for example \"1.5\"";
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Number(number) => number
                .as_i64()
                .map(Self::Integer)
                .ok_or_else(|| D::Error::custom(refused)),
            serde_json::Value::String(text) => {
                Self::parse(&text).ok_or_else(|| D::Error::custom(refused))
            }
            _ => Err(D::Error::custom(refused)),
        }
    }
}

/// The order in which choices are shown to one person.
///
/// Without `shuffle` it is the written order. With it, `seed` (any number that stays the
/// same for one answering session) decides, and exclusive and write-in choices stay last,
/// where people look for them.
pub fn shown_order(choices: &[Choice], shuffle: bool, seed: u64) -> Vec<&Choice> {
    if !shuffle {
        return choices.iter().collect();
    }
    let (mut movable, fixed): (Vec<&Choice>, Vec<&Choice>) = choices
        .iter()
        .partition(|choice| !choice.exclusive && !choice.write_in);
    let mut state = seed;
    for end in (1..movable.len()).rev() {
        let bound = u64::try_from(end + 1).unwrap_or(u64::MAX);
        let pick = usize::try_from(split_mix(&mut state) % bound).unwrap_or(0);
        movable.swap(end, pick);
    }
    movable.extend(fixed);
    movable
}

/// One step of SplitMix64 (Steele, Lea, Flood 2014): small, fast and even enough to order choices.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// For `skip_serializing_if`: a false flag is left out of the document.
pub(super) fn is_false(flag: &bool) -> bool {
    !*flag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_every_digit_through_json() {
        for (json, value) in [
            ("3", CodeValue::Integer(3)),
            ("-9007199254740991", CodeValue::Integer(-SAFE_INTEGER)),
            ("\"9223372036854775807\"", CodeValue::Integer(i64::MAX)),
            ("\"1.50\"", CodeValue::Decimal("1.50".into())),
            ("\"007\"", CodeValue::Decimal("007".into())),
            ("\".5\"", CodeValue::Decimal(".5".into())),
        ] {
            let read: CodeValue = serde_json::from_str(json).unwrap();
            assert_eq!(read, value);
            assert_eq!(serde_json::to_string(&read).unwrap(), json);
        }
    }

    #[test]
    fn values_that_would_lose_digits_are_refused() {
        for json in [
            "1.5",
            "1e3",
            "18446744073709551615",
            "\"\"",
            "\"-\"",
            "\".\"",
            "\"1.2.3\"",
            "\"a\"",
            "true",
        ] {
            assert!(serde_json::from_str::<CodeValue>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn shuffling_is_settled_by_the_seed_and_keeps_none_and_other_last() {
        let mut choices: Vec<Choice> = (0..8)
            .map(|number| Choice::new(format!("c{number}"), Text::default()))
            .collect();
        choices[0].exclusive = true;
        choices[3].write_in = true;
        let ids = |seed| -> Vec<String> {
            shown_order(&choices, true, seed)
                .iter()
                .map(|choice| choice.id.clone())
                .collect()
        };
        assert_eq!(ids(7), ids(7));
        assert_ne!(ids(7), ids(8));
        assert_eq!(&ids(7)[6..], ["c0", "c3"]);
        let mut sorted = ids(7);
        sorted.sort();
        assert_eq!(sorted.len(), 8);
    }
}
