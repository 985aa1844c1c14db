//! A question about a metric as people ask it, and its translation into the
//! lake's words.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use koe_lake::{Column, CommonColumn, Condition, Dimension, Test, TimeRange, Value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::experience;
use crate::base::problem::{Outcome, Problem};
use crate::people::{Knowledge, PersonDimension, What};

/// Civil days in the organisation's time zone, both ends included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Period {
    /// First day; null: from the beginning.
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day; null: until now.
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

/// The step of a trend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// No trend.
    #[default]
    None,
    /// Days.
    Day,
    /// ISO weeks.
    Week,
    /// Months.
    Month,
    /// Calendar quarters.
    Quarter,
    /// Half years of the calendar.
    Half,
    /// Calendar years.
    Year,
    /// Quarters counted from April (第1四半期 = April to June).
    FiscalQuarter,
    /// Half years from April (上期) and October (下期).
    FiscalHalf,
    /// Fiscal years from April (年度).
    FiscalYear,
}

/// What a change is measured against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// The period of the same length just before; before whole months, as many
    /// months.
    PreviousPeriod,
    /// The same days one year earlier; of whole months, the same months.
    PreviousYear,
    /// A period of its own.
    Period(Period),
}

/// How a unit's place in the tree is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
// The tree of `org` has a `UnitView` too; the API document needs two names.
#[schema(as = UnitReading)]
pub enum UnitView {
    /// As the tree was when it happened.
    #[default]
    AsThen,
    /// As the tree is today.
    AsNow,
}

/// A condition on what is counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// As in `split`: `touchpoint`, `channel`, `stage`, `unit`, `offering`,
    /// `direct`, `solicited`, `source`, `language`, `version`, `survey`,
    /// `field:<stream>:<field>`; an attribute as it is known now,
    /// `customer:<key>` or `account:<key>`, or as it was when the record was
    /// stored, `customer_then:<key>`; an operational field.
    pub dimension: String,
    /// Values of which one must hold, as they stand in keys: numbers and dates
    /// in bands (`1..<4`, `10..`, `2026-04-01..<2027-04-01`), null for records
    /// without a value, `(none)` where a customer has nothing earlier; for
    /// `unit`, the unit or any above it.
    #[serde(default)]
    pub any_of: Vec<Option<String>>,
    /// Values of which none may hold.
    #[serde(default)]
    pub none_of: Vec<Option<String>>,
}

/// What is asked of a metric.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ResultsQuery {
    /// Which days.
    pub period: Period,
    /// The step of the trend.
    pub grain: Grain,
    /// At most three dimensions: `touchpoint`, `channel`, `stage`, `unit`
    /// (leaf), `unit:<level>` (0 = root), `offering`, `direct`, `solicited`,
    /// `source`, `language`, `version`, `survey`, `field:<stream>:<field>`,
    /// `customer:<key>` and `account:<key>` (as known now),
    /// `customer_then:<key>` (as known when the record was stored), and
    /// operational fields, told by what the customer did before the record:
    /// `operational:<stream>:count`, `:sum:<column>`, `:last:<column>` or
    /// `:days_since`, with `:365d` behind it for the last 365 days. Numbers and
    /// dates are divided in bands, at `@1,4,10` behind the dimension or as the
    /// records suggest.
    pub split: Vec<String>,
    /// All must hold.
    pub filters: Vec<Filter>,
    /// What changes are measured against.
    pub compare: Option<Compare>,
    /// How a unit's place is read.
    pub units: UnitView,
    /// Confidence of intervals and tests, 0.5 to 0.999; default 0.95.
    pub confidence: Option<f64>,
}

/// Most dimensions of one question.
const MOST_SPLITS: usize = 3;
/// Most filters, and most values of one.
const MOST_FILTERS: usize = 50;
const MOST_VALUES: usize = 1_000;

/// A dimension that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Split {
    /// The lake groups by it.
    Column(Column),
    /// By unit at a level; 0 is the root.
    UnitLevel(usize),
    /// By the unit itself.
    Unit,
    /// By what is known of customer or account, or what they did before.
    Person(PersonDimension),
}

impl Split {
    /// Reads a dimension's name.
    ///
    /// # Errors
    /// 422 on `field`, listing what is known.
    pub fn parse(name: &str, field: &str) -> Outcome<Self> {
        let common = |column| Ok(Self::Column(Column::Common(column)));
        if let Some(level) = name.strip_prefix("unit:") {
            return level
                .parse()
                .ok()
                .filter(|level| *level < 32)
                .map(Self::UnitLevel)
                .ok_or_else(|| {
                    Problem::invalid(field, "write unit:<level> with a level from 0 to 31")
                });
        }
        if let Some(rest) = name.strip_prefix("field:") {
            let (stream, id) = rest
                .split_once(':')
                .ok_or_else(|| Problem::invalid(field, "write field:<stream>:<field>"))?;
            return Ok(Self::Column(Column::Field {
                stream: Some(stream.to_owned()),
                field: id.to_owned(),
            }));
        }
        if let Some(known) = PersonDimension::parse(name, field)? {
            return Ok(Self::Person(known));
        }
        match name {
            "touchpoint" => common(CommonColumn::Touchpoint),
            "channel" => common(CommonColumn::Channel),
            "stage" => common(CommonColumn::Stage),
            "offering" => common(CommonColumn::Offering),
            "direct" => common(CommonColumn::Direct),
            "solicited" => common(CommonColumn::Solicited),
            "source" => common(CommonColumn::Source),
            "language" => common(CommonColumn::Language),
            "version" => common(CommonColumn::Version),
            "survey" => common(CommonColumn::Stream),
            "unit" => Ok(Self::Unit),
            _ => Err(Problem::invalid(
                field,
                format!(
                    "{name} is no dimension; use touchpoint, channel, stage, unit, unit:<level>, \
                     offering, direct, solicited, source, language, version, survey, \
                     field:<stream>:<field>, customer:<key>, customer_then:<key>, account:<key> or \
                     operational:<stream>:<count|sum:column|last:column|days_since>"
                ),
            )),
        }
    }
}

impl ResultsQuery {
    /// The dimensions asked for.
    ///
    /// # Errors
    /// 422 naming the entry.
    pub fn splits(&self) -> Outcome<Vec<Split>> {
        if self.split.len() > MOST_SPLITS {
            return Err(Problem::invalid(
                "split",
                format!("at most {MOST_SPLITS} dimensions at once"),
            ));
        }
        self.split
            .iter()
            .enumerate()
            .map(|(n, name)| Split::parse(name, &format!("split[{n}]")))
            .collect()
    }

    /// Everything asked for that rests on people, each with its place.
    ///
    /// # Errors
    /// 422 naming the entry.
    pub fn about_people(&self, splits: &[Split]) -> Outcome<Vec<(String, What)>> {
        let mut all: Vec<(String, Split)> = (splits.iter().enumerate())
            .map(|(n, split)| (format!("split[{n}]"), split.clone()))
            .collect();
        for (n, filter) in self.filters.iter().enumerate() {
            let field = format!("filters[{n}].dimension");
            let split = Split::parse(&filter.dimension, &field)?;
            all.push((field, split));
        }
        let known = all.into_iter().filter_map(|(field, split)| match split {
            Split::Person(known) => Some((field, known.what)),
            _ => None,
        });
        Ok(known.collect())
    }

    /// The filters in the lake's words.
    ///
    /// # Errors
    /// 422 naming the entry.
    pub fn conditions(&self, knowledge: &Knowledge) -> Outcome<Vec<Condition>> {
        if self.filters.len() > MOST_FILTERS {
            return Err(Problem::invalid(
                "filters",
                format!("at most {MOST_FILTERS} at once"),
            ));
        }
        let mut conditions = Vec::new();
        for (n, filter) in self.filters.iter().enumerate() {
            let at = format!("filters[{n}]");
            if filter.any_of.len() > MOST_VALUES || filter.none_of.len() > MOST_VALUES {
                return Err(Problem::invalid(
                    at,
                    format!("at most {MOST_VALUES} values"),
                ));
            }
            if filter.any_of.is_empty() && filter.none_of.is_empty() {
                return Err(Problem::invalid(at, "needs values under any_of or none_of"));
            }
            match Split::parse(&filter.dimension, &format!("{at}.dimension"))? {
                Split::Column(column) => conditions.extend(experience::listed(
                    &column,
                    &filter.any_of,
                    &filter.none_of,
                    |text| value(&column, text),
                )),
                Split::Person(known) => {
                    let values = (&filter.any_of, &filter.none_of);
                    conditions.extend(knowledge.conditions(&known, values.0, values.1, &at)?);
                }
                Split::Unit | Split::UnitLevel(_) => {
                    if !filter.none_of.is_empty() {
                        return Err(Problem::invalid(at, "units can only be named under any_of"));
                    }
                    let units: Vec<String> = filter.any_of.iter().flatten().cloned().collect();
                    let test = match units.len() {
                        0 => Test::IsNull,
                        named if named == filter.any_of.len() => Test::Within(units),
                        _ => {
                            return Err(Problem::invalid(
                                at,
                                "ask for records without a unit (null) by themselves",
                            ));
                        }
                    };
                    conditions.push(Condition {
                        column: Column::Common(CommonColumn::UnitPath),
                        test,
                    });
                }
            }
        }
        Ok(conditions)
    }

    /// The trend's step in the lake's words; wider steps are merged from it.
    pub fn lake_time(&self, zone: &str) -> Option<Dimension> {
        let grain = match self.grain {
            Grain::None => return None,
            Grain::Day | Grain::Week => koe_lake::Grain::Day,
            _ => koe_lake::Grain::Month,
        };
        Some(Dimension::Time {
            grain,
            zone: zone.to_owned(),
        })
    }
}

/// A filter's text as the column holds it.
fn value(column: &Column, text: &str) -> Value {
    match column {
        Column::Common(CommonColumn::Direct | CommonColumn::Solicited) => {
            Value::Flag(text == "true")
        }
        Column::Common(CommonColumn::Version) => text
            .parse()
            .map_or_else(|_| Value::Code(text.to_owned()), Value::Integer),
        Column::Field { .. } => match text {
            "true" => Value::Flag(true),
            "false" => Value::Flag(false),
            _ => text
                .parse()
                .map(Value::Integer)
                .or_else(|_| text.parse().map(Value::Number))
                .unwrap_or_else(|_| Value::Code(text.to_owned())),
        },
        _ => Value::Code(text.to_owned()),
    }
}

impl Period {
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
                .map(|z| z.timestamp().as_millisecond())
                .ok()
        };
        Ok(TimeRange {
            from: self.from.and_then(start),
            to: self.to.and_then(|day| day.tomorrow().ok()).and_then(start),
        })
    }

    /// Whether it begins with a month and ends with one, as far as it has ends.
    pub fn is_whole_months(&self) -> bool {
        self.from.is_none_or(|from| from.day() == 1)
            && self.to.is_none_or(|to| to == to.last_of_month())
    }

    /// The period that `compare` means for this one; none when this one has
    /// no beginning to count from. What has no end goes up to `today`.
    pub fn base(&self, compare: Compare, today: Date) -> Option<Self> {
        let from = self.from?;
        let to = self.to.unwrap_or(today);
        let whole_months = from.day() == 1 && to == to.last_of_month();
        match compare {
            Compare::Period(period) => Some(period),
            Compare::PreviousYear => {
                let year = jiff::Span::new().years(1);
                let last = to.checked_sub(year).ok();
                Some(Self {
                    from: from.checked_sub(year).ok(),
                    to: match whole_months {
                        true => last.map(Date::last_of_month),
                        false => last,
                    },
                })
            }
            Compare::PreviousPeriod if whole_months => {
                let years = i32::from(to.year() - from.year());
                let months = years * 12 + i32::from(to.month() - from.month()) + 1;
                Some(Self {
                    from: from.checked_sub(jiff::Span::new().months(months)).ok(),
                    to: from.yesterday().ok(),
                })
            }
            Compare::PreviousPeriod => {
                let days = (to - from).get_days() + 1;
                let length = jiff::Span::new().days(days);
                Some(Self {
                    from: from.checked_sub(length).ok(),
                    to: from.yesterday().ok(),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, to: &str) -> Period {
        Period {
            from: Some(from.parse().expect("a date")),
            to: Some(to.parse().expect("a date")),
        }
    }

    #[test]
    fn days_are_cut_in_the_organisations_zone() {
        let zone = TimeZone::get("Asia/Tokyo").expect("a zone");
        let range = period("2026-04-01", "2026-04-01")
            .range(&zone)
            .expect("in order");
        let from = range.from.expect("an end");
        assert_eq!(
            jiff::Timestamp::from_millisecond(from)
                .expect("a time")
                .to_string(),
            "2026-03-31T15:00:00Z"
        );
        assert_eq!(range.to.expect("an end") - from, 86_400_000);
        assert!(period("2026-04-02", "2026-04-01").range(&zone).is_err());
    }

    #[test]
    fn a_change_is_measured_against_the_period_before() {
        let today = "2026-11-22".parse().expect("a date");
        for (given, compare, expected) in [
            (
                period("2026-04-01", "2026-04-30"),
                Compare::PreviousPeriod,
                period("2026-03-01", "2026-03-31"),
            ),
            (
                period("2026-01-01", "2026-03-31"),
                Compare::PreviousPeriod,
                period("2025-10-01", "2025-12-31"),
            ),
            (
                period("2026-04-02", "2026-04-30"),
                Compare::PreviousPeriod,
                period("2026-03-04", "2026-04-01"),
            ),
            (
                period("2025-02-01", "2025-02-28"),
                Compare::PreviousYear,
                period("2024-02-01", "2024-02-29"),
            ),
            (
                period("2026-04-01", "2026-04-30"),
                Compare::PreviousYear,
                period("2025-04-01", "2025-04-30"),
            ),
            (
                period("2024-02-29", "2024-02-29"),
                Compare::PreviousYear,
                period("2023-02-28", "2023-02-28"),
            ),
        ] {
            assert_eq!(given.base(compare, today), Some(expected));
        }
        assert_eq!(Period::default().base(Compare::PreviousPeriod, today), None);
    }

    #[test]
    fn dimensions_are_read_or_refused_by_name() {
        assert_eq!(Split::parse("unit:1", "x").ok(), Some(Split::UnitLevel(1)));
        assert_eq!(
            Split::parse("field:srv_1:q1~2", "x").ok(),
            Some(Split::Column(Column::Field {
                stream: Some("srv_1".into()),
                field: "q1~2".into()
            }))
        );
        for wrong in ["unit:x", "field:only", "colour", ""] {
            assert!(Split::parse(wrong, "split[0]").is_err(), "{wrong}");
        }
    }
}
