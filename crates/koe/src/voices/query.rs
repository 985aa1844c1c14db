//! What can be asked of voices. Pure.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use koe_analysis::text::normalise;
use koe_lake::{Column, Condition, Test, TimeRange, Value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::experience;
use crate::base::problem::{Outcome, Problem};
use crate::people::PersonDimension;

/// Most characters and words of a search.
const MOST_CHARACTERS: usize = 200;
const MOST_WORDS: usize = 10;
/// Most filters, and most values of one.
const MOST_FILTERS: usize = 50;
const MOST_VALUES: usize = 1_000;

/// Civil days in the organisation's time zone, both ends included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VoicePeriod {
    /// First day; null: from the beginning.
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day; null: until now.
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

impl VoicePeriod {
    /// The period in moments, days being cut in `zone`.
    ///
    /// # Errors
    /// 422 when it ends before it begins.
    pub fn range(&self, zone: &TimeZone) -> Outcome<TimeRange> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && to < from
        {
            return Err(Problem::invalid(
                "period.to",
                "must not lie before period.from",
            ));
        }
        let start = |day: Date| {
            day.to_zoned(zone.clone())
                .ok()
                .map(|z| z.timestamp().as_millisecond())
        };
        Ok(TimeRange {
            from: self.from.and_then(start),
            to: self.to.and_then(|day| day.tomorrow().ok()).and_then(start),
        })
    }

    /// Whether it begins with a month and ends with one.
    pub fn is_whole_months(&self) -> bool {
        self.from.is_none_or(|day| day.day() == 1)
            && self
                .to
                .is_none_or(|day| day.tomorrow().is_ok_and(|next| next.day() == 1))
    }
}

/// A condition on the voices listed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VoiceFilter {
    /// `touchpoint`, `channel`, `stage`, `unit`, `offering`, `direct`,
    /// `solicited`, `source`, `version`, `survey`, as for metrics; `language`
    /// (of the words: `ja`, `en`, `other`), `sentiment` (`positive`,
    /// `negative`, `neutral`, `mixed`), `topic` (its id), `field` (the question the words
    /// answer, `q3` or `<survey>:q3`), `customer`; `field:<survey>:<field>`
    /// for another answer of the same record; `customer:<key>`,
    /// `account:<key>`, `customer_then:<key>` and `operational:…` as for
    /// metrics.
    pub dimension: String,
    /// Values of which one must hold, as they stand in the keys of metrics;
    /// null for voices without a value; for `unit`, the unit or any above it.
    pub any_of: Vec<Option<String>>,
    /// Values of which none may hold.
    pub none_of: Vec<Option<String>>,
    /// For another answer: its smallest value.
    pub from: Option<f64>,
    /// For another answer: its largest value.
    pub to: Option<f64>,
}

/// In which order voices are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoiceOrder {
    /// By when it happened, latest first.
    #[default]
    Newest,
    /// By when it happened, earliest first.
    Oldest,
    /// Most words first.
    Longest,
}

/// A question about voices as people ask it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VoiceQuestion {
    /// Words that must all occur, each anywhere in the text; a phrase between
    /// quotes. Width, case and kind of kana width make no difference.
    pub q: Option<String>,
    /// Which days.
    pub period: VoicePeriod,
    /// All must hold.
    pub filters: Vec<VoiceFilter>,
    /// In which order.
    pub sort: VoiceOrder,
    /// Voices wanted, 1 to 200 (default 50).
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Whether personal data in the words stay hidden (default). Showing them
    /// needs the right to read people, and is noted in the audit log.
    pub masked: Option<bool>,
    /// Whether the first page counts topics (default). Among very many voices
    /// that takes seconds; a list that is read at once can do without.
    pub topics: Option<bool>,
}

/// What a filter looks at.
#[derive(Clone, Debug, PartialEq)]
pub enum Dimension {
    /// A text column of the voice.
    Text(TextColumn),
    /// `direct` or `solicited`, `true` or `false`.
    Flag(&'static str),
    /// Version of the survey.
    Version,
    /// The unit or any above it.
    Unit,
    /// The question the words answer.
    Field,
    /// What they speak of.
    Topic,
    /// Another answer of the record.
    Answer {
        /// Survey or source.
        stream: String,
        /// Field of it.
        field: String,
    },
    /// What is known of the customer or account, or what they did before.
    Person(PersonDimension),
}

/// A text column of a voice that can be filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextColumn {
    /// Where.
    Touchpoint,
    /// On which channel.
    Channel,
    /// In which stage.
    Stage,
    /// With which product or service.
    Offering,
    /// Where it came from.
    Source,
    /// Of the words.
    Language,
    /// Survey or source.
    Survey,
    /// Whose.
    Customer,
    /// For or against.
    Sentiment,
}

impl Dimension {
    /// Reads a dimension's name.
    ///
    /// # Errors
    /// 422 on `field`, listing what is known.
    pub fn parse(name: &str, field: &str) -> Outcome<Self> {
        if let Some(rest) = name.strip_prefix("field:") {
            let (stream, id) = rest
                .split_once(':')
                .ok_or_else(|| Problem::invalid(field, "write field:<survey>:<field>"))?;
            return Ok(Self::Answer {
                stream: stream.to_owned(),
                field: id.to_owned(),
            });
        }
        if let Some(known) = PersonDimension::parse(name, field)? {
            return Ok(Self::Person(known));
        }
        Ok(match name {
            "touchpoint" => Self::Text(TextColumn::Touchpoint),
            "channel" => Self::Text(TextColumn::Channel),
            "stage" => Self::Text(TextColumn::Stage),
            "offering" => Self::Text(TextColumn::Offering),
            "source" => Self::Text(TextColumn::Source),
            "language" => Self::Text(TextColumn::Language),
            "survey" => Self::Text(TextColumn::Survey),
            "customer" => Self::Text(TextColumn::Customer),
            "sentiment" => Self::Text(TextColumn::Sentiment),
            "topic" => Self::Topic,
            "direct" => Self::Flag("direct"),
            "solicited" => Self::Flag("solicited"),
            "version" => Self::Version,
            "unit" => Self::Unit,
            "field" => Self::Field,
            _ => {
                return Err(Problem::invalid(
                    field,
                    format!(
                        "{name} is no dimension of voices; use touchpoint, channel, stage, unit, offering, \
                         direct, solicited, source, version, survey, language, sentiment, topic, field, \
                         customer, \
                         field:<survey>:<field>, customer:<key>, customer_then:<key>, \
                         account:<key> or operational:<stream>:…"
                    ),
                ));
            }
        })
    }

    /// Whether a confidential programme may be filtered by it.
    pub fn is_declared(&self) -> bool {
        matches!(
            self,
            Self::Unit | Self::Field | Self::Text(TextColumn::Survey | TextColumn::Language)
        )
    }

    /// Whether voices are counted by it beside the list.
    pub fn is_facet(&self) -> bool {
        use TextColumn as C;
        matches!(
            self,
            Self::Unit
                | Self::Field
                | Self::Text(C::Survey | C::Language | C::Touchpoint | C::Channel | C::Sentiment)
        )
    }
}

/// A filter that was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Restriction {
    /// What is looked at.
    pub dimension: Dimension,
    /// Values of which one must hold; empty: any.
    pub any_of: Vec<Option<String>>,
    /// Values of which none may hold.
    pub none_of: Vec<Option<String>>,
    /// Smallest and largest value of an answer.
    pub between: Option<(Option<f64>, Option<f64>)>,
}

/// The filters that were understood.
///
/// # Errors
/// 422 naming the entry.
pub fn restrictions(filters: &[VoiceFilter]) -> Outcome<Vec<Restriction>> {
    if filters.len() > MOST_FILTERS {
        return Err(Problem::invalid(
            "filters",
            format!("at most {MOST_FILTERS} at once"),
        ));
    }
    filters
        .iter()
        .enumerate()
        .map(|(n, filter)| {
            let at = format!("filters[{n}]");
            let dimension = Dimension::parse(&filter.dimension, &format!("{at}.dimension"))?;
            if filter.any_of.len() > MOST_VALUES || filter.none_of.len() > MOST_VALUES {
                return Err(Problem::invalid(
                    at,
                    format!("at most {MOST_VALUES} values"),
                ));
            }
            let between = filter.from.is_some() || filter.to.is_some();
            if between && !matches!(dimension, Dimension::Answer { .. }) {
                return Err(Problem::invalid(
                    at,
                    "from and to are for field:<survey>:<field>",
                ));
            }
            if filter.any_of.is_empty() && filter.none_of.is_empty() && !between {
                return Err(Problem::invalid(at, "needs values under any_of or none_of"));
            }
            if [filter.from, filter.to]
                .iter()
                .flatten()
                .any(|end| !end.is_finite())
            {
                return Err(Problem::invalid(at, "from and to must be finite numbers"));
            }
            if dimension == Dimension::Unit && !filter.none_of.is_empty() {
                return Err(Problem::invalid(at, "units can only be named under any_of"));
            }
            let both = filter.any_of.contains(&None) && filter.any_of.len() > 1;
            if dimension == Dimension::Unit && both {
                return Err(Problem::invalid(
                    at,
                    "ask for voices without a unit (null) by themselves",
                ));
            }
            Ok(Restriction {
                dimension,
                any_of: filter.any_of.clone(),
                none_of: filter.none_of.clone(),
                between: between.then_some((filter.from, filter.to)),
            })
        })
        .collect()
}

impl Restriction {
    /// Whether a value is meant.
    pub fn means(&self, value: Option<&str>) -> bool {
        let named = |names: &[Option<String>]| names.iter().any(|name| name.as_deref() == value);
        (self.any_of.is_empty() || named(&self.any_of)) && !named(&self.none_of)
    }

    /// The conditions on the record's other answers, in the lake's words.
    pub fn conditions(&self) -> Vec<Condition> {
        let Dimension::Answer { stream, field } = &self.dimension else {
            return Vec::new();
        };
        let column = Column::Field {
            stream: Some(stream.clone()),
            field: field.clone(),
        };
        let mut conditions = experience::listed(&column, &self.any_of, &self.none_of, value);
        if let Some((from, to)) = self.between {
            let test = Test::Between {
                from: from.map(number),
                to: to.map(number),
            };
            conditions.push(Condition { column, test });
        }
        conditions
    }
}

fn value(text: &str) -> Value {
    match text {
        "true" => Value::Flag(true),
        "false" => Value::Flag(false),
        _ => text
            .parse()
            .map(Value::Integer)
            .or_else(|_| text.parse().map(Value::Number))
            .unwrap_or_else(|_| Value::Code(text.to_owned())),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "checked to be whole and far inside the range of whole numbers"
)]
fn number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9.0e15 {
        Value::Integer(number as i64)
    } else {
        Value::Number(number)
    }
}

/// The words of a search, in search form, without repetition.
///
/// # Errors
/// 422 on `q` when it is too long.
pub fn words(q: &str) -> Outcome<Vec<String>> {
    if q.chars().count() > MOST_CHARACTERS {
        return Err(Problem::invalid(
            "q",
            format!("must have at most {MOST_CHARACTERS} characters"),
        ));
    }
    let plain = normalise(q);
    let mut words = BTreeSet::new();
    // Every other piece between quotes is a phrase; a quote that is never
    // closed is a phrase to the end.
    for (n, piece) in plain.text().split('"').enumerate() {
        if n % 2 == 1 {
            words.insert(piece.trim().to_owned());
        } else {
            words.extend(piece.split(' ').map(str::to_owned));
        }
    }
    words.remove("");
    if words.len() > MOST_WORDS {
        return Err(Problem::invalid(
            "q",
            format!("must have at most {MOST_WORDS} words"),
        ));
    }
    Ok(words.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_at_any_white_space_and_phrases_kept() {
        let cases: [(&str, &[&str]); 7] = [
            ("駅　朝食", &["朝食", "駅"]),
            ("  ＳＴＡＦＦ staff ", &["staff"]),
            ("“front desk” 駅", &["front desk", "駅"]),
            ("\"never closed", &["never closed"]),
            ("100% a_b c\\d 'x", &["'x", "100%", "a_b", "c\\d"]),
            ("", &[]),
            ("\"\" 　", &[]),
        ];
        for (q, expected) in cases {
            assert_eq!(words(q).expect(q), expected, "{q}");
        }
        assert!(words(&"あ".repeat(201)).is_err());
        assert!(words("a b c d e f g h i j k").is_err());
    }

    #[test]
    fn filters_are_read_or_refused_by_name() {
        let filter = |dimension: &str| VoiceFilter {
            dimension: dimension.into(),
            any_of: vec![Some("x".into())],
            ..VoiceFilter::default()
        };
        for name in [
            "touchpoint",
            "unit",
            "field",
            "field:srv_1:q1",
            "customer",
            "direct",
            "sentiment",
            "topic",
        ] {
            assert!(restrictions(&[filter(name)]).is_ok(), "{name}");
        }
        for name in ["colour", "field:only", ""] {
            assert!(restrictions(&[filter(name)]).is_err(), "{name}");
        }
        let between = VoiceFilter {
            from: Some(0.0),
            to: Some(6.0),
            ..VoiceFilter::default()
        };
        let of = |dimension: &str| VoiceFilter {
            dimension: dimension.into(),
            ..between.clone()
        };
        assert!(restrictions(&[of("channel")]).is_err());
        let read = restrictions(&[of("field:srv_1:q1")]).expect("an answer");
        assert_eq!(
            read[0].conditions()[0].test,
            Test::Between {
                from: Some(Value::Integer(0)),
                to: Some(Value::Integer(6))
            }
        );
        assert!(
            restrictions(&[VoiceFilter {
                dimension: "unit".into(),
                ..VoiceFilter::default()
            }])
            .is_err()
        );
    }

    #[test]
    fn whole_months_are_told_from_other_periods() {
        let period = |from: &str, to: &str| VoicePeriod {
            from: from.parse().ok(),
            to: to.parse().ok(),
        };
        assert!(period("2026-04-01", "2026-04-30").is_whole_months());
        assert!(period("", "2024-02-29").is_whole_months());
        assert!(!period("2026-04-02", "2026-04-30").is_whole_months());
        assert!(!period("2026-04-01", "2026-04-29").is_whole_months());
    }
}
