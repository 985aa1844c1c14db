//! Customers, accounts and consents.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::attribute::Attributes;
use super::fold;
use super::identifier::Identifier;
use crate::base::id;
use crate::base::problem::{Outcome, Problem};

/// A person whose experiences are recorded.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Customer {
    /// Id: the pseudonym that also stands in records.
    pub id: id::CustomerId,
    /// Name, when known.
    pub name: Option<String>,
    /// What identifies the person, normalised.
    pub identifiers: Vec<Identifier>,
    /// Values of declared attributes by key.
    #[schema(value_type = Object)]
    pub attributes: Attributes,
    /// When the person became known.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When the newest known experience took place.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_contact_at: Option<Timestamp>,
}

impl Customer {
    /// Name and identifiers: what names the person where others wrote it down.
    pub fn words(&self) -> impl Iterator<Item = String> {
        let identifiers = self.identifiers.iter().map(|one| one.value().to_owned());
        self.name.iter().cloned().chain(identifiers)
    }
}

/// A company or household that customers belong to.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Account {
    /// Id.
    pub id: id::AccountId,
    /// The organisation's own code, unique.
    pub code: String,
    /// Name.
    pub name: String,
    /// Values of declared attributes by key.
    #[schema(value_type = Object)]
    pub attributes: Attributes,
    /// No longer offered; its records stay.
    pub archived: bool,
}

/// One line of the history of a person's consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CustomerConsent)]
pub struct Consent {
    /// What for, the organisation's own word, such as `research_contact`.
    pub purpose: String,
    /// Granted, or withdrawn.
    pub granted: bool,
    /// When the person said so.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Where they said so: a survey, a form, a call.
    pub source: String,
}

/// Trims and checks a person's or company's name.
///
/// # Errors
/// 422 on `name`.
pub fn check_name(name: &str) -> Outcome<String> {
    let name = name.trim();
    if (1..=200).contains(&name.chars().count()) && !name.contains(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err(Problem::invalid("name", "must have 1 to 200 characters"))
    }
}

/// Checks the word for a purpose.
///
/// # Errors
/// 422 on `purpose`.
pub fn check_purpose(purpose: &str) -> Outcome<()> {
    if super::is_key(purpose) {
        Ok(())
    } else {
        Err(Problem::invalid(
            "purpose",
            "must have 1 to 64 small letters, digits or _, a letter first",
        ))
    }
}

/// The text that search looks into.
pub fn search_text<'a>(
    name: Option<&'a str>,
    codes: impl Iterator<Item = &'a str>,
    attributes: &'a Attributes,
) -> String {
    let texts = attributes.values().filter_map(serde_json::Value::as_str);
    let parts: Vec<String> = name
        .into_iter()
        .chain(codes)
        .chain(texts)
        .map(fold)
        .collect();
    parts.join("\n")
}
