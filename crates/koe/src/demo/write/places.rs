//! Units, members, touchpoints, offerings, surveys and the links to them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::id::{OfferingId, OrganisationId, UnitId};
use crate::base::scope::Scope;
use crate::demo::company::{Company, Moment};
use crate::demo::truths::{Topic, Truths};
use crate::org::{self, NewMember, Unit, UnitHistory};
use crate::surveys::links::{Link, LinkKind, Place};
use crate::surveys::{self, Fields, Version};
use crate::touchpoints::{self, Offering, Touchpoint};

/// The unit tree with its reorganisation, by code.
pub async fn units(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    truths: &Truths,
) -> anyhow::Result<(HashMap<&'static str, UnitId>, UnitHistory)> {
    let company = Company::get();
    let before = org::begin_unit_change(conn, scope).await?;
    let mut tree = before.clone();
    let mut ids: HashMap<&'static str, UnitId> = HashMap::new();
    let day = |moment: Option<Moment>| moment.map(|Moment::Reorganisation| truths.reorganisation);
    for plan in &company.units {
        let id: UnitId = app.chance.id(app.clock.now_ms());
        let unit = Unit {
            id: id.clone(),
            code: plan.code.clone(),
            name: plan.name(),
            kind: plan.kind.clone(),
            valid_from: day(plan.begins),
            valid_to: day(plan.ends),
        };
        tree.add(
            unit,
            plan.parent
                .as_deref()
                .and_then(|parent| ids.get(parent).cloned()),
        );
        ids.insert(&plan.code, id);
    }
    for store in &company.stores {
        let id: UnitId = app.chance.id(app.clock.now_ms());
        let unit = Unit {
            id: id.clone(),
            code: store.code.clone(),
            name: store.name(),
            kind: "store".into(),
            valid_from: None,
            valid_to: None,
        };
        tree.add(unit, ids.get(store.before.as_str()).cloned());
        if store.before != store.after {
            tree.place(
                &id,
                ids.get(store.after.as_str()).cloned(),
                truths.reorganisation,
            );
        }
        ids.insert(&store.code, id);
    }
    if let Some((unit, fault)) = tree.check().first() {
        anyhow::bail!("unit {unit}: {} {}", fault.field, fault.message);
    }
    org::save_units(conn, scope, &before, &tree).await?;
    Ok((ids, tree))
}

/// Members of staff, one for each role that matters.
pub async fn members(
    app: &App,
    organisation: &OrganisationId,
    units: &HashMap<&'static str, UnitId>,
) -> anyhow::Result<()> {
    for plan in &Company::get().members {
        let new = NewMember {
            email: &plan.email,
            name: &plan.name,
            password: super::PASSWORD,
            role: plan.role,
            units: plan
                .units
                .iter()
                .filter_map(|code| units.get(code.as_str()).cloned())
                .collect(),
        };
        org::create_member(app, organisation, new).await?;
    }
    Ok(())
}

/// Touchpoints by code.
pub async fn touchpoints(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    units: &HashMap<&'static str, UnitId>,
) -> anyhow::Result<HashMap<&'static str, Touchpoint>> {
    let mut all = HashMap::new();
    for plan in &Company::get().touchpoints {
        let touchpoint = Touchpoint {
            id: app.chance.id(app.clock.now_ms()),
            code: plan.code.clone(),
            name: plan.name(),
            channel: plan.channel,
            stage: plan.stage,
            experience: plan.experience,
            owner_unit_id: units.get(plan.owner.as_str()).cloned(),
            archived: false,
        };
        touchpoints::insert(conn, scope, &touchpoint).await?;
        all.insert(plan.code.as_str(), touchpoint);
    }
    Ok(all)
}

/// Offerings by code.
pub async fn offerings(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
) -> anyhow::Result<HashMap<&'static str, OfferingId>> {
    let mut all = HashMap::new();
    for plan in &Company::get().offerings {
        let offering = Offering {
            id: app.chance.id(app.clock.now_ms()),
            code: plan.code.clone(),
            name: plan.name(),
            kind: plan.kind.clone(),
            archived: false,
        };
        touchpoints::insert(conn, scope, &offering).await?;
        all.insert(plan.code.as_str(), offering.id);
    }
    Ok(all)
}

/// The surveys, published.
pub async fn surveys(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
) -> anyhow::Result<HashMap<Topic, Arc<Version>>> {
    let mut all = HashMap::new();
    // Lists show the newest first; the purchase is what people look at first.
    for topic in Topic::ALL.into_iter().rev() {
        let document = crate::demo::surveys::document(topic)?;
        let survey = surveys::create(app, conn, scope, &document).await?;
        let version = surveys::publish(app, conn, scope, &survey.id).await?;
        all.insert(topic, Arc::new(version));
        app.clock.advance_ms(60_000);
    }
    Ok(all)
}

/// Links to try: the purchase survey at a few stores and online.
pub async fn links(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    units: &HashMap<&'static str, UnitId>,
    touchpoints: &HashMap<&'static str, Touchpoint>,
    surveys: &HashMap<Topic, Arc<Version>>,
) -> anyhow::Result<()> {
    let places = Company::get()
        .links
        .iter()
        .map(|store| (store.as_str(), "checkout"));
    for (unit, touchpoint) in places.chain([("EC", "ec-checkout"), ("APP", "app-order")]) {
        let touchpoint = touchpoints.get(touchpoint);
        let link = Link {
            id: app.chance.id(app.clock.now_ms()),
            survey: surveys[&Topic::Purchase].survey.clone(),
            kind: LinkKind::Public,
            place: Place {
                touchpoint_id: touchpoint.map(|t| t.id.clone()),
                channel: touchpoint.map(|t| t.channel),
                unit_id: units.get(unit).cloned(),
                offering_id: None,
                customer_id: None,
            },
            fields: Fields::new(),
            created_at: app.clock.now(),
            expires_at: None,
            revoked_at: None,
            answered_at: None,
        };
        surveys::add_link(conn, scope, &link).await?;
        app.clock.advance_ms(1_000);
    }
    Ok(())
}
