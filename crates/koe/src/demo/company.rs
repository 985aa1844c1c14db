//! The company of the demo: an invented chain of shops for lifestyle goods
//! with cafés, an online store, an app and a call centre.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::org::Role;
use crate::touchpoints::{Channel, Experience, Stage};

/// Everything about the company that does not depend on chance.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// Name of the organisation.
    pub name: String,
    /// Who answers for the data, by language.
    pub controller: BTreeMap<String, String>,
    /// Purpose of use, by language.
    pub purpose: BTreeMap<String, String>,
    /// Units above and beside the stores, parents first.
    pub units: Vec<UnitPlan>,
    /// Stores, each below a region.
    pub stores: Vec<Store>,
    /// Where experiences are met.
    pub touchpoints: Vec<TouchpointPlan>,
    /// Products and services.
    pub offerings: Vec<OfferingPlan>,
    /// Who can sign in; the first is the demo's owner.
    pub members: Vec<MemberPlan>,
    /// Stores whose QR code can be tried.
    pub links: Vec<String>,
}

/// A unit that is no store.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitPlan {
    /// The company's own code.
    pub code: String,
    /// `company`, `division`, `region`, `team`.
    pub kind: String,
    ja: String,
    en: String,
    /// Code of the unit above.
    pub parent: Option<String>,
    /// Whether it exists only from the reorganisation on.
    pub begins: Option<Moment>,
    /// Whether the reorganisation ends it.
    pub ends: Option<Moment>,
}

/// A day that the truths decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// The reorganisation of 1 April.
    Reorganisation,
}

/// A store.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// The company's own code.
    pub code: String,
    ja: String,
    en: String,
    /// Region until the reorganisation.
    pub before: String,
    /// Region from the reorganisation on.
    pub after: String,
    /// Where most of its customers live.
    pub prefecture: String,
    /// Customers, relative to an average store.
    pub size: f64,
    /// Share of customers who answer in English.
    pub english: f64,
}

/// A touchpoint.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TouchpointPlan {
    /// The company's own code.
    pub code: String,
    ja: String,
    en: String,
    /// Kind of channel.
    pub channel: Channel,
    /// Stage of the cycle.
    pub stage: Stage,
    /// Sought or met by chance.
    pub experience: Experience,
    /// Code of the unit that answers for it.
    pub owner: String,
}

/// An offering.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferingPlan {
    /// The company's own code.
    pub code: String,
    /// `product` or `service`.
    pub kind: String,
    ja: String,
    en: String,
    /// What one order of it comes to in the middle, in yen.
    pub price: f64,
    /// Share of orders.
    pub share: f64,
}

/// A member of staff, called by what they do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberPlan {
    /// Sign-in address.
    pub email: String,
    /// Shown to colleagues.
    #[serde(rename = "ja")]
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Codes of the units at the top of what they see; empty: all.
    pub units: Vec<String>,
}

/// A name in both languages.
pub fn names(ja: &str, en: &str) -> BTreeMap<String, String> {
    [
        ("ja".to_owned(), ja.to_owned()),
        ("en".to_owned(), en.to_owned()),
    ]
    .into()
}

impl UnitPlan {
    /// Name by language.
    pub fn name(&self) -> BTreeMap<String, String> {
        names(&self.ja, &self.en)
    }
}

impl Store {
    /// Name by language.
    pub fn name(&self) -> BTreeMap<String, String> {
        names(&self.ja, &self.en)
    }

    /// Name in the language of a voice.
    pub fn called(&self, english: bool) -> &str {
        if english { &self.en } else { &self.ja }
    }
}

impl TouchpointPlan {
    /// Name by language.
    pub fn name(&self) -> BTreeMap<String, String> {
        names(&self.ja, &self.en)
    }
}

impl OfferingPlan {
    /// Name by language.
    pub fn name(&self) -> BTreeMap<String, String> {
        names(&self.ja, &self.en)
    }
}

impl Company {
    /// The company as written in `company.json`.
    pub fn get() -> &'static Self {
        static COMPANY: LazyLock<Company> = LazyLock::new(|| {
            serde_json::from_str(include_str!("company.json"))
                .expect("company.json is read by a test")
        });
        &COMPANY
    }

    /// Index of the offering with a code.
    pub fn offering(&self, code: &str) -> Option<usize> {
        self.offerings
            .iter()
            .position(|offering| offering.code == code)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_the_company_names_exists() {
        let company = Company::get();
        let units: BTreeSet<&str> = company
            .units
            .iter()
            .map(|u| u.code.as_str())
            .chain(company.stores.iter().map(|s| s.code.as_str()))
            .collect();
        assert_eq!(units.len(), company.units.len() + company.stores.len());
        let parents = company.units.iter().filter_map(|u| u.parent.as_ref());
        let regions = company.stores.iter().flat_map(|s| [&s.before, &s.after]);
        let owners = company.touchpoints.iter().map(|t| &t.owner);
        let tops = company.members.iter().flat_map(|m| &m.units);
        for code in parents
            .chain(regions)
            .chain(owners)
            .chain(tops)
            .chain(&company.links)
        {
            assert!(units.contains(code.as_str()), "{code}");
        }
        assert!(company.stores.len() >= 24);
        assert!(
            company
                .stores
                .iter()
                .filter(|s| s.before != s.after)
                .count()
                >= 3
        );
        let stages: BTreeSet<&str> = company.touchpoints.iter().map(|t| t.stage.word()).collect();
        assert_eq!(
            stages.len(),
            Stage::ALL.len(),
            "a touchpoint for every stage"
        );
    }

    #[test]
    fn an_ended_region_keeps_no_store() {
        let company = Company::get();
        for unit in &company.units {
            let below = |code: &str| company.stores.iter().filter(|s| s.after == code).count();
            if unit.ends.is_some() {
                assert_eq!(below(&unit.code), 0);
            }
            if unit.begins.is_some() {
                assert!(below(&unit.code) > 0);
                assert!(company.stores.iter().all(|s| s.before != unit.code));
            }
        }
        let ended = company.units.iter().filter(|unit| unit.ends.is_some());
        let begun = company.units.iter().filter(|unit| unit.begins.is_some());
        assert!(ended.count() > 0 && begun.count() > 0);
    }
}
