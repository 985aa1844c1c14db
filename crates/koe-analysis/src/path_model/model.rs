//! The model as people write it down.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::error::PathModelError;

/// Constructs, how they are measured, and how they lead to one another.
///
/// As JSON: `{"constructs": {"Image": {"mode": "A", "indicators": ["IMAG1", "IMAG2"]}, …},
/// "paths": [["Image", "Expectation"], …], "scheme": "path", "scale": [1, 10]}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathModel {
    /// By name, in the order written.
    #[serde(
        serialize_with = "constructs_as_map",
        deserialize_with = "constructs_of_map"
    )]
    pub constructs: Vec<(String, Construct)>,
    /// From where to where.
    pub paths: Vec<(String, String)>,
    /// How neighbours weigh in.
    #[serde(default)]
    pub scheme: Scheme,
    /// The ends of the scale that all indicators were answered on; with it, constructs have an
    /// index from 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<(f64, f64)>,
}

/// What people do not answer but what shows in their answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Construct {
    /// How weights are found.
    #[serde(default)]
    pub mode: Mode,
    /// Columns.
    pub indicators: Vec<String>,
}

/// How the weights of a construct's indicators are found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// By correlation: the construct shows in its indicators (reflective).
    #[default]
    A,
    /// By regression: the construct is made up of its indicators (formative).
    B,
}

/// How a construct's neighbours weigh in when its weights are sought (Lohmöller 1989, *Latent
/// Variable Path Modeling with Partial Least Squares*, section 2.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Those that lead to it by their regression coefficients, those it leads to by their
    /// correlations.
    #[default]
    Path,
    /// By their correlations.
    Factorial,
    /// By the signs of their correlations.
    Centroid,
}

/// The model in numbers: constructs and columns by their places.
#[derive(Debug, Clone)]
pub(super) struct Structure {
    /// For each construct the places of its indicators among all indicators.
    pub blocks: Vec<Vec<usize>>,
    pub modes: Vec<Mode>,
    /// For each construct those that lead to it, in the order of the constructs.
    pub before: Vec<Vec<usize>>,
    pub scheme: Scheme,
}

impl PathModel {
    /// All indicators, construct by construct.
    #[must_use]
    pub fn indicators(&self) -> Vec<&str> {
        let constructs = self.constructs.iter();
        constructs
            .flat_map(|(_, construct)| construct.indicators.iter().map(String::as_str))
            .collect()
    }

    /// Looks for what cannot be estimated whatever the data.
    ///
    /// # Errors
    /// The first thing found, with the place and the remedy.
    pub fn check(&self) -> Result<(), PathModelError> {
        self.structure().map(|_| ())
    }

    pub(super) fn structure(&self) -> Result<Structure, PathModelError> {
        if self.constructs.len() < 2 || self.paths.is_empty() {
            return Err(PathModelError::Empty);
        }
        if self
            .scale
            .is_some_and(|(from, to)| !(to > from && (to - from).is_finite()))
        {
            return Err(PathModelError::Scale);
        }
        let mut indicators = BTreeSet::new();
        let mut blocks = Vec::new();
        for (name, construct) in &self.constructs {
            if construct.indicators.is_empty() {
                return Err(PathModelError::NoIndicators {
                    construct: name.clone(),
                });
            }
            let first = indicators.len();
            for indicator in &construct.indicators {
                if !indicators.insert(indicator) {
                    return Err(PathModelError::IndicatorTwice {
                        indicator: indicator.clone(),
                    });
                }
            }
            blocks.push((first..indicators.len()).collect());
        }
        let place = |name: &String| {
            let found = self.constructs.iter().position(|(own, _)| own == name);
            found.ok_or_else(|| PathModelError::UnknownConstruct {
                construct: name.clone(),
            })
        };
        let mut before = vec![Vec::new(); self.constructs.len()];
        let mut connected = BTreeSet::new();
        for (from, to) in &self.paths {
            let (begin, end) = (place(from)?, place(to)?);
            if begin == end || before[end].contains(&begin) {
                return Err(PathModelError::PathTwice {
                    from: from.clone(),
                    to: to.clone(),
                });
            }
            before[end].push(begin);
            connected.extend([begin, end]);
        }
        for list in &mut before {
            list.sort_unstable();
        }
        if let Some(alone) = (0..before.len()).find(|place| !connected.contains(place)) {
            return Err(PathModelError::Unconnected {
                construct: self.constructs[alone].0.clone(),
            });
        }
        if let Some(construct) = on_a_circle(&before) {
            return Err(PathModelError::Circle {
                construct: self.constructs[construct].0.clone(),
            });
        }
        Ok(Structure {
            blocks,
            modes: self.constructs.iter().map(|(_, c)| c.mode).collect(),
            before,
            scheme: self.scheme,
        })
    }
}

/// A construct that remains when those to which nothing leads are taken away again and again.
fn on_a_circle(before: &[Vec<usize>]) -> Option<usize> {
    let mut left: BTreeSet<usize> = (0..before.len()).collect();
    loop {
        let free = left
            .iter()
            .copied()
            .find(|&place| before[place].iter().all(|from| !left.contains(from)));
        match free {
            Some(place) => left.remove(&place),
            None => return left.first().copied(),
        };
    }
}

fn constructs_as_map<S: Serializer>(
    constructs: &[(String, Construct)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(constructs.len()))?;
    for (name, construct) in constructs {
        map.serialize_entry(name, construct)?;
    }
    map.end()
}

fn constructs_of_map<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(String, Construct)>, D::Error> {
    struct InOrder;

    impl<'de> Visitor<'de> for InOrder {
        type Value = Vec<(String, Construct)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(
                f,
                "constructs by name, such as {{\"Image\": {{\"mode\": \"A\", \"indicators\": [\"IMAG1\"]}}}}"
            )
        }

        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut constructs: Vec<(String, Construct)> = Vec::new();
            while let Some((name, construct)) = map.next_entry::<String, Construct>()? {
                if constructs.iter().any(|(other, _)| *other == name) {
                    return Err(serde::de::Error::custom(format!(
                        "the construct “{name}” stands twice: give each its own name"
                    )));
                }
                constructs.push((name, construct));
            }
            Ok(constructs)
        }
    }

    deserializer.deserialize_map(InOrder)
}
