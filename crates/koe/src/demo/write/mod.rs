//! Putting the company into an empty store, through the doors of the slices.

mod customers;
mod measures;
mod names;
mod places;
mod records;
mod sittings;
mod streams;

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Context;
use jiff::Timestamp;
use jiff::civil::Date;
use koe_analysis::text::topics::Trade;

use super::company::Company;
use super::history::{History, Kind};
use super::people::Customer;
use super::truths::{Topic, Truths};
use crate::base::app::App;
use crate::base::id::{CustomerId, OfferingId, OrganisationId, UnitId};
use crate::base::scope::Scope;
use crate::base::text::Language;
use crate::org::{self, ErasureMode, Organisation, Privacy, UnitHistory};
use crate::surveys::Version;
use crate::touchpoints::Touchpoint;
use crate::voices;

/// Where the demo's owner signs in.
pub const EMAIL: &str = "demo@koe.example";
/// The password of all members of the demo company. It is no secret: it
/// stands in the README.
pub const PASSWORD: &str = "hiyorinoma-no-koe";
/// Name of the file with what is planted, in the data folder.
pub const TRUTHS_FILE: &str = "demo-truths.json";

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// About how many records, customers and places apart.
    pub records: u64,
    /// Chooses the world.
    pub seed: u64,
}

/// How far the work is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Days of the history that are written.
    pub days: u64,
    /// All of its days.
    pub of: u64,
    /// Records written so far.
    pub records: u64,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Records written.
    pub records: u64,
    /// What is planted in them.
    pub truths: Truths,
}

/// What the records refer to, by the codes of the history.
struct World {
    organisation: OrganisationId,
    scope: Scope,
    units: HashMap<&'static str, UnitId>,
    tree: UnitHistory,
    reorganisation: Date,
    touchpoints: HashMap<&'static str, Touchpoint>,
    offerings: HashMap<&'static str, OfferingId>,
    surveys: HashMap<Topic, Arc<Version>>,
    /// Streams of the lake.
    streams: HashMap<Kind, koe_lake::StreamSchema>,
    /// By index.
    customers: Vec<CustomerId>,
}

/// Makes the company in a store that has no organisation yet.
///
/// # Errors
/// When there is one already, with the remedy; when the store or the disk
/// refuses.
pub async fn create(
    app: &App,
    plan: Plan,
    mut progress: impl FnMut(Progress),
) -> anyhow::Result<Made> {
    if let Some(known) = org::organisations(app).await?.first() {
        anyhow::bail!(
            "the store already has an organisation ({}); the demo company wants an empty one: \
             choose another folder with --data, or another database",
            known.name
        );
    }
    let now = app.clock.now();
    let history = History::plan(Truths::plant(plan.seed, now), plan.records);
    let truths = history.truths.clone();
    let beginning = first_moment(&truths)?;
    set_clock(app, beginning);
    let prepared = prepare(app, &history).await;
    // Whatever became of it, the clock is handed back as it was.
    set_clock(app, now);
    let mut world = prepared?;
    customers::resolve(app, &mut world, &history).await?;
    set_clock(app, now);
    let records = records::write(app, &world, &history, &mut progress).await?;
    let json = serde_json::to_string_pretty(&truths)?;
    let path = app.config.store.data.join(TRUTHS_FILE);
    std::fs::write(&path, json).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(Made {
        organisation: world.organisation,
        records,
        truths,
    })
}

/// Sets a clock that can be set, so that what is made long before the end of
/// the history carries the time of then; the machine's clock stays.
fn set_clock(app: &App, at: Timestamp) {
    app.clock
        .advance_ms(at.as_millisecond() - app.clock.now_ms());
}

fn first_moment(truths: &Truths) -> anyhow::Result<Timestamp> {
    let ms = super::rhythm::moment(truths.first_day, 0.0);
    Ok(Timestamp::from_millisecond(ms)?)
}

/// Everything but customers and records.
async fn prepare(app: &App, history: &History) -> anyhow::Result<World> {
    let company = Company::get();
    let now_ms = app.clock.now_ms();
    let organisation = Organisation {
        id: app.chance.id(now_ms),
        name: company.name.clone(),
        language: Language::Ja,
        time_zone: "Asia/Tokyo".into(),
        fiscal_year_start: 4,
        calling_code: org::DEFAULT_CALLING_CODE.into(),
        privacy: Privacy {
            purpose: company.purpose.clone(),
            controller: company.controller.clone(),
            policy_url: None,
            retention_days: Some(1_460),
            erasure: ErasureMode::default(),
        },
    };
    let mut tx = app.db.write().await?;
    org::create_organisation(&mut tx, &organisation, &app.chance.secret(), now_ms).await?;
    let scope = org::operator_scope(&organisation.id);
    let (units, tree) = places::units(&mut tx, app, &scope, &history.truths).await?;
    let touchpoints = places::touchpoints(&mut tx, app, &scope, &units).await?;
    let offerings = places::offerings(&mut tx, app, &scope).await?;
    let surveys = places::surveys(&mut tx, app, &scope).await?;
    let streams = streams::declare(&mut tx, app, &scope, &surveys).await?;
    places::links(&mut tx, app, &scope, &units, &touchpoints, &surveys).await?;
    measures::metrics(&mut tx, app, &scope, &surveys, &streams).await?;
    let topics = Trade::Retail.topics();
    voices::keep_topics(&mut tx, app, &scope, 0, topics).await?;
    tx.commit().await?;
    places::members(app, &organisation.id, &units).await?;
    Ok(World {
        organisation: organisation.id,
        scope,
        units,
        tree,
        reorganisation: history.truths.reorganisation,
        touchpoints,
        offerings,
        surveys,
        streams,
        customers: Vec::new(),
    })
}

/// When a customer joined, as a time.
fn joined(customer: &Customer) -> anyhow::Result<Timestamp> {
    Ok(Timestamp::from_millisecond(super::rhythm::moment(
        customer.since,
        12.0 * 60.0,
    ))?)
}
