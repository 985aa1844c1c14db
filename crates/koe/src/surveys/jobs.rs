//! What `surveys` sees to again and again.

use std::time::Duration;

use async_trait::async_trait;

use super::{api, store};
use crate::base::app::App;
use crate::base::duties::Duty;

/// Deletes previews that open no more, so that trying out leaves nothing behind.
pub struct ForgetPreviews;

#[async_trait]
impl Duty for ForgetPreviews {
    fn name(&self) -> &'static str {
        "surveys.forget_previews"
    }

    fn rest(&self) -> Duration {
        Duration::from_secs(3_600)
    }

    async fn see_to(&self, app: &App) -> anyhow::Result<()> {
        let now_ms = app.clock.now_ms();
        let mut tx = app.db.write().await?;
        store::links::forget_previews(&mut tx, now_ms, now_ms - api::preview_life_ms(app)).await?;
        tx.commit().await?;
        Ok(())
    }
}
