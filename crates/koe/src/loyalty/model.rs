//! What an analysis of loyalty value is. Pure.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::id::LoyaltyAnalysisId;
use crate::base::problem::{Outcome, Problem};

/// Changes whenever the same rows would give other numbers than before.
pub const METHOD_VERSION: u32 = 1;

/// Longest name, in characters.
const NAME: usize = 200;

/// How far ahead may be looked, in days.
const HORIZON: std::ops::RangeInclusive<u32> = 7..=3_650;

/// A saved analysis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LoyaltyAnalysis {
    /// Id.
    pub id: LoyaltyAnalysisId,
    /// Name by language.
    pub name: BTreeMap<String, String>,
    /// What is analysed.
    pub definition: Definition,
    /// When it was last changed.
    pub changed_at: String,
}

/// Which purchases, how far ahead, and by what customers are divided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LoyaltyDefinition)]
pub struct Definition {
    /// Id of the stream of operational rows that are purchases.
    pub stream: String,
    /// Key of its column with the amount: an integer or a number.
    pub amount: String,
    /// How far ahead is looked, in days: 7 to 3650.
    #[serde(default = "year")]
    pub horizon_days: u32,
    /// The last day that counts as observed, such as 2026-03-31; without, the
    /// day of the last purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// By what customers are divided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
}

fn year() -> u32 {
    365
}

/// By what customers are divided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = LoyaltyGrouping)]
pub enum Group {
    /// By the customer's last answer to a question of 0 to 10 before the end of
    /// observation: promoter, passive, detractor.
    Nps {
        /// The survey.
        stream: String,
        /// The question's field.
        field: String,
    },
    /// By an attribute of customers as it is known now; numbers and dates by
    /// band.
    Attribute {
        /// The attribute's key.
        key: String,
    },
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

impl Definition {
    /// The last day of observation in days since 1970-01-01, after checking
    /// what can be checked without the store.
    ///
    /// # Errors
    /// 422 naming the field.
    pub fn check(&self) -> Outcome<Option<i32>> {
        if !HORIZON.contains(&self.horizon_days) {
            return Err(Problem::invalid(
                "definition.horizon_days",
                format!("must be {} to {} days", HORIZON.start(), HORIZON.end()),
            ));
        }
        let Some(until) = &self.until else {
            return Ok(None);
        };
        match until.parse::<Date>() {
            Ok(day) => Ok(Some((day - date(1970, 1, 1)).get_days())),
            Err(_) => Err(Problem::invalid(
                "definition.until",
                "must be a day, such as 2026-03-31",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn definition(changes: serde_json::Value) -> Definition {
        let mut whole = json!({ "stream": "str_1", "amount": "amount" });
        for (name, value) in changes.as_object().into_iter().flatten() {
            whole[name] = value.clone();
        }
        serde_json::from_value(whole).expect("a definition")
    }

    #[test]
    fn days_are_read_and_what_is_wrong_is_named() {
        let checked = |changes| definition(changes).check();
        assert_eq!(checked(json!({})).expect("fits"), None);
        assert_eq!(definition(json!({})).horizon_days, 365);
        for (day, days) in [("1970-01-02", 1), ("1997-09-30", 10_134)] {
            assert_eq!(checked(json!({ "until": day })).expect(day), Some(days));
        }
        for (changes, named) in [
            (json!({ "horizon_days": 6 }), "definition.horizon_days"),
            (json!({ "horizon_days": 3_651 }), "definition.horizon_days"),
            (json!({ "until": "1997-09-31" }), "definition.until"),
        ] {
            let said = checked(changes.clone()).expect_err("refused").to_string();
            assert!(said.contains(named), "{changes}: {said}");
        }
    }
}
