//! `koe demo`: the demo company in an empty store.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::base::app::App;
use crate::base::clock::Clock;
use crate::base::config::Config;
use crate::base::id::Chance;
use crate::demo::{self, EMAIL, PASSWORD, Plan, Progress};

/// Shown below the command's help.
pub const EXAMPLES: &str = "Examples:
  koe demo --data demo && koe serve --data demo
  koe demo --data large --scale 1000000";

/// Makes the company and prints the sign-in: one line with the e-mail, one
/// with the password.
pub async fn demo(config: Config, plan: Plan) -> anyhow::Result<()> {
    super::validate(&config)?;
    // The clock stands still at this moment, so that the same seed gives the
    // same company from its first to its last minute.
    let now = Clock::system().now();
    let app = App::open(config, Clock::fixed(now), Chance::seeded(plan.seed)).await?;
    eprintln!(
        "Making the demo company with about {} records …",
        plan.records
    );
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template(
        "{msg} {wide_bar} {percent} % · {elapsed}",
    )?);
    bar.set_message("customers");
    bar.enable_steady_tick(Duration::from_millis(200));
    let show = |progress: Progress| {
        bar.set_length(progress.of);
        bar.set_position(progress.days);
        bar.set_message(format!("{} records", progress.records));
    };
    let made = demo::create(&app, plan, show).await;
    bar.finish_and_clear();
    app.db.close().await;
    let made = made?;
    eprintln!(
        "The demo company has {} records over three years. What is planted in them: {}.",
        made.records,
        demo::TRUTHS_FILE
    );
    super::print(&format!("E-mail: {EMAIL}\nPassword: {PASSWORD}\n"))
}
