//! What an analysis of drivers is. Pure.

use std::collections::{BTreeMap, BTreeSet};

use koe_analysis::drivers as analysis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::config::Limits;
use crate::base::id::{DriverAnalysisId, MetricId};
use crate::base::problem::{Outcome, Problem};
use crate::metrics::{Filter, Period, Split};

/// Changes whenever the same records would give other numbers than before.
pub const METHOD_VERSION: u32 = 1;

/// Parts into which records are put by chance, to be drawn again and again for
/// the intervals (docs/decisions/0024).
pub const PARTS: usize = 256;

/// Longest name, in characters.
const NAME: usize = 200;

/// A saved analysis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DriverAnalysis {
    /// Id.
    pub id: DriverAnalysisId,
    /// Name by language.
    pub name: BTreeMap<String, String>,
    /// What is analysed.
    pub definition: Definition,
    /// When it was last changed.
    pub changed_at: String,
}

/// What is analysed, over which records, how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DriverDefinition)]
pub struct Definition {
    /// The survey or source whose records are analysed.
    pub stream: String,
    /// What is to be explained.
    pub outcome: Explained,
    /// What may explain it: `field:<stream>:<field>` of the same survey or
    /// source, for ratings, numbers and yes/no; `customer:<key>`,
    /// `account:<key>`, `customer_then:<key>` for attributes that are numbers;
    /// `operational:<stream>:<count|sum:column|last:column|days_since>` for what
    /// the customer did before the record.
    pub drivers: Vec<String>,
    /// Which days.
    #[serde(default)]
    pub period: Period,
    /// All must hold; as in questions to metrics.
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// Compare `unit`, `unit:<level>` (0 = root) or `touchpoint`, each with all
    /// others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// How R² is shared out among the drivers.
    #[serde(default)]
    pub method: Method,
    /// Which records are used when some lack a value.
    #[serde(default)]
    pub missing: Missing,
}

/// What is to be explained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = DriverOutcome)]
pub enum Explained {
    /// What each record adds to a metric over answers: 100, 0 or −100 to an NPS,
    /// 100 or 0 to a share, the answer itself to a mean.
    Metric {
        /// The metric; one of its fields must be of the stream.
        metric: MetricId,
    },
    /// A question or field. Of a question with a usual metric, what each answer
    /// adds to that; else the number itself.
    Field {
        /// Field of the stream.
        field: String,
    },
}

/// How R² is shared out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DriverMethod)]
pub enum Method {
    /// The Shapley value: the mean gain over all orders of entry.
    #[default]
    Shapley,
    /// Johnson's relative weights, for many drivers.
    Johnson,
}

/// Which records are used when some lack a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DriverMissing)]
pub enum Missing {
    /// Records with all values.
    #[default]
    Listwise,
    /// For each two columns the records that have both.
    Pairwise,
}

impl From<Method> for analysis::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Shapley => Self::Shapley,
            Method::Johnson => Self::Johnson,
        }
    }
}

impl From<Missing> for analysis::Missing {
    fn from(missing: Missing) -> Self {
        match missing {
            Missing::Listwise => Self::Listwise,
            Missing::Pairwise => Self::Pairwise,
        }
    }
}

/// Checks a name.
///
/// # Errors
/// 422 naming the field.
pub fn check_name(name: &BTreeMap<String, String>) -> Outcome<()> {
    let named = name.values().any(|text| !text.trim().is_empty())
        && name.iter().all(|(language, text)| {
            matches!(language.as_str(), "ja" | "en") && text.chars().count() <= NAME
        });
    if named {
        return Ok(());
    }
    Err(Problem::invalid(
        "name",
        format!("must have a text of at most {NAME} characters under ja or en"),
    ))
}

/// Checks what is compared.
///
/// # Errors
/// 422 on `at`.
pub fn check_split(split: Option<&str>, at: &str) -> Outcome<()> {
    match split {
        None | Some("unit" | "touchpoint") => Ok(()),
        Some(level) if level.starts_with("unit:") => Split::parse(level, at).map(drop),
        Some(_) => Err(Problem::invalid(
            at,
            "must be unit, unit:<level> or touchpoint",
        )),
    }
}

impl Definition {
    /// Checks what can be checked without the store.
    ///
    /// # Errors
    /// 422 naming the field.
    pub fn check(&self, limits: &Limits) -> Outcome<()> {
        let (most, setting) = match self.method {
            Method::Shapley => (limits.shapley_drivers, "limits.shapley_drivers"),
            Method::Johnson => (limits.johnson_drivers, "limits.johnson_drivers"),
        };
        if !(1..=most).contains(&self.drivers.len()) {
            let more = match self.method {
                Method::Shapley => "; the method johnson takes more",
                Method::Johnson => "",
            };
            return Err(Problem::invalid(
                "definition.drivers",
                format!("must name 1 to {most} drivers ({setting}){more}"),
            ));
        }
        let mut seen = BTreeSet::new();
        for (n, driver) in self.drivers.iter().enumerate() {
            let field = format!("definition.drivers[{n}]");
            if !seen.insert(driver) {
                return Err(Problem::invalid(field, "is named twice"));
            }
            self.check_driver(driver, &field)?;
        }
        check_split(self.split.as_deref(), "definition.split")
    }

    fn check_driver(&self, driver: &str, at: &str) -> Outcome<()> {
        match Split::parse(driver, at)? {
            Split::Column(koe_lake::Column::Field { stream, .. }) => {
                if stream.as_ref() != Some(&self.stream) {
                    return Err(Problem::invalid(
                        at,
                        format!(
                            "is of another survey or source than {}; what was answered elsewhere \
                             is not beside the outcome in one record",
                            self.stream
                        ),
                    ));
                }
                Ok(())
            }
            Split::Person(known) if known.edges.is_empty() => Ok(()),
            Split::Person(_) => Err(Problem::invalid(
                at,
                "takes no bands; a driver is a number as it is",
            )),
            _ => Err(Problem::invalid(
                at,
                "must be field:<stream>:<field>, customer:<key>, account:<key>, \
                 customer_then:<key> or operational:…; compare units and touchpoints with split",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn definition(changes: serde_json::Value) -> Definition {
        let mut whole = json!({ "stream": "srv_1", "outcome": { "kind": "field", "field": "q1" },
            "drivers": ["field:srv_1:q2", "operational:orders:count:365d"] });
        for (name, value) in changes.as_object().into_iter().flatten() {
            whole[name] = value.clone();
        }
        serde_json::from_value(whole).expect("a definition")
    }

    #[test]
    fn what_is_wrong_with_a_definition_is_named() {
        let limits = Limits {
            shapley_drivers: 2,
            johnson_drivers: 3,
            ..Limits::default()
        };
        definition(json!({})).check(&limits).expect("fits");
        let three = json!(["field:srv_1:q2", "field:srv_1:q3", "field:srv_1:q4"]);
        let johnson = json!({ "drivers": three, "method": "johnson" });
        definition(johnson).check(&limits).expect("fits");
        for (changes, named) in [
            (json!({ "drivers": [] }), "definition.drivers"),
            (json!({ "drivers": three }), "limits.shapley_drivers"),
            (
                json!({ "drivers": ["field:srv_2:q2"] }),
                "definition.drivers[0]",
            ),
            (
                json!({ "drivers": ["field:srv_1:q2", "field:srv_1:q2"] }),
                "definition.drivers[1]",
            ),
            (
                json!({ "drivers": ["touchpoint"] }),
                "definition.drivers[0]",
            ),
            (
                json!({ "drivers": ["customer:age@20,40"] }),
                "definition.drivers[0]",
            ),
            (json!({ "split": "channel" }), "definition.split"),
            (json!({ "split": "unit:x" }), "definition.split"),
        ] {
            let problem = definition(changes.clone()).check(&limits);
            let said = problem.expect_err("refused").to_string();
            assert!(said.contains(named), "{changes}: {said}");
        }
    }

    #[test]
    fn unknown_fields_are_refused_by_name() {
        for text in [
            r#"{"stream":"s","outcome":{"kind":"field","field":"q1","top":2},"drivers":[]}"#,
            r#"{"stream":"s","outcome":{"kind":"field","field":"q1"},"drivers":[],"top":2}"#,
        ] {
            let error = serde_json::from_str::<Definition>(text).expect_err("refused");
            assert!(error.to_string().contains("top"), "{error}");
        }
    }
}
