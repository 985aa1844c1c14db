//! Erasing, and seeing to it that nothing is left.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::model::{Counts, Erasure, ErasureReason};
use super::promise::DAY_MS;
use super::store;
use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::db::Conn;
use crate::base::duties::Duty;
use crate::base::experience;
use crate::base::id::{CustomerId, OrganisationId};
use crate::base::outbox::{self, Event};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org::{self, ErasureMode, record_audit};
use crate::people;
use crate::responses::{self, Leaving, Left};
use crate::{connectors, loyalty, voices};

/// Erases a person within the caller's transaction.
///
/// # Errors
/// 404 when the customer is absent; whatever store and lake refuse, and then
/// nothing is changed.
pub async fn erase(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    customer: &CustomerId,
    reason: ErasureReason,
) -> Outcome<Erasure> {
    let now_ms = app.clock.now_ms();
    let mode = org::organisation(conn, scope.organisation())
        .await?
        .privacy
        .erasure;
    let known = people::erase(conn, scope, customer).await?;
    let links =
        responses::forget_customers_sittings(conn, scope, &known.pseudonyms, now_ms).await?;
    let leaving = Leaving {
        customers: known.pseudonyms.clone(),
        words: known.customer.words().collect(),
        anonymise: mode == ErasureMode::Anonymise,
    };
    let left = responses::erase(conn, app, scope, &leaving).await?;
    experience::remove_customers(conn, app, scope, &known.pseudonyms).await?;
    forget_what_followed(conn, app, scope, &left).await?;
    connectors::forget_cells(conn, app, scope).await?;
    loyalty::forget_results(conn, scope).await?;
    let days = i64::from(app.config.privacy.erasure_days);
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let erasure = Erasure {
        id: app.chance.id(now_ms),
        mode,
        reason,
        requested_by: scope.actor().to_owned(),
        removed: Counts {
            names: u64::from(known.customer.name.is_some()),
            identifiers: count(known.customer.identifiers.len()),
            attributes: count(known.customer.attributes.len()),
            consents: known.consents.unsigned_abs(),
            accounts: known.accounts.unsigned_abs(),
            links: count(links),
            records_deleted: count(left.deleted.len()),
            records_anonymised: count(left.anonymised.len()),
            texts: left.texts,
        },
        pseudonyms: known.pseudonyms,
        files: Vec::new(),
        at: from_ms(now_ms),
        due_at: from_ms(now_ms + days * DAY_MS),
        completed_at: None,
    };
    store::insert(conn, scope, &erasure).await?;
    let about = serde_json::json!({ "mode": mode, "reason": reason, "customer": customer });
    record_audit(
        conn,
        app,
        scope,
        "customer.erase",
        erasure.id.as_str(),
        about,
    )
    .await?;
    Ok(erasure)
}

/// What was made of the records goes with them; what is left as nobody's is
/// read again.
pub(super) async fn forget_what_followed(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    left: &Left,
) -> Outcome<()> {
    voices::forget(conn, scope, &left.deleted).await?;
    voices::forget(conn, scope, &left.anonymised).await?;
    let (records, owner) = (left.deleted.clone(), scope.organisation());
    outbox::emit(conn, app, owner, Event::RecordsDeleted { records }).await?;
    let records = left.anonymised.clone();
    outbox::emit(conn, app, owner, Event::RecordsStored { records }).await
}

/// Completes receipts: takes out what was still on its way when the person
/// was erased, and looks until no file holds anything of theirs.
pub struct Complete;

#[async_trait]
impl Duty for Complete {
    fn name(&self) -> &'static str {
        "privacy.complete"
    }

    fn rest(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn see_to(&self, app: &App) -> anyhow::Result<()> {
        let readable = |problem: Problem| anyhow::anyhow!("{problem:?}");
        let mut tx = app.db.read().await?;
        let open = store::open(&mut tx).await.map_err(readable)?;
        drop(tx);
        super::retain::complete(app).await.map_err(readable)?;
        for (organisation, erasure) in open {
            let id = erasure.id.clone();
            let due_at = erasure.due_at;
            let complete = look_after(app, &organisation, erasure)
                .await
                .map_err(readable)?;
            if !complete && app.clock.now() > due_at {
                tracing::error!(erasure = %id, "the erasure is overdue: something is still left");
            }
        }
        Ok(())
    }
}

/// One round for one receipt; whether it is complete now.
async fn look_after(
    app: &App,
    organisation: &OrganisationId,
    mut erasure: Erasure,
) -> Outcome<bool> {
    let scope = org::system_scope(organisation);
    let mut tx = app.db.write().await?;
    let leaving = Leaving {
        customers: erasure.pseudonyms.clone(),
        words: Vec::new(),
        anonymise: false,
    };
    let late = responses::erase(&mut tx, app, &scope, &leaving).await?;
    forget_what_followed(&mut tx, app, &scope, &late).await?;
    connectors::forget_cells(&mut tx, app, &scope).await?;
    let uploads = connectors::remembered(&mut tx, &scope, erasure.at.as_millisecond()).await?;
    erasure.removed.records_deleted += late.deleted.len() as u64;
    erasure.removed.texts += late.texts;
    store::update(&mut tx, &scope, &erasure).await?;
    tx.commit().await?;

    let holding = experience::files_of_customers(app, &scope, &erasure.pseudonyms).await?;
    let known = erasure.files.len();
    for path in &holding {
        if !erasure.files.contains(path) {
            erasure.files.push(path.clone());
        }
    }
    let nothing_left = holding.is_empty()
        && late.deleted.is_empty()
        && uploads == 0
        && nothing_under_way(app, erasure.at)
        && experience::still_there(app, &erasure.files).is_empty()
        && app.db.empty_log().await?;
    if nothing_left {
        erasure.completed_at = Some(app.clock.now());
    } else if erasure.files.len() == known {
        return Ok(false);
    }
    let mut tx = app.db.write().await?;
    store::update(&mut tx, &scope, &erasure).await?;
    if nothing_left {
        experience::forget_customers(&mut tx, &scope, &erasure.pseudonyms).await?;
        let about = serde_json::json!({ "files": erasure.files.len() });
        let subject = erasure.id.as_str();
        record_audit(&mut tx, app, &scope, "erasure.complete", subject, about).await?;
    }
    tx.commit().await?;
    Ok(nothing_left)
}

/// Whether everything that was under way at a moment (answers, seals,
/// questions) has come to its end since.
pub(super) fn nothing_under_way(app: &App, at: Timestamp) -> bool {
    let grace_ms = i64::try_from(app.config.lake.garbage_seconds).unwrap_or(i64::MAX);
    app.clock.now_ms()
        >= at
            .as_millisecond()
            .saturating_add(grace_ms.saturating_mul(1_000))
}
