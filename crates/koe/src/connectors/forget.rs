//! Uploaded files are a second place for personal data: what is kept of them
//! is forgotten when it is no longer needed.

use std::time::Duration;

use async_trait::async_trait;

use super::run;
use super::store::{self, Remembered};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::duties::Duty;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::org;
use crate::surveys::Text;

const DAY_MS: i64 = 86_400_000;

/// Forgets what is shown of the cells of files that were brought in: for the
/// erasure of a person, whom they may name.
///
/// # Errors
/// When the store refuses.
pub async fn forget_cells(conn: &mut Conn, app: &App, scope: &Scope) -> Outcome<()> {
    for import in store::remembered(conn, Some(scope), None).await? {
        forget(conn, app, scope, import).await?;
    }
    Ok(())
}

/// How many imports of before a time still hold a file or show its cells.
///
/// # Errors
/// When the store cannot be read.
pub async fn remembered(conn: &mut Conn, scope: &Scope, before_ms: i64) -> Outcome<i64> {
    store::count_remembered(conn, scope, before_ms).await
}

async fn forget(conn: &mut Conn, app: &App, scope: &Scope, mut import: Remembered) -> Outcome<()> {
    for column in &mut import.sniffed.columns {
        column.values.clear();
    }
    let days = app.config.privacy.upload_days;
    let why = Text::ja_en(
        format!(
            "アップロードから{days}日たったため、ファイルを削除しました。もう一度アップロードしてください。"
        ),
        format!("The file was deleted {days} days after it came; upload it again."),
    );
    store::forget(conn, scope, &import, &why, app.clock.now_ms()).await
}

/// Deletes uploaded files that nobody brought in, and forgets what is shown
/// of the cells of all files, after `privacy.upload_days`.
pub struct ForgetUploads;

#[async_trait]
impl Duty for ForgetUploads {
    fn name(&self) -> &'static str {
        "connectors.forget_uploads"
    }

    fn rest(&self) -> Duration {
        Duration::from_secs(3_600)
    }

    async fn see_to(&self, app: &App) -> anyhow::Result<()> {
        let days = i64::from(app.config.privacy.upload_days);
        let before_ms = app.clock.now_ms() - days * DAY_MS;
        let mut tx = app.db.read().await?;
        let old = store::remembered(&mut tx, None, Some(before_ms)).await?;
        drop(tx);
        for import in old {
            match tokio::fs::remove_file(run::upload(app, &import.id)).await {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error.into());
                }
                _ => {}
            }
            let scope = org::system_scope(&import.organisation);
            let mut tx = app.db.write().await?;
            forget(&mut tx, app, &scope, import).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
