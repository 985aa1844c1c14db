//! Members of staff.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rights::Role;
use crate::base::id;
use crate::base::problem::{Outcome, Problem};
use crate::base::text::Language;

/// A member of staff.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// Id.
    pub id: id::MemberId,
    /// Sign-in address.
    pub email: String,
    /// Name shown to colleagues.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Tops of the visible part of the unit tree; empty means all of it.
    pub units: Vec<id::UnitId>,
    /// Language of the screens and mails.
    pub language: Language,
    /// Whether sign-in is refused.
    pub disabled: bool,
}

/// Lower-cases and checks an address just enough to catch slips.
///
/// # Errors
/// 422 on `email`.
pub fn normalise_email(email: &str) -> Outcome<String> {
    let email = email.trim().to_lowercase();
    let fit = email.len() <= 254
        && email
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
        && !email.contains(char::is_whitespace);
    if fit {
        Ok(email)
    } else {
        Err(Problem::invalid(
            "email",
            "must be an e-mail address such as name@example.com",
        ))
    }
}

/// Trims and checks the name of a person or a thing.
///
/// # Errors
/// 422 on `field`.
pub fn check_name(field: &str, name: &str) -> Outcome<String> {
    let name = name.trim();
    if (1..=100).contains(&name.chars().count()) && !name.contains(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err(Problem::invalid(field, "must have 1 to 100 characters"))
    }
}
