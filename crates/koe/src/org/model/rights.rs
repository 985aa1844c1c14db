//! Who may do what.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::member::Member;
use crate::base::id;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;

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
    /// Erase a person for good.
    ErasePeople,
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
    pub const ALL: [Self; 15] = [
        Self::ReadResults,
        Self::ReadPeople,
        Self::EditPeople,
        Self::ErasePeople,
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

    /// Whether the actor may make somebody a member of this role: nobody
    /// hands out more than they have, and a key never makes owners.
    pub fn may_grant(&self, role: Role) -> bool {
        match &self.member {
            Some(member) => member.role.may_grant(role),
            None => role != Role::Owner && role.permissions().is_subset(&self.permissions),
        }
    }

    /// Whether all of `units` (empty: the whole organisation) lies within
    /// what the actor sees.
    pub fn covers(&self, units: &[id::UnitId]) -> bool {
        self.scope.is_organisation_wide()
            || (!units.is_empty() && units.iter().all(|unit| self.scope.sees(Some(unit))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_grants_more_than_they_have() {
        assert!(Role::Owner.may_grant(Role::Owner));
        assert!(!Role::Admin.may_grant(Role::Owner));
        assert!(!Role::Analyst.may_grant(Role::Viewer));
        for role in ["owner", "admin", "analyst", "manager", "agent", "viewer"] {
            assert_eq!(Role::from_word(role).map(Role::word), Some(role));
        }
        assert!(
            Role::Viewer
                .permissions()
                .is_subset(&Role::Agent.permissions())
        );
        assert!(
            Role::Agent
                .permissions()
                .is_subset(&Role::Manager.permissions())
        );
        assert!(
            Role::Manager
                .permissions()
                .is_subset(&Role::Analyst.permissions())
        );
    }
}
