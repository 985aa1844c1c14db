//! An organisation and its settings.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::id;
use crate::base::problem::{FieldProblem, Outcome, Problem};
use crate::base::text::Language;

/// One company and its settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Organisation {
    /// Id.
    pub id: id::OrganisationId,
    /// Name.
    pub name: String,
    /// Language of new members and of mails.
    pub language: Language,
    /// IANA name; days, months and fiscal years are cut in it.
    pub time_zone: String,
    /// First month of the fiscal year, 1…12 (Japan: 4).
    pub fiscal_year_start: i64,
    /// Country calling code of telephone numbers written without one, digits
    /// only (Japan: 81).
    pub calling_code: String,
    /// Shown on every answer page unless the survey says otherwise.
    pub privacy: Privacy,
}

/// The calling code of an organisation that has not chosen another.
pub const DEFAULT_CALLING_CODE: &str = "81";

/// What people who answer are told about their data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Privacy {
    /// Purpose of use (利用目的) by language.
    pub purpose: BTreeMap<String, String>,
    /// Who is responsible for the data, by language.
    pub controller: BTreeMap<String, String>,
    /// Link to the privacy policy.
    pub policy_url: Option<String>,
    /// Days that answers are kept; null: until deleted.
    pub retention_days: Option<u32>,
    /// What becomes of the answers of a person who is erased.
    pub erasure: ErasureMode,
}

/// What becomes of the answers of a person who is erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ErasureMode {
    /// They are deleted and no longer count.
    #[default]
    Delete,
    /// They stay as nobody's: figures keep them, texts are masked.
    Anonymise,
}

impl ErasureMode {
    /// The stable word, as stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Anonymise => "anonymise",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Delete, Self::Anonymise]
            .into_iter()
            .find(|mode| mode.word() == word)
    }
}

impl Organisation {
    /// The civil day of a moment where the organisation is.
    pub fn day_of(&self, moment: Timestamp) -> Date {
        let zone = TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC);
        moment.to_zoned(zone).date()
    }

    /// Checks what types cannot say.
    ///
    /// # Errors
    /// 422 naming every field at fault and what would be accepted.
    pub fn check(&self) -> Outcome<()> {
        let privacy = &self.privacy;
        let texts_fit = |texts: &BTreeMap<String, String>| {
            texts.iter().all(|(language, text)| {
                matches!(language.as_str(), "ja" | "en") && text.chars().count() <= 5_000
            })
        };
        let rules: [(&str, bool, &str); 8] = [
            (
                "name",
                (1..=200).contains(&self.name.trim().chars().count()),
                "must have 1 to 200 characters",
            ),
            (
                "time_zone",
                TimeZone::get(&self.time_zone).is_ok(),
                "must be an IANA time zone such as Asia/Tokyo",
            ),
            (
                "fiscal_year_start",
                (1..=12).contains(&self.fiscal_year_start),
                "must be a month, 1 to 12",
            ),
            (
                "calling_code",
                (1..=3).contains(&self.calling_code.len())
                    && self.calling_code.bytes().all(|b| b.is_ascii_digit())
                    && !self.calling_code.starts_with('0'),
                "must be a country calling code in digits, such as 81",
            ),
            (
                "privacy.purpose",
                texts_fit(&privacy.purpose),
                "must have texts of at most 5,000 characters under ja or en",
            ),
            (
                "privacy.controller",
                texts_fit(&privacy.controller),
                "must have texts of at most 5,000 characters under ja or en",
            ),
            (
                "privacy.policy_url",
                privacy.policy_url.as_deref().is_none_or(is_web_address),
                "must be an address that starts with https:// or http://",
            ),
            (
                "privacy.retention_days",
                privacy
                    .retention_days
                    .is_none_or(|days| (1..=36_500).contains(&days)),
                "must lie between 1 and 36,500 days",
            ),
        ];
        let faults: Vec<FieldProblem> = rules
            .into_iter()
            .filter(|(_, fits, _)| !fits)
            .map(|(field, _, message)| FieldProblem {
                field: field.into(),
                message: message.into(),
            })
            .collect();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid_fields(faults))
        }
    }
}

/// Shown as a link on answer pages, so nothing but the web's own schemes.
fn is_web_address(url: &str) -> bool {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty())
        && url.len() <= 2_000
        && !url.contains(|c: char| c.is_whitespace() || c.is_control())
}
