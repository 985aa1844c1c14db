//! Keeping the promise of how long answers are kept.

use std::time::Duration;

use async_trait::async_trait;
use koe_lake::{
    FieldsWanted, Measure, Order, Part, Question, RecordsQuestion, TimeRange, Tombstone,
};

use super::jobs::{forget_what_followed, nothing_under_way};
use super::promise::{DAY_MS, Promise, Removed, RetentionRun, is_some_time, promises};
use super::store::retention::{self as store, Open};
use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::duties::Duty;
use crate::base::experience;
use crate::base::id::{LinkId, OrganisationId, SurveyId};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org::{self, ErasureMode, record_audit};
use crate::responses::{self, Due, Trace};
use crate::surveys::{self, Version};

/// What was promised to those who answered a version of a survey.
pub struct Promised {
    /// The survey.
    pub survey: SurveyId,
    /// The promise.
    pub promise: Promise,
    /// When the version was the one that links opened.
    open: TimeRange,
}

impl Promised {
    fn due(&self, time: TimeRange) -> Due {
        Due {
            survey: self.survey.clone(),
            version: self.promise.version,
            time,
            imports: self.promise.holds_for_imports(),
        }
    }
}

/// Every promise of an organisation, survey by survey.
///
/// # Errors
/// When the store cannot be read.
pub async fn promised(app: &App, scope: &Scope) -> Outcome<Vec<Promised>> {
    let mut tx = app.db.read().await?;
    let rules = org::retention_rules(&mut tx, scope).await?;
    let mut all = Vec::new();
    for survey in surveys::titles(&mut tx, scope).await?.into_keys() {
        let survey = SurveyId::stored(survey);
        let versions: Vec<Version> = surveys::versions(&mut tx, scope, &survey).await?;
        let next = versions.iter().skip(1).map(|next| Some(next.published_ms));
        for (version, until) in versions.iter().zip(next.chain([None])) {
            let open = TimeRange {
                from: Some(version.published_ms),
                to: until,
            };
            let own = version.document.privacy.retention_days;
            let made = promises(version.number, own, &rules).into_iter();
            all.extend(made.map(|promise| Promised {
                survey: survey.clone(),
                promise,
                open,
            }));
        }
    }
    Ok(all)
}

/// What of a promise is still to come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coming {
    /// Records whose time is not over.
    pub records: u64,
    /// Of those, records that go within 30 days.
    pub soon: u64,
    /// When the next one was given, milliseconds since 1970.
    pub next_given_ms: Option<i64>,
}

/// Days that are looked ahead.
const SOON_DAYS: i64 = 30;

/// Counts what a promise still keeps, for whoever looks after privacy.
///
/// # Errors
/// When store or lake cannot be read.
pub async fn coming(app: &App, scope: &Scope, one: &Promised) -> Outcome<Coming> {
    let stream = one.survey.as_str();
    let mut tx = app.db.read().await?;
    let schema = experience::stream(&mut tx, scope, stream).await?.schema;
    drop(tx);
    let now_ms = app.clock.now_ms();
    let selection = |days| one.due(one.promise.coming(now_ms, days)).selection(scope);
    let count = |days| Question {
        parts: vec![Part {
            stream: schema.clone(),
            measure: Measure::Count,
        }],
        selection: selection(days),
        group_by: Vec::new(),
        weight: None,
    };
    let counted =
        experience::ask_all(app, scope, vec![count(None), count(Some(SOON_DAYS))]).await?;
    let counts: Vec<u64> = counted.iter().map(|answer| answer.total().rows.n).collect();
    let next = RecordsQuestion {
        streams: vec![schema],
        selection: selection(None),
        fields: FieldsWanted::Only(Vec::new()),
        order: Order::OldestFirst,
        limit: 1,
        after: None,
    };
    let snapshot = experience::snapshot_of(app, scope, &[stream]).await?;
    let page = app.lake.records(&next, &snapshot).await;
    let next = page.map_err(experience::problem)?.records.pop();
    Ok(Coming {
        records: counts.first().copied().unwrap_or_default(),
        soon: counts.last().copied().unwrap_or_default(),
        next_given_ms: next.map(|record| record.row.common.occurred_at),
    })
}

/// Lets records go whose time is over, survey version by survey version, in
/// transactions of at most `privacy.retention_records`.
pub struct Retain;

#[async_trait]
impl Duty for Retain {
    fn name(&self) -> &'static str {
        "privacy.retain"
    }

    fn rest(&self) -> Duration {
        Duration::from_secs(3_600)
    }

    async fn see_to(&self, app: &App) -> anyhow::Result<()> {
        for organisation in org::organisations(app).await.map_err(readable)? {
            let scope = org::system_scope(&organisation.id);
            for one in promised(app, &scope).await.map_err(readable)? {
                while let_go(app, &scope, &one).await.map_err(readable)? {}
            }
            let mut tx = app.db.write().await?;
            store::looked(&mut tx, &scope, app.clock.now_ms())
                .await
                .map_err(readable)?;
            tx.commit().await?;
        }
        Ok(())
    }
}

fn readable(problem: Problem) -> anyhow::Error {
    anyhow::anyhow!("{problem:?}")
}

/// Lets some records of a promise go; whether there were any.
async fn let_go(app: &App, scope: &Scope, one: &Promised) -> Outcome<bool> {
    let now_ms = app.clock.now_ms();
    let over = one.promise.over(now_ms);
    if !is_some_time(&over) {
        return Ok(false);
    }
    let most = app.config.privacy.retention_records as usize;
    let mut tx = app.db.read().await?;
    let settings = org::organisation(&mut tx, scope.organisation()).await?;
    let links = links_over(&mut tx, scope, one, over, most).await?;
    drop(tx);
    let mode = settings.privacy.erasure;
    let anonymise = mode == ErasureMode::Anonymise;
    let ids = responses::find_due(app, scope, &one.due(over), anonymise, most).await?;
    if ids.is_empty() && links.is_empty() {
        return Ok(false);
    }
    let mut tx = app.db.write().await?;
    let expired =
        responses::expire(&mut tx, app, scope, &one.survey, &ids, links, anonymise).await?;
    let removed = Removed {
        records_deleted: expired.left.deleted.len() as u64,
        records_anonymised: expired.left.anonymised.len() as u64,
        texts: expired.left.texts,
        links: expired.links as u64,
    };
    if removed == Removed::default() {
        return Ok(false);
    }
    forget_what_followed(&mut tx, app, scope, &expired.left).await?;
    let days = i64::from(app.config.privacy.erasure_days);
    let run = RetentionRun {
        id: app.chance.id(now_ms),
        survey_id: one.survey.clone(),
        version: one.promise.version,
        days: one.promise.days,
        mode,
        removed,
        files: Vec::new(),
        at: from_ms(now_ms),
        due_at: from_ms(now_ms + days * DAY_MS),
        completed_at: None,
    };
    store::insert(&mut tx, scope, &run, &expired.traces).await?;
    let about = serde_json::json!({
        "survey": one.survey, "version": run.version, "days": run.days, "mode": mode,
        "records": removed.records_deleted + removed.records_anonymised,
    });
    record_audit(&mut tx, app, scope, "retention.run", run.id.as_str(), about).await?;
    tx.commit().await?;
    app.nudge.notify_one();
    Ok(true)
}

/// Personal links that were answered while the version was open, and whose
/// answers' time is over. A confidential programme keeps no way from the
/// record to its link; from the link to the person there is one until then.
async fn links_over(
    conn: &mut crate::base::db::Conn,
    scope: &Scope,
    one: &Promised,
    over: TimeRange,
    most: usize,
) -> Outcome<Vec<LinkId>> {
    let from = over.from.max(one.open.from).unwrap_or(i64::MIN);
    let to = [over.to, one.open.to].into_iter().flatten().min();
    let time = (from, to.unwrap_or(i64::MAX));
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    surveys::links_answered(conn, scope, &one.survey, time, most).await
}

/// Looks after receipts until no file holds anything of their records.
///
/// # Errors
/// When store or lake cannot be read.
pub async fn complete(app: &App) -> Outcome<()> {
    let mut tx = app.db.read().await?;
    let open = store::open(&mut tx).await?;
    drop(tx);
    for Open {
        organisation,
        run,
        traces,
    } in open
    {
        let (id, due_at) = (run.id.clone(), run.due_at);
        let complete = look_after(app, &organisation, run, &traces).await?;
        if !complete && app.clock.now() > due_at {
            tracing::error!(run = %id, "records whose time was over are still in a file");
        }
    }
    Ok(())
}

async fn look_after(
    app: &App,
    organisation: &OrganisationId,
    mut run: RetentionRun,
    traces: &[Trace],
) -> Outcome<bool> {
    let scope = org::system_scope(organisation);
    let tombstones: Vec<Tombstone> = traces
        .iter()
        .map(|trace| trace.tombstone(&run.survey_id))
        .collect();
    let holding = experience::files_of(app, &scope, &tombstones).await?;
    let known = run.files.len();
    for path in &holding {
        if !run.files.contains(path) {
            run.files.push(path.clone());
        }
    }
    let nothing_left = holding.is_empty()
        && nothing_under_way(app, run.at)
        && experience::still_there(app, &run.files).is_empty()
        && app.db.empty_log().await?;
    if nothing_left {
        run.completed_at = Some(app.clock.now());
    } else if run.files.len() == known {
        return Ok(false);
    }
    let mut tx = app.db.write().await?;
    store::update(&mut tx, &scope, &run).await?;
    if nothing_left {
        let about = serde_json::json!({ "files": run.files.len() });
        let subject = run.id.as_str();
        record_audit(&mut tx, app, &scope, "retention.complete", subject, about).await?;
    }
    tx.commit().await?;
    Ok(nothing_left)
}
