//! Who asks, and what they may see. Every store function and every question
//! to the lake takes a [`Scope`]; there is no default. `org` makes one after
//! authentication; the lake's own duties make one to move rows they cannot
//! show to anybody.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::id::{OrganisationId, UnitId};

/// The part of an organisation that the asker may see.
#[derive(Clone, Debug)]
pub struct Scope {
    organisation: OrganisationId,
    units: Units,
    actor: Arc<str>,
}

/// Which units' records are visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Units {
    /// The whole organisation, records without a unit included.
    All,
    /// These units (already expanded by their descendants). A record without
    /// a unit is not visible.
    Only(Arc<BTreeSet<UnitId>>),
}

impl Scope {
    /// Made by `org` alone, after authentication. `actor` is the id of the
    /// member or key, for the audit log.
    pub fn after_authentication(
        organisation: OrganisationId,
        units: Units,
        actor: impl Into<Arc<str>>,
    ) -> Self {
        Self {
            organisation,
            units,
            actor: actor.into(),
        }
    }

    /// The whole organisation, for the system's own work.
    pub fn of_system(organisation: OrganisationId) -> Self {
        Self::after_authentication(organisation, Units::All, "system")
    }

    /// The whole organisation, for a command of the machine's operator.
    pub fn of_operator(organisation: OrganisationId) -> Self {
        Self::after_authentication(organisation, Units::All, "operator")
    }

    /// The organisation asked about.
    pub fn organisation(&self) -> &OrganisationId {
        &self.organisation
    }

    /// The units that may be seen.
    pub fn units(&self) -> &Units {
        &self.units
    }

    /// Whether records of `unit` (or of no unit) may be seen.
    pub fn sees(&self, unit: Option<&UnitId>) -> bool {
        match (&self.units, unit) {
            (Units::All, _) => true,
            (Units::Only(units), Some(unit)) => units.contains(unit),
            (Units::Only(_), None) => false,
        }
    }

    /// Whether the asker sees the whole organisation.
    pub fn is_organisation_wide(&self) -> bool {
        self.units == Units::All
    }

    /// Who acts, for the audit log.
    pub fn actor(&self) -> &str {
        &self.actor
    }
}
