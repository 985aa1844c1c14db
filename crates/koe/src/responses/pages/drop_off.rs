//! How far people come, and the forgetting of what they left behind.

use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, Within};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::duties::Duty;
use crate::base::id::{CustomerId, LinkId, SurveyId};
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::surveys;

/// How far sittings of a survey came; previews are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DropOff {
    /// Sittings that began.
    pub begun: i64,
    /// Sittings that ended with an answer.
    pub finished: i64,
    /// By page, in no particular order; pages of all versions.
    pub pages: Vec<PageDropOff>,
}

/// One page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PageDropOff {
    /// The page's id.
    pub page: String,
    /// Sittings that saw it.
    pub reached: i64,
    /// Sittings that saw it and did not go on from it.
    pub left: i64,
    /// The middle time that those who went on had spent on it, in milliseconds.
    pub median_ms: Option<i64>,
}

/// Counts sittings within the scope. The figures of a confidential programme
/// are for the caller to suppress.
///
/// # Errors
/// When the store cannot be read.
pub async fn drop_off(
    conn: &mut Conn,
    scope: &Scope,
    survey: &SurveyId,
    within: &Within,
) -> Outcome<DropOff> {
    let (begun, finished) = store::totals(conn, scope, survey, within).await?;
    let mut pages = Vec::new();
    for count in store::page_counts(conn, scope, survey, within).await? {
        let median_ms =
            store::median_ms(conn, scope, survey, within, &count.page, count.finished).await?;
        pages.push(PageDropOff {
            page: count.page,
            reached: count.reached,
            left: count.reached - count.finished,
            median_ms,
        });
    }
    Ok(DropOff {
        begun,
        finished,
        pages,
    })
}

/// Forgets everything that personal links of customers (all their pseudonyms)
/// led to: unfinished answers, and the links themselves. For the erasure of a
/// person; records are erased by their own rules. How many links there were.
///
/// # Errors
/// When the store refuses.
pub async fn forget_customers(
    conn: &mut Conn,
    scope: &Scope,
    customers: &[CustomerId],
    now_ms: i64,
) -> Outcome<usize> {
    let links = surveys::release_links(conn, scope, customers, now_ms).await?;
    store::forget_links(conn, scope, &links).await?;
    Ok(links.len())
}

/// Forgets whose personal links were, and what was said behind them, because
/// their records go. How many were anybody's.
///
/// # Errors
/// When the store refuses.
pub async fn forget_links(
    conn: &mut Conn,
    scope: &Scope,
    links: &[LinkId],
    now_ms: i64,
) -> Outcome<usize> {
    let links = surveys::release_these_links(conn, scope, links, now_ms).await?;
    store::forget_links(conn, scope, &links).await?;
    Ok(links.len())
}

/// Forgets what was said in sittings that nobody came back to, and the last
/// words of finished ones.
pub struct Forget;

/// As long as a browser remembers its sitting.
const KEPT_MS: i64 = 30 * 86_400_000;

#[async_trait]
impl Duty for Forget {
    fn name(&self) -> &'static str {
        "responses.forget_sittings"
    }

    fn rest(&self) -> Duration {
        Duration::from_secs(3_600)
    }

    async fn see_to(&self, app: &App) -> anyhow::Result<()> {
        let mut tx = app.db.write().await?;
        store::forget(&mut tx, app.clock.now_ms() - KEPT_MS).await?;
        tx.commit().await?;
        Ok(())
    }
}
