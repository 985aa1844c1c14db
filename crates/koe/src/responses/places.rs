//! Touchpoints, offerings and unit paths of an organisation as they are now,
//! kept for a few seconds, because every answer needs them and they change
//! rarely.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::model::Context;
use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::id::{Id, OfferingId, OrganisationId, TouchpointId, UnitId};
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::org::{self, UnitHistory};
use crate::touchpoints::{self, Offering, Touchpoint};

/// How old a kept picture may be.
const FRESH_MS: i64 = 5_000;

/// What a record freezes of where it was made.
#[derive(Debug)]
pub struct Places {
    taken_ms: i64,
    touchpoints: HashMap<TouchpointId, Touchpoint>,
    offerings: HashSet<OfferingId>,
    unit_paths: HashMap<UnitId, String>,
    /// The tree of other days, for answers that are told later.
    tree: Arc<UnitHistory>,
    today: Date,
    zone: TimeZone,
}

impl Places {
    /// A touchpoint of the organisation.
    pub fn touchpoint(&self, id: &TouchpointId) -> Option<&Touchpoint> {
        self.touchpoints.get(id)
    }

    /// Whether an offering is one of the organisation.
    pub fn has_offering(&self, id: &OfferingId) -> bool {
        self.offerings.contains(id)
    }

    /// Whether they have the touchpoint, the offering and the unit that an
    /// answer names.
    pub fn know(&self, context: &Context) -> bool {
        let touchpoint = context.touchpoint_id.as_ref();
        let offering = context.offering_id.as_ref();
        let unit = context.unit_id.as_ref();
        touchpoint.is_none_or(|id| self.touchpoints.contains_key(id))
            && offering.is_none_or(|id| self.has_offering(id))
            && unit.is_none_or(|id| self.unit_paths.contains_key(id))
    }

    /// Unit ids from the root to this unit, joined by `/`, as the tree was on
    /// the day of a moment.
    pub fn unit_path(&self, id: &UnitId, at_ms: i64) -> Option<Cow<'_, str>> {
        let today = self.unit_paths.get(id)?;
        let day = from_ms(at_ms).to_zoned(self.zone.clone()).date();
        Some(match day == self.today {
            true => Cow::Borrowed(today),
            false => Cow::Owned(path_on(&self.tree, id, day)),
        })
    }
}

fn path_on(tree: &UnitHistory, id: &UnitId, day: Date) -> String {
    let path = tree.path(id, day);
    let path: Vec<&str> = path.iter().map(Id::as_str).collect();
    path.join("/")
}

#[derive(Default)]
struct Kept(Mutex<HashMap<OrganisationId, Arc<Places>>>);

/// The places of an organisation, at most a few seconds old.
///
/// # Errors
/// When the store cannot be read.
pub async fn places(app: &App, organisation: &OrganisationId) -> Outcome<Arc<Places>> {
    let kept = app.slots.get_or_make(Kept::default);
    let now_ms = app.clock.now_ms();
    let known = kept
        .0
        .lock()
        .unwrap_or_else(|e| e.into_inner())
        .get(organisation)
        .cloned();
    match known {
        Some(places) if (0..FRESH_MS).contains(&(now_ms - places.taken_ms)) => Ok(places),
        _ => take(app, &kept, organisation, now_ms).await,
    }
}

/// Like [`places`], read anew: for ids that the kept picture does not know.
///
/// # Errors
/// When the store cannot be read.
pub async fn places_anew(app: &App, organisation: &OrganisationId) -> Outcome<Arc<Places>> {
    let kept = app.slots.get_or_make(Kept::default);
    take(app, &kept, organisation, app.clock.now_ms()).await
}

async fn take(
    app: &App,
    kept: &Kept,
    organisation: &OrganisationId,
    now_ms: i64,
) -> Outcome<Arc<Places>> {
    let scope: Scope = org::system_scope(organisation);
    let mut tx = app.db.read().await?;
    let zone = org::organisation(&mut tx, organisation).await?.time_zone;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let today = app.clock.now().to_zoned(zone.clone()).date();
    let tree = org::unit_history(&mut tx, app, organisation).await?;
    let offerings: Vec<Offering> = touchpoints::list(&mut tx, &scope).await?;
    let touchpoints: Vec<Touchpoint> = touchpoints::list(&mut tx, &scope).await?;
    drop(tx);
    let places = Arc::new(Places {
        taken_ms: now_ms,
        touchpoints: touchpoints.into_iter().map(|t| (t.id.clone(), t)).collect(),
        offerings: offerings.into_iter().map(|offering| offering.id).collect(),
        unit_paths: tree
            .units()
            .map(|unit| (unit.id.clone(), path_on(&tree, &unit.id, today)))
            .collect(),
        tree,
        today,
        zone,
    });
    kept.0
        .lock()
        .unwrap_or_else(|e| e.into_inner())
        .insert(organisation.clone(), places.clone());
    Ok(places)
}
