//! Counts beside the list, each as if its own filter were not set. Pure.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use utoipa::ToSchema;

use super::query::{Dimension, Restriction, TextColumn};
use super::store::Group;

/// Most values of one facet, those with most voices.
const MOST_VALUES: usize = 100;

/// How the voices divide over a dimension.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoiceFacet {
    /// `sentiment`, `language`, `touchpoint`, `channel`, `unit`, `survey`,
    /// `field`.
    pub dimension: &'static str,
    /// Values with most voices first.
    pub values: Vec<VoiceFacetValue>,
}

/// Voices of one value.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoiceFacetValue {
    /// As filters take it; a question as `<survey>:<question>`.
    pub value: String,
    /// Its name by language; empty where the value is a word of its own.
    pub label: BTreeMap<String, String>,
    /// How many voices.
    pub n: i64,
}

/// The dimensions that are counted, in the order in which they are shown.
const FACETS: [(&str, Dimension); 7] = [
    ("sentiment", Dimension::Text(TextColumn::Sentiment)),
    ("survey", Dimension::Text(TextColumn::Survey)),
    ("field", Dimension::Field),
    ("unit", Dimension::Unit),
    ("touchpoint", Dimension::Text(TextColumn::Touchpoint)),
    ("channel", Dimension::Text(TextColumn::Channel)),
    ("language", Dimension::Text(TextColumn::Language)),
];

/// The question of a group, as filters name it.
fn question(group: &Group) -> String {
    format!("{}:{}", group.stream, group.field)
}

fn leaf(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The value of a group in a facet; none where it has none, or where it was
/// said in confidence and may not be told.
fn value(group: &Group, dimension: &Dimension) -> Option<String> {
    let open = |value: &Option<String>| value.clone().filter(|_| !group.confidential);
    match dimension {
        Dimension::Text(TextColumn::Survey) => Some(group.stream.clone()),
        Dimension::Text(TextColumn::Language) => Some(group.language.clone()),
        Dimension::Text(TextColumn::Touchpoint) => open(&group.touchpoint),
        Dimension::Text(TextColumn::Channel) => open(&group.channel),
        Dimension::Text(TextColumn::Sentiment) => open(&group.sentiment),
        Dimension::Unit => open(&group.unit_path).map(|path| leaf(&path).to_owned()),
        Dimension::Field => Some(question(group)),
        _ => None,
    }
}

fn satisfies(group: &Group, restriction: &Restriction) -> bool {
    let named = |names: &[Option<String>]| -> bool {
        let among = |value: Option<&str>| names.iter().any(|name| name.as_deref() == value);
        match &restriction.dimension {
            // Confidential voices are only here when their unit was opened.
            Dimension::Unit => {
                group.confidential
                    || match group.unit_path.as_deref() {
                        Some(path) => path.split('/').any(|unit| among(Some(unit))),
                        None => among(None),
                    }
            }
            Dimension::Field => among(Some(&group.field)) || among(Some(&question(group))),
            dimension => among(value(group, dimension).as_deref()),
        }
    };
    (restriction.any_of.is_empty() || named(&restriction.any_of))
        && (restriction.none_of.is_empty() || !named(&restriction.none_of))
}

/// How many voices that were not said in confidence satisfy all of
/// `restrictions`.
pub fn count_open(groups: &[Group], restrictions: &[&Restriction]) -> u64 {
    groups
        .iter()
        .filter(|group| !group.confidential && restrictions.iter().all(|r| satisfies(group, r)))
        .map(|group| group.n.unsigned_abs())
        .sum()
}

/// How many voices satisfy all of `restrictions`, and how they divide.
/// `groups` satisfy everything but the restrictions on facets.
pub fn count(groups: &[Group], restrictions: &[&Restriction]) -> (i64, Vec<VoiceFacet>) {
    let fits: Vec<Vec<bool>> = groups
        .iter()
        .map(|group| restrictions.iter().map(|r| satisfies(group, r)).collect())
        .collect();
    let total = groups
        .iter()
        .zip(&fits)
        .filter(|(_, fits)| fits.iter().all(|fits| *fits))
        .map(|(group, _)| group.n)
        .sum();
    let facets = FACETS
        .iter()
        .map(|(name, dimension)| {
            let mut counts: BTreeMap<String, i64> = BTreeMap::new();
            for (group, fits) in groups.iter().zip(&fits) {
                let others = restrictions
                    .iter()
                    .zip(fits)
                    .all(|(restriction, fits)| *fits || restriction.dimension == *dimension);
                if let Some(value) = value(group, dimension).filter(|_| others) {
                    *counts.entry(value).or_default() += group.n;
                }
            }
            let mut values: Vec<(String, i64)> = counts.into_iter().collect();
            values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            // What was chosen stays in sight, however rare it is.
            let chosen: HashSet<&String> = restrictions
                .iter()
                .filter(|restriction| restriction.dimension == *dimension)
                .flat_map(|restriction| restriction.any_of.iter().flatten())
                .collect();
            let values = values
                .into_iter()
                .enumerate()
                .filter(|(n, (value, _))| *n < MOST_VALUES || chosen.contains(value))
                .map(|(_, (value, n))| VoiceFacetValue {
                    value,
                    label: BTreeMap::new(),
                    n,
                })
                .collect();
            VoiceFacet {
                dimension: name,
                values,
            }
        })
        .collect();
    (total, facets)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(channel: &str, path: &str, n: i64, confidential: bool) -> Group {
        Group {
            language: "ja".into(),
            touchpoint: None,
            channel: Some(channel.into()),
            unit_path: Some(path.into()),
            stream: "srv_1".into(),
            field: "q1".into(),
            confidential,
            sentiment: Some("negative".into()),
            n,
        }
    }

    fn restriction(dimension: Dimension, any_of: &[&str]) -> Restriction {
        Restriction {
            dimension,
            any_of: any_of.iter().map(|v| Some((*v).to_owned())).collect(),
            none_of: Vec::new(),
            between: None,
        }
    }

    fn facet<'a>(facets: &'a [VoiceFacet], name: &str) -> Vec<(&'a str, i64)> {
        facets
            .iter()
            .filter(|facet| facet.dimension == name)
            .flat_map(|facet| facet.values.iter().map(|v| (v.value.as_str(), v.n)))
            .collect()
    }

    #[test]
    fn a_facet_counts_as_if_its_own_filter_were_not_set() {
        let groups = [
            group("web", "r/a", 5, false),
            group("web", "r/b", 2, false),
            group("app", "r/b", 9, false),
        ];
        let web = restriction(Dimension::Text(TextColumn::Channel), &["web"]);
        let (total, facets) = count(&groups, &[&web]);
        assert_eq!(total, 7);
        assert_eq!(facet(&facets, "channel"), [("app", 9), ("web", 7)]);
        assert_eq!(facet(&facets, "unit"), [("a", 5), ("b", 2)]);
        let b = restriction(Dimension::Unit, &["b"]);
        let (total, facets) = count(&groups, &[&web, &b]);
        assert_eq!(total, 2);
        assert_eq!(facet(&facets, "channel"), [("app", 9), ("web", 2)]);
        assert_eq!(
            count(&groups, &[&restriction(Dimension::Unit, &["r"])]).0,
            16
        );
        assert_eq!(
            count(&groups, &[&restriction(Dimension::Field, &["srv_1:q1"])]).0,
            16
        );
    }

    #[test]
    fn what_was_said_in_confidence_is_not_counted_by_place() {
        let groups = [group("web", "r/a", 20, true), group("web", "r/b", 2, false)];
        let (total, facets) = count(&groups, &[]);
        assert_eq!(total, 22);
        assert_eq!(facet(&facets, "unit"), [("b", 2)]);
        assert_eq!(facet(&facets, "channel"), [("web", 2)]);
        assert_eq!(facet(&facets, "sentiment"), [("negative", 2)]);
        assert_eq!(facet(&facets, "survey"), [("srv_1", 22)]);
    }
}
