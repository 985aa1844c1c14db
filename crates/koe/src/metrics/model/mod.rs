//! What a metric is.

mod formula;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::id::MetricId;
use crate::base::problem::{FieldProblem, Outcome, Problem};
use crate::surveys::document::ProgrammeKind;

pub use formula::{Formula, FormulaProblem, Text, Written};

/// A question or field that a metric is measured on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Survey or source.
    pub stream: String,
    /// Field of it.
    pub field: String,
    /// Its name in a formula over answers; absent: the field's id. Fields of
    /// several surveys that mean the same share a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Source {
    /// What a formula over answers calls it.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.field)
    }
}

/// A metric that a formula over metrics rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Operand {
    /// Its name in the formula.
    pub name: String,
    /// The metric.
    pub metric: MetricId,
}

/// What is measured, over which fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The formula and its scale: `{"kind":"nps"}`,
    /// `{"kind":"csat","scale":{"min":1,"max":5},"top":2}` …; or one that is
    /// written: `{"kind":"of_answers","text":"result - expectation"}`,
    /// `{"kind":"of_metrics","text":"0.5 * nps + 0.5 * csat"}`.
    #[schema(value_type = Object)]
    pub formula: Formula,
    /// The fields, of one or several surveys. Their answers are pooled; in a
    /// formula over answers they are its names. Empty for a formula over
    /// metrics.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// The metrics of a formula over metrics; empty otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<Operand>,
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

/// Most metrics of one formula.
const MOST_METRICS: usize = 12;

impl Definition {
    /// Checks what can be checked without the store.
    ///
    /// # Errors
    /// 422 naming the field; for a formula's text with the place in it.
    pub fn check(&self) -> Outcome<()> {
        if let Formula::Usual(formula) = &self.formula
            && let Err(invalid) = formula.validate()
        {
            return Err(Problem::invalid_fields(vec![FieldProblem {
                field: format!("definition.formula.{}", invalid.field(formula)),
                message: invalid.to_string(),
            }]));
        }
        if let Some(text) = self.formula.written()
            && text.scale.is_some_and(|scale| scale.min >= scale.max)
        {
            return Err(Problem::invalid(
                "definition.formula.scale",
                "needs a least value below its greatest",
            ));
        }
        let (sources, metrics) = match self.formula.is_of_metrics() {
            true => (0..=0, 1..=MOST_METRICS),
            false => (1..=MOST_SOURCES, 0..=0),
        };
        if !sources.contains(&self.sources.len()) {
            return Err(Problem::invalid(
                "definition.sources",
                match self.formula.is_of_metrics() {
                    true => "must be empty: a formula over metrics names metrics".to_owned(),
                    false => format!("must name 1 to {MOST_SOURCES} questions or fields"),
                },
            ));
        }
        if !metrics.contains(&self.metrics.len()) {
            return Err(Problem::invalid(
                "definition.metrics",
                match self.formula.is_of_metrics() {
                    true => format!("must name 1 to {MOST_METRICS} metrics"),
                    false => "is for formulas over metrics (kind of_metrics)".to_owned(),
                },
            ));
        }
        self.check_names()
    }

    /// Every name stands for one thing (of each survey) and is used.
    fn check_names(&self) -> Outcome<()> {
        let Some(text) = self.formula.written() else {
            return Ok(());
        };
        let expression = text
            .read(&self.names())
            .map_err(|problem| Problem::invalid("definition.formula.text", problem.message))?;
        let used = expression.operands();
        let mut seen = BTreeSet::new();
        let named: Vec<(String, &str, &str)> = match self.formula.is_of_metrics() {
            true => (self.metrics.iter().enumerate())
                .map(|(n, one)| (format!("definition.metrics[{n}].name"), &*one.name, ""))
                .collect(),
            false => (self.sources.iter().enumerate())
                .map(|(n, one)| {
                    let field = format!("definition.sources[{n}].name");
                    (field, one.name(), &*one.stream)
                })
                .collect(),
        };
        for (field, name, stream) in named {
            if !used.contains(name) {
                return Err(Problem::invalid(
                    field,
                    format!("the formula does not use \u{201C}{name}\u{201D}; leave it out"),
                ));
            }
            if !seen.insert((name, stream)) {
                return Err(Problem::invalid(
                    field,
                    format!("\u{201C}{name}\u{201D} already stands for something else"),
                ));
            }
        }
        Ok(())
    }

    /// The names that the formula's text may use, each once.
    pub fn names(&self) -> Vec<&str> {
        let names: BTreeSet<&str> = match self.formula.is_of_metrics() {
            true => self.metrics.iter().map(|one| one.name.as_str()).collect(),
            false => self.sources.iter().map(Source::name).collect(),
        };
        names.into_iter().collect()
    }

    /// Refuses to pool kinds of programmes silently.
    ///
    /// # Errors
    /// 422 naming the field.
    pub fn check_mix(&self, programmes: &[Programme]) -> Outcome<()> {
        if mixed(programmes) && !self.mixes_programmes {
            return Err(Problem::invalid(
                "definition.mixes_programmes",
                "the sources are of transactional and relational programmes, which mean different \
                 things; make two metrics, or set mixes_programmes to true",
            ));
        }
        Ok(())
    }
}

/// Whether both kinds of programmes are among these.
pub fn mixed(programmes: &[Programme]) -> bool {
    let has = |kind| programmes.iter().any(|p| p.kind == Some(kind));
    has(ProgrammeKind::Transactional) && has(ProgrammeKind::Relational)
}

#[cfg(test)]
mod tests {
    use koe_analysis::score::{Metric as OverAnswers, NpsCuts};

    use super::*;

    fn definition(mixes_programmes: bool) -> Definition {
        Definition {
            formula: Formula::Usual(OverAnswers::Nps {
                cuts: NpsCuts::default(),
            }),
            sources: vec![source("s", "q1", None)],
            metrics: Vec::new(),
            mixes_programmes,
        }
    }

    fn source(stream: &str, field: &str, name: Option<&str>) -> Source {
        Source {
            stream: stream.into(),
            field: field.into(),
            name: name.map(str::to_owned),
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
        assert!(definition(false).check_mix(&both).is_err());
        assert!(definition(true).check_mix(&both).is_ok());
        assert!(definition(false).check_mix(&both[..1]).is_ok());
    }

    #[test]
    fn a_metric_needs_a_source_and_nothing_it_does_not_use() {
        let mut none = definition(false);
        none.sources.clear();
        assert!(none.check().is_err());

        let written = |text: &str, sources: Vec<Source>| Definition {
            formula: serde_json::from_value(
                serde_json::json!({"kind": "of_answers", "text": text}),
            )
            .unwrap(),
            sources,
            ..definition(false)
        };
        let two = || vec![source("s", "q1", None), source("s", "q2", Some("after"))];
        assert!(written("after - q1", two()).check().is_ok());
        // The same name in another survey means the same thing there.
        let mut four = two();
        four.extend([
            source("t", "q7", Some("q1")),
            source("t", "q8", Some("after")),
        ]);
        assert!(written("after - q1", four).check().is_ok());
        for (text, field) in [
            ("after - q2", "definition.formula.text"),
            ("after * 2", "definition.sources[0].name"),
        ] {
            let problem = written(text, two()).check().unwrap_err();
            assert!(
                format!("{problem:?}").contains(field),
                "{text}: {problem:?}"
            );
        }
        let twice = vec![source("s", "q1", Some("a")), source("s", "q2", Some("a"))];
        assert!(written("a", twice).check().is_err());
    }
}
