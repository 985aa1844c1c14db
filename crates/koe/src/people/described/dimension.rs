//! How a dimension that rests on people is written. Pure.

use koe_analysis::bands;

use crate::base::problem::{Outcome, Problem};
use crate::people::Holder;

/// Most edges that somebody may give.
const MOST_EDGES: usize = 20;
/// Longest window, in days: a century.
const MOST_DAYS: u32 = 36_525;

/// What a customer's earlier rows in a stream of operational rows tell of a
/// record, counted back from the record's own time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OperationalField {
    /// Key of the stream.
    pub stream: String,
    /// What is told.
    pub tells: Tells,
    /// Only rows of so many days before the record.
    pub days: Option<u32>,
}

/// What earlier rows tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tells {
    /// How many there are.
    Count,
    /// The sum of a column.
    Sum(String),
    /// The value of a column in the latest.
    Last(String),
    /// Days since the latest.
    DaysSince,
}

/// What a dimension rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// An attribute as it is known now.
    Now {
        /// Whose.
        holder: Holder,
        /// Its key.
        key: String,
    },
    /// An attribute of the customer as it was when the record was stored.
    Then {
        /// Its key.
        key: String,
    },
    /// What the customer did before.
    Operational(OperationalField),
}

/// A dimension that rests on people, with the edges of its bands if somebody
/// gave them.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonDimension {
    /// What it rests on.
    pub what: What,
    /// Ascending; empty: chosen from the numbers there are.
    pub edges: Vec<f64>,
}

impl PersonDimension {
    /// Reads `customer:<key>`, `customer_then:<key>`, `account:<key>` or
    /// `operational:<stream>:<count|sum:column|last:column|days_since>[:<N>d]`,
    /// each with `@edge,edge…` behind it if wished; none when it is another
    /// dimension.
    ///
    /// # Errors
    /// 422 on `field`, saying how it is written.
    pub fn parse(name: &str, field: &str) -> Outcome<Option<Self>> {
        let (body, edges) = match name.split_once('@') {
            Some((body, edges)) => (body, Some(edges)),
            None => (name, None),
        };
        let what = match body.split_once(':') {
            Some(("customer", key)) => What::Now {
                holder: Holder::Customer,
                key: key.to_owned(),
            },
            Some(("account", key)) => What::Now {
                holder: Holder::Account,
                key: key.to_owned(),
            },
            Some(("customer_then", key)) => What::Then {
                key: key.to_owned(),
            },
            Some(("operational", rest)) => What::Operational(operational(rest, field)?),
            _ => return Ok(None),
        };
        let edges = match edges {
            None => Vec::new(),
            Some(text) => read_edges(text, field)?,
        };
        Ok(Some(Self { what, edges }))
    }
}

fn operational(rest: &str, field: &str) -> Outcome<OperationalField> {
    let wrong = || {
        Problem::invalid(
            field,
            "write operational:<stream>:count, :sum:<column>, :last:<column> or :days_since, and \
             behind it :<N>d for the last N days (1 to 36525)",
        )
    };
    let mut parts: Vec<&str> = rest.split(':').collect();
    let days = match parts.last().and_then(|last| last.strip_suffix('d')) {
        Some(days) if !days.is_empty() && days.bytes().all(|b| b.is_ascii_digit()) => {
            parts.pop();
            let days = days.parse().ok();
            Some(
                days.filter(|days| (1..=MOST_DAYS).contains(days))
                    .ok_or_else(wrong)?,
            )
        }
        _ => None,
    };
    let (stream, tells) = match parts.as_slice() {
        [stream, "count"] => (stream, Tells::Count),
        [stream, "days_since"] => (stream, Tells::DaysSince),
        [stream, "sum", column] => (stream, Tells::Sum((*column).to_owned())),
        [stream, "last", column] => (stream, Tells::Last((*column).to_owned())),
        _ => return Err(wrong()),
    };
    Ok(OperationalField {
        stream: (*stream).to_owned(),
        tells,
        days,
    })
}

fn read_edges(text: &str, field: &str) -> Outcome<Vec<f64>> {
    let edges: Result<Vec<f64>, _> = text.split(',').map(bands::edge).collect();
    edges
        .ok()
        .filter(|edges| edges.len() <= MOST_EDGES && edges.windows(2).all(|two| two[0] < two[1]))
        .ok_or_else(|| {
            Problem::invalid(
                field,
                format!(
                    "after @ write 1 to {MOST_EDGES} numbers or dates, each greater than the one \
                     before: @1,4,10"
                ),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(name: &str) -> Option<PersonDimension> {
        PersonDimension::parse(name, "x").ok().flatten()
    }

    #[test]
    fn operational_fields_are_read() {
        let of = |stream: &str, tells, days| {
            What::Operational(OperationalField {
                stream: stream.into(),
                tells,
                days,
            })
        };
        for (name, what, edges) in [
            (
                "operational:orders:count",
                of("orders", Tells::Count, None),
                vec![],
            ),
            (
                "operational:orders:count:365d@1,4,10",
                of("orders", Tells::Count, Some(365)),
                vec![1.0, 4.0, 10.0],
            ),
            (
                "operational:orders:sum:amount:30d",
                of("orders", Tells::Sum("amount".into()), Some(30)),
                vec![],
            ),
            (
                "operational:contacts:last:reason",
                of("contacts", Tells::Last("reason".into()), None),
                vec![],
            ),
            (
                "operational:contacts:days_since",
                of("contacts", Tells::DaysSince, None),
                vec![],
            ),
            (
                "customer:since@2024-04-01",
                What::Now {
                    holder: Holder::Customer,
                    key: "since".into(),
                },
                vec![19_814.0],
            ),
        ] {
            assert_eq!(
                parsed(name),
                Some(PersonDimension { what, edges }),
                "{name}"
            );
        }
        assert_eq!(PersonDimension::parse("touchpoint", "x").ok(), Some(None));
        assert_eq!(
            PersonDimension::parse("field:srv_1:q1", "x").ok(),
            Some(None)
        );
    }

    #[test]
    fn what_cannot_be_read_says_how_it_is_written() {
        for wrong in [
            "operational:orders",
            "operational:orders:mean:amount",
            "operational:orders:sum",
            "operational:orders:count:0d",
            "operational:orders:count:99999d",
            "operational:orders:count:x:3d",
            "customer:age@",
            "customer:age@3,2",
            "customer:age@a",
        ] {
            assert!(
                PersonDimension::parse(wrong, "split[0]").is_err(),
                "{wrong}"
            );
        }
    }
}
