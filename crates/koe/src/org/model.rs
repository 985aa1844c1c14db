//! Who may do what, and where units stand. No SQL, no HTTP.

use std::collections::{BTreeMap, BTreeSet};

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::base::app::App;
use crate::base::id;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::{Scope, Units};
use crate::base::text::Language;

/// One company and its settings.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
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
    /// Shown on every answer page unless the survey says otherwise.
    pub privacy: Privacy,
}

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
}

/// What a member is, and so what they may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything, the organisation itself included.
    Owner,
    /// Everything but owners.
    Admin,
    /// Surveys, imports, metrics, touchpoints.
    Analyst,
    /// Results, customers and voices of their units.
    Manager,
    /// Customers and voices of their units.
    Agent,
    /// Results only; personal data stay masked.
    Viewer,
}

/// One thing that may be allowed. API keys carry a list of these.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema, Hash,
)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See figures and masked voices.
    ReadResults,
    /// See customers, their timeline, unmasked voices, single responses.
    ReadPeople,
    /// Add and change customers; merge them.
    EditPeople,
    /// Make surveys and links.
    EditSurveys,
    /// Correct and delete responses.
    EditResponses,
    /// Send answers over the API.
    SubmitResponses,
    /// Bring files in.
    ImportData,
    /// Take everything out.
    ExportData,
    /// Touchpoints and offerings.
    EditTouchpoints,
    /// Metrics.
    EditMetrics,
    /// The organisation's settings and units.
    EditOrganisation,
    /// Members and invitations.
    EditMembers,
    /// API keys.
    EditKeys,
    /// The audit log.
    ReadAudit,
}

impl Permission {
    /// All permissions, in the order of their declaration.
    pub const ALL: [Self; 14] = [
        Self::ReadResults,
        Self::ReadPeople,
        Self::EditPeople,
        Self::EditSurveys,
        Self::EditResponses,
        Self::SubmitResponses,
        Self::ImportData,
        Self::ExportData,
        Self::EditTouchpoints,
        Self::EditMetrics,
        Self::EditOrganisation,
        Self::EditMembers,
        Self::EditKeys,
        Self::ReadAudit,
    ];
}

impl Role {
    /// What the role allows.
    pub fn permissions(self) -> BTreeSet<Permission> {
        use Permission as P;
        let list: &[P] = match self {
            Self::Owner | Self::Admin => &P::ALL,
            Self::Analyst => &[
                P::ReadResults,
                P::ReadPeople,
                P::EditPeople,
                P::EditSurveys,
                P::EditResponses,
                P::SubmitResponses,
                P::ImportData,
                P::ExportData,
                P::EditTouchpoints,
                P::EditMetrics,
            ],
            Self::Manager => &[P::ReadResults, P::ReadPeople, P::EditResponses],
            Self::Agent => &[P::ReadResults, P::ReadPeople],
            Self::Viewer => &[P::ReadResults],
        };
        list.iter().copied().collect()
    }

    /// The stable word, as stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Analyst => "analyst",
            Self::Manager => "manager",
            Self::Agent => "agent",
            Self::Viewer => "viewer",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Owner,
            Self::Admin,
            Self::Analyst,
            Self::Manager,
            Self::Agent,
            Self::Viewer,
        ]
        .into_iter()
        .find(|role| role.word() == word)
    }

    /// Whether somebody of this role may give `other` to somebody: nobody
    /// hands out more than they have.
    pub fn may_grant(self, other: Self) -> bool {
        match self {
            Self::Owner => true,
            Self::Admin => other != Self::Owner,
            _ => false,
        }
    }
}

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

/// Who acts in a request: a signed-in member or an API key.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The part of the organisation that they may see.
    pub scope: Scope,
    /// What they may do.
    pub permissions: BTreeSet<Permission>,
    /// The member; absent for API keys.
    pub member: Option<Member>,
}

impl Actor {
    /// Insists on a permission.
    ///
    /// # Errors
    /// 403 naming what is missing.
    pub fn require(&self, permission: Permission) -> Outcome<&Scope> {
        if self.permissions.contains(&permission) {
            Ok(&self.scope)
        } else {
            let word = serde_json::to_value(permission)?;
            Err(Problem::forbidden(format!(
                "Your role does not allow {}; ask an administrator.",
                word.as_str().unwrap_or("this")
            )))
        }
    }

    /// Insists on a permission over the whole organisation.
    ///
    /// # Errors
    /// 403 when the permission is missing or only some units are visible.
    pub fn require_everywhere(&self, permission: Permission) -> Outcome<&Scope> {
        let scope = self.require(permission)?;
        if scope.is_organisation_wide() {
            Ok(scope)
        } else {
            Err(Problem::forbidden(
                "This concerns the whole organisation, and you see only some units of it.",
            ))
        }
    }

    /// Whether something is allowed.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
}

/// The unit tree on one day.
#[derive(Clone, Debug, Default)]
pub struct UnitTree {
    /// Unit → parent; roots map to `None`.
    pub parents: BTreeMap<id::UnitId, Option<id::UnitId>>,
}

impl UnitTree {
    /// `tops` and everything below them.
    pub fn expand(&self, tops: &[id::UnitId]) -> BTreeSet<id::UnitId> {
        let mut children: BTreeMap<&id::UnitId, Vec<&id::UnitId>> = BTreeMap::new();
        for (unit, parent) in &self.parents {
            if let Some(parent) = parent {
                children.entry(parent).or_default().push(unit);
            }
        }
        let mut seen = BTreeSet::new();
        let mut open: Vec<&id::UnitId> = tops.iter().collect();
        while let Some(unit) = open.pop() {
            if seen.insert(unit.clone()) {
                open.extend(children.get(unit).into_iter().flatten().copied());
            }
        }
        seen
    }

    /// Root first, `unit` last. A cycle, which the store refuses, ends the
    /// walk instead of the program.
    pub fn path(&self, unit: &id::UnitId) -> Vec<id::UnitId> {
        let mut path = vec![unit.clone()];
        let mut at = unit;
        while let Some(Some(parent)) = self.parents.get(at) {
            if path.contains(parent) {
                break;
            }
            path.push(parent.clone());
            at = parent;
        }
        path.reverse();
        path
    }

    /// Whether moving `unit` below `parent` would put it below itself.
    pub fn would_cycle(&self, unit: &id::UnitId, parent: &id::UnitId) -> bool {
        self.path(parent).contains(unit)
    }
}

/// Units visible from `tops`; empty means all.
pub fn visible(tree: &UnitTree, tops: &[id::UnitId]) -> Units {
    if tops.is_empty() {
        Units::All
    } else {
        Units::Only(tree.expand(tops).into())
    }
}

/// A placement in force on `day`.
pub fn in_force(from: &str, to: Option<&str>, day: Date) -> bool {
    let day = day.to_string();
    from <= day.as_str() && to.is_none_or(|to| day.as_str() < to)
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

/// argon2id with the parameters that OWASP's password storage cheat sheet
/// recommends first: 19 MiB, two passes, one lane.
fn argon() -> Argon2<'static> {
    Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(19 * 1024, 2, 1, None).unwrap_or_default(),
    )
}

/// Hashes a password, on a thread that may block.
///
/// # Errors
/// 422 on `password` when it is shorter than 10 or longer than 200 characters.
pub async fn hash_password(app: &App, password: &str) -> Outcome<String> {
    let length = password.chars().count();
    if !(10..=200).contains(&length) {
        return Err(Problem::invalid(
            "password",
            "must have 10 to 200 characters; a few words in a row are good",
        ));
    }
    let mut salt = [0u8; 16];
    app.chance.fill(&mut salt);
    let password = password.to_owned();
    tokio::task::spawn_blocking(move || {
        let salt = SaltString::encode_b64(&salt).map_err(|e| anyhow::anyhow!("salt: {e}"))?;
        argon()
            .hash_password(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|e| anyhow::anyhow!("argon2: {e}"))
    })
    .await
    .map_err(Problem::internal)?
    .map_err(Problem::internal)
}

/// A hash of no password, verified against when the account does not exist,
/// so that timing does not tell which addresses have accounts.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Whether `password` belongs to `hash`; with no hash it takes as long and
/// says no.
pub async fn verify_password(hash: Option<String>, password: String) -> bool {
    tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let matches = PasswordHash::new(&hash)
            .is_ok_and(|hash| argon().verify_password(password.as_bytes(), &hash).is_ok());
        known && matches
    })
    .await
    .unwrap_or(false)
}

/// SHA-256 in hexadecimal: tokens of 32 random bytes need no salt.
pub fn token_hash(token: &str) -> String {
    Sha256::digest(token.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::Id;

    fn unit(n: u8) -> id::UnitId {
        Id::stored(format!("unt_{n:026}"))
    }

    #[test]
    fn a_scope_covers_what_lies_below_and_nothing_beside() {
        let tree = UnitTree {
            parents: [
                (unit(1), None),
                (unit(2), Some(unit(1))),
                (unit(3), Some(unit(2))),
                (unit(4), Some(unit(1))),
            ]
            .into(),
        };
        assert_eq!(visible(&tree, &[]), Units::All);
        let Units::Only(seen) = visible(&tree, &[unit(2)]) else {
            panic!("restricted")
        };
        assert_eq!(*seen, [unit(2), unit(3)].into());
        assert_eq!(tree.path(&unit(3)), [unit(1), unit(2), unit(3)]);
        assert!(tree.would_cycle(&unit(1), &unit(3)));
        assert!(!tree.would_cycle(&unit(3), &unit(4)));
    }

    #[test]
    fn nobody_grants_more_than_they_have() {
        assert!(Role::Owner.may_grant(Role::Owner));
        assert!(!Role::Admin.may_grant(Role::Owner));
        assert!(!Role::Analyst.may_grant(Role::Viewer));
        for role in ["owner", "admin", "analyst", "manager", "agent", "viewer"] {
            assert_eq!(Role::from_word(role).map(Role::word), Some(role));
        }
        assert!(Role::Viewer.permissions().is_subset(&Role::Agent.permissions()));
        assert!(Role::Agent.permissions().is_subset(&Role::Manager.permissions()));
        assert!(Role::Manager.permissions().is_subset(&Role::Analyst.permissions()));
    }

    #[test]
    fn a_placement_ends_on_the_day_it_is_valid_to() {
        for (from, to, day, expected) in [
            ("2024-04-01", Some("2025-04-01"), "2025-03-31", true),
            ("2024-04-01", Some("2025-04-01"), "2025-04-01", false),
            ("2024-04-01", None, "2024-03-31", false),
            ("2024-04-01", None, "2030-01-01", true),
        ] {
            let day: Date = day.parse().expect("a date");
            assert_eq!(in_force(from, to, day), expected);
        }
    }
}
