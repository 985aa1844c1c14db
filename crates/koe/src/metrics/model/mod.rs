//! What a metric is.

use std::collections::BTreeMap;

use koe_analysis::score::Metric as Formula;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::id::MetricId;
use crate::base::problem::{FieldProblem, Outcome, Problem};
use crate::surveys::document::ProgrammeKind;

/// A question or field that a metric is measured on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Survey or source.
    pub stream: String,
    /// Field of it.
    pub field: String,
}

/// What is measured, over which fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The formula and its scale: `{"kind":"nps"}`,
    /// `{"kind":"csat","scale":{"min":1,"max":5},"top":2}` …
    #[schema(value_type = Object)]
    pub formula: Formula,
    /// The fields, of one or several surveys. Their answers are pooled.
    pub sources: Vec<Source>,
    /// Whether transactional and relational programmes may be pooled; said
    /// aloud here, or refused.
    #[serde(default)]
    pub mixes_programmes: bool,
}

/// A metric.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Metric {
    /// Id.
    pub id: MetricId,
    /// Name by language.
    pub name: BTreeMap<String, String>,
    /// What is measured.
    pub definition: Definition,
    /// The value to reach, in the metric's unit.
    pub target: Option<f64>,
    /// No longer offered; kept for what refers to it.
    pub archived: bool,
}

/// What is known of a source's programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Programme {
    /// About one event, or about the relationship; none for other streams.
    pub kind: Option<ProgrammeKind>,
    /// Whether figures must be suppressed.
    pub confidential: bool,
}

/// Most sources of one metric.
const MOST_SOURCES: usize = 200;

impl Definition {
    /// Checks what can be checked without the store.
    ///
    /// # Errors
    /// 422 naming the field.
    pub fn check(&self, programmes: &[Programme]) -> Outcome<()> {
        if let Err(invalid) = self.formula.validate() {
            return Err(Problem::invalid_fields(vec![FieldProblem {
                field: format!("definition.formula.{}", invalid.field(&self.formula)),
                message: invalid.to_string(),
            }]));
        }
        if self.sources.is_empty() || self.sources.len() > MOST_SOURCES {
            return Err(Problem::invalid(
                "definition.sources",
                format!("must name 1 to {MOST_SOURCES} questions or fields"),
            ));
        }
        let has = |kind| programmes.iter().any(|p| p.kind == Some(kind));
        if has(ProgrammeKind::Transactional)
            && has(ProgrammeKind::Relational)
            && !self.mixes_programmes
        {
            return Err(Problem::invalid(
                "definition.mixes_programmes",
                "the sources are of transactional and relational programmes, which mean different \
                 things; make two metrics, or set mixes_programmes to true",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(mixes_programmes: bool) -> Definition {
        Definition {
            formula: Formula::Nps {
                cuts: koe_analysis::score::NpsCuts::default(),
            },
            sources: vec![Source {
                stream: "s".into(),
                field: "q1".into(),
            }],
            mixes_programmes,
        }
    }

    #[test]
    fn kinds_of_programme_are_pooled_only_when_said_aloud() {
        let of = |kind| Programme {
            kind: Some(kind),
            confidential: false,
        };
        let both = [
            of(ProgrammeKind::Transactional),
            of(ProgrammeKind::Relational),
        ];
        assert!(definition(false).check(&both).is_err());
        assert!(definition(true).check(&both).is_ok());
        assert!(definition(false).check(&both[..1]).is_ok());
    }

    #[test]
    fn a_metric_needs_a_source() {
        let mut none = definition(false);
        none.sources.clear();
        assert!(none.check(&[]).is_err());
    }
}
