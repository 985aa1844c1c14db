//! The duty that moves pending rows into sealed files.

use std::time::Duration;

use async_trait::async_trait;

use super::store;
use crate::base::app::App;
use crate::base::duties::Duty;
use crate::base::id::LakeFileId;
use crate::base::scope::Scope;

/// Seals streams whose pending rows are many or old.
///
/// Read rows, write and fsync the file, then one transaction lists it and
/// deletes exactly these rows. A crash in between leaves a file that nobody
/// lists (garbage) and rows that are sealed again. Two workers that seal the
/// same rows cannot both delete them, and the one that comes too late gives
/// up its file, as does one whose row was corrected or deleted meanwhile.
pub struct Seal;

#[async_trait]
impl Duty for Seal {
    fn name(&self) -> &'static str {
        "lake.seal"
    }

    fn rest(&self) -> Duration {
        Duration::from_secs(2)
    }

    async fn see_to(&self, app: &App) -> anyhow::Result<()> {
        let now_ms = app.clock.now_ms();
        let lake = &app.config.lake;
        let oldest_allowed_ms = now_ms - i64::try_from(lake.seal_seconds)? * 1_000;
        let mut tx = app.db.read().await?;
        let waiting = store::waiting(&mut tx).await?;
        drop(tx);
        for stream in waiting {
            let many = u64::try_from(stream.rows)? >= lake.seal_rows;
            if many || stream.oldest_ms <= oldest_allowed_ms {
                seal_stream(app, &stream).await?;
            }
        }
        Ok(())
    }
}

/// Seals everything that waits, however few or young; how many rows.
///
/// # Errors
/// When store or lake refuse; what was sealed until then stays sealed.
pub async fn seal_all(app: &App) -> anyhow::Result<u64> {
    let mut sealed = 0;
    loop {
        let mut tx = app.db.read().await?;
        let waiting = store::waiting(&mut tx).await?;
        drop(tx);
        if waiting.is_empty() {
            return Ok(sealed);
        }
        for stream in waiting {
            sealed += seal_stream(app, &stream).await?;
        }
    }
}

async fn seal_stream(app: &App, waiting: &store::Waiting) -> anyhow::Result<u64> {
    let now_ms = app.clock.now_ms();
    let file_id: LakeFileId = app.chance.id(now_ms);
    let scope = Scope::of_system(waiting.organisation.clone());
    let most = i64::try_from(app.config.lake.seal_rows)?;
    let mut tx = app.db.read().await?;
    let schema = store::stream(&mut tx, &scope, &waiting.stream)
        .await?
        .schema;
    let rows = store::oldest(&mut tx, &waiting.stream, most).await?;
    drop(tx);
    if rows.is_empty() {
        return Ok(0);
    }

    let files = app.lake.seal_rows(&schema, &rows, file_id.as_str()).await?;

    let mut tx = app.db.write().await?;
    for file in &files {
        store::list_file(&mut tx, &waiting.organisation, file, now_ms).await?;
    }
    let forgotten = store::forget_sealed(&mut tx, &rows).await?;
    anyhow::ensure!(
        forgotten == u64::try_from(rows.len())?,
        "rows of stream {} were sealed or changed by others first",
        waiting.stream
    );
    tx.commit().await?;
    metrics::counter!("koe_lake_sealed_rows_total").increment(forgotten);
    metrics::counter!("koe_lake_sealed_files_total").increment(files.len() as u64);
    Ok(forgotten)
}
