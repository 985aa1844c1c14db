//! Versions as other slices and the answer pages read them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::links::{Link, LinkSecret, token_of};
use super::model::{Version, VersionCache};
use super::store;
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::gathered::Gathered;
use crate::base::id;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org;

/// One version of a survey, parsed once per process.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn version(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    survey: &id::SurveyId,
    number: i64,
) -> Outcome<Arc<Version>> {
    let cache = app.slots.get_or_make(VersionCache::default);
    let version = match cache.get(survey, number) {
        Some(version) => version,
        None => cache.keep(store::surveys::version(conn, scope, survey, number).await?),
    };
    if version.organisation == *scope.organisation() {
        Ok(version)
    } else {
        Err(Problem::not_found())
    }
}

/// The version that links of a survey open now.
///
/// # Errors
/// 404 when the survey is absent or was never published.
pub async fn current(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    survey: &id::SurveyId,
) -> Outcome<Arc<Version>> {
    let number = store::surveys::get(conn, scope, survey)
        .await?
        .version
        .ok_or_else(Problem::not_found)?;
    version(app, conn, scope, survey, number).await
}

/// Like [`current`], for whoever asks thousands of times a second: those that
/// wait at the same time share one read.
///
/// # Errors
/// 404 when the survey is absent or was never published.
pub async fn current_shared(
    app: &App,
    scope: &Scope,
    survey: &id::SurveyId,
) -> Outcome<Arc<Version>> {
    type Asked = (id::OrganisationId, id::SurveyId);
    let gathered = app
        .slots
        .get_or_make(Gathered::<Asked, Arc<Version>>::default);
    // Whoever reads for the others reads what any of the organisation may.
    let whose = org::system_scope(scope.organisation());
    let asked = (scope.organisation().clone(), survey.clone());
    let (app, survey) = (app.clone(), survey.clone());
    let read = move || {
        let (app, whose, survey) = (app.clone(), whose.clone(), survey.clone());
        async move {
            let mut conn = app.db.glance().await?;
            current(&app, &mut conn, &whose, &survey).await
        }
    };
    gathered.get(asked, read).await
}

/// All versions of a survey, oldest first.
///
/// # Errors
/// 404 when the survey is absent.
pub async fn versions(
    conn: &mut Conn,
    scope: &Scope,
    survey: &id::SurveyId,
) -> Outcome<Vec<Version>> {
    store::surveys::get(conn, scope, survey).await?;
    store::surveys::versions(conn, scope, survey).await
}

/// The secret that signs links of the scope's organisation.
///
/// # Errors
/// When the store cannot be read.
pub async fn link_secret(conn: &mut Conn, scope: &Scope) -> Outcome<LinkSecret> {
    let secret = org::link_secret(conn, scope.organisation()).await?;
    Ok(LinkSecret::new(secret))
}

/// The draft of a survey as it is now.
///
/// # Errors
/// 404 when the survey is absent.
pub async fn draft(
    conn: &mut Conn,
    scope: &Scope,
    survey: &id::SurveyId,
) -> Outcome<super::Document> {
    Ok(store::surveys::draft(conn, scope, survey).await?.0)
}

/// Adds a link that was made without a request: its place is the caller's to
/// vouch for.
///
/// # Errors
/// When the store refuses.
pub async fn add_link(conn: &mut Conn, scope: &Scope, link: &Link) -> Outcome<()> {
    let token = token_of(&link_secret(conn, scope).await?, &link.id);
    store::links::insert(conn, scope, link, &org::token_hash(&token)).await
}

/// Gives the organisation of the scope a new secret: every address printed or
/// sent so far ends, and every link has another.
///
/// # Errors
/// When the store refuses.
pub async fn renew_link_secret(conn: &mut Conn, scope: &Scope, secret: &str) -> Outcome<()> {
    org::put_link_secret(conn, scope, secret).await?;
    let secret = link_secret(conn, scope).await?;
    for link in store::links::ids(conn, scope).await? {
        let token = token_of(&secret, &link);
        store::links::put_token(conn, scope, &link, &org::token_hash(&token)).await?;
    }
    Ok(())
}

/// Notes that a personal link was answered. A confidential programme keeps
/// the day only, so that no time leads from the person to the answer.
///
/// # Errors
/// When the store refuses.
pub async fn mark_answered(
    conn: &mut Conn,
    scope: &Scope,
    link: &id::LinkId,
    confidential: bool,
    now_ms: i64,
) -> Outcome<()> {
    const DAY_MS: i64 = 86_400_000;
    let at = if confidential {
        now_ms - now_ms.rem_euclid(DAY_MS)
    } else {
        now_ms
    };
    store::links::mark_answered(conn, scope, link, at).await?;
    Ok(())
}

/// Titles of all surveys by language, by survey id.
///
/// # Errors
/// When the store cannot be read.
pub async fn titles(
    conn: &mut Conn,
    scope: &Scope,
) -> Outcome<BTreeMap<String, BTreeMap<String, String>>> {
    let surveys = store::surveys::list(conn, scope, None, None, i64::from(u32::MAX)).await?;
    Ok(surveys
        .into_iter()
        .map(|survey| (survey.id.as_str().to_owned(), survey.title.by_tag()))
        .collect())
}

/// Ends personal links and forgets whose they were, because the records behind
/// them go; says which of them were anybody's.
///
/// # Errors
/// When the store refuses.
pub async fn release_these_links(
    conn: &mut Conn,
    scope: &Scope,
    links: &[id::LinkId],
    now_ms: i64,
) -> Outcome<Vec<id::LinkId>> {
    store::links::release_these(conn, scope, links, now_ms).await
}

/// Personal links of a survey that were answered in a time (milliseconds;
/// `from` included, `to` not), at most `most`.
///
/// # Errors
/// When the store cannot be read.
pub async fn links_answered(
    conn: &mut Conn,
    scope: &Scope,
    survey: &id::SurveyId,
    time: (i64, i64),
    most: i64,
) -> Outcome<Vec<id::LinkId>> {
    store::links::answered_between(conn, scope, survey, time, most).await
}

/// Ends the personal links of customers (all their pseudonyms) and forgets
/// whose they were, for the erasure of a person; says which links.
///
/// # Errors
/// When the store refuses.
pub async fn release_links(
    conn: &mut Conn,
    scope: &Scope,
    customers: &[id::CustomerId],
    now_ms: i64,
) -> Outcome<Vec<id::LinkId>> {
    store::links::release(conn, scope, customers, now_ms).await
}
