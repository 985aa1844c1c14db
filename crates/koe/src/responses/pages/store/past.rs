//! Sittings that took place before Koe came to know of them.

use super::super::past::PastSitting;
use crate::base::db::{Conn, values};
use crate::base::id::Id;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;

/// Rows of one statement; keeps it below every engine's parameter limit.
const ROWS: usize = 500;

/// Stores sittings that are over, with how far they came. Nothing leads back into them: they
/// hold no answers, and no key opens them.
///
/// # Errors
/// When the store refuses.
pub async fn insert_past(conn: &mut Conn, scope: &Scope, sittings: &[PastSitting]) -> Outcome<()> {
    for chunk in sittings.chunks(ROWS) {
        let sql = format!(
            "INSERT INTO answer_sitting (id, organisation_id, survey_id, version, unit_id, \
             token_hash, preview, status, language, fields, answers, typed, thanks, started_ms, \
             updated_ms, finished_ms) VALUES {}",
            values(conn, chunk.len(), 16)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for one in chunk {
            query = query
                .bind(one.id.as_str().to_owned())
                .bind(scope.organisation().as_str().to_owned())
                .bind(one.survey.as_str().to_owned())
                .bind(one.version)
                .bind(one.unit.as_ref().map(Id::as_str).map(str::to_owned))
                .bind(one.id.as_str().to_owned())
                .bind(0_i64)
                .bind(if one.finished() { "finished" } else { "left" })
                .bind(one.language.clone())
                .bind("{}")
                .bind("{}")
                .bind("{}")
                .bind("")
                .bind(one.started_ms)
                .bind(one.ended_ms)
                .bind(one.finished().then_some(one.ended_ms));
        }
        query.execute(&mut *conn).await?;
    }
    let pages: Vec<_> = sittings
        .iter()
        .flat_map(|sitting| sitting.pages.iter().map(move |page| (&sitting.id, page)))
        .collect();
    for chunk in pages.chunks(ROWS) {
        let sql = format!(
            "INSERT INTO answer_sitting_page (sitting_id, page, finished, spent_ms) VALUES {}",
            values(conn, chunk.len(), 4)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (sitting, page) in chunk {
            query = query
                .bind(sitting.as_str().to_owned())
                .bind(page.page.clone())
                .bind(i64::from(page.finished))
                .bind(page.spent_ms);
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}
