//! `koe export` and `koe import --everything`: leaving in one step.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::organisation::scope;
use crate::base::app::App;
use crate::leaving::{self, LinkKey, Progress, TakeIn, WriteOut};

/// What to export, and where to.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The folder to be made. It appears under this name when it is whole.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// Leave out the key that signs links. Whoever has the key can make valid links; without it,
    /// printed QR codes end when the export is taken in elsewhere.
    #[arg(long)]
    without_link_key: bool,
    /// The organisation's name or id, when there are several.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
}

/// Writes everything out.
///
/// # Errors
/// When the folder cannot be made whole; then it is not there.
pub async fn export(app: &App, arguments: ExportArguments) -> anyhow::Result<()> {
    let scope = scope(app, arguments.organisation.as_deref()).await?;
    let wanted = WriteOut {
        to: arguments.to,
        link_key: !arguments.without_link_key,
    };
    let bar = bar("{msg} {wide_bar} {human_pos}/{human_len} rows · {elapsed}")?;
    let show = |progress: Progress| show(&bar, progress);
    let written = or_stopped(leaving::write_out(app, &scope, &wanted, &show)).await;
    bar.finish_and_clear();
    let manifest = written?;
    let folder = std::path::absolute(&wanted.to)?;
    eprintln!(
        "Everything of {} is in the folder: {} records in {} streams, {} files, {} bytes.",
        manifest.organisation.name,
        manifest
            .streams
            .iter()
            .map(|stream| stream.rows)
            .sum::<u64>(),
        manifest.streams.len(),
        manifest.files.len() + 1,
        manifest.bytes(),
    );
    eprintln!(
        "It holds personal data and, row by row, the answers to confidential programmes{}. Keep it \
         as you keep the database.",
        if manifest.link_key {
            ", and the key that signs links"
        } else {
            ""
        }
    );
    super::print(&format!("{}\n", folder.display()))
}

/// Takes everything in.
///
/// # Errors
/// When the folder does not fit; then nothing was taken in.
pub async fn take_in(app: &App, folder: PathBuf, renew_links: bool) -> anyhow::Result<()> {
    let wanted = TakeIn {
        folder,
        renew_links,
    };
    let bar = bar("{msg} {wide_bar} {binary_bytes}/{binary_total_bytes} · {elapsed}")?;
    let show = |progress: Progress| show(&bar, progress);
    let taken = or_stopped(leaving::take_in(app, &wanted, &show)).await;
    bar.finish_and_clear();
    let (manifest, links) = taken?;
    eprintln!(
        "{} is here as it was on {}.",
        manifest.organisation.name, manifest.taken_at
    );
    match links {
        LinkKey::Kept => eprintln!(
            "Links and printed QR codes go on working if this Koe is reached under the same address \
             (server.public_url)."
        ),
        LinkKey::Renewed => eprintln!(
            "Every link has a new address: print QR sheets anew, and send personal links again."
        ),
    }
    eprintln!(
        "Passwords and API keys did not come along: `koe user password --email …` for each member, \
         new keys in the settings."
    );
    let rows: u64 = manifest.streams.iter().map(|stream| stream.rows).sum();
    let said = serde_json::json!({
        "organisation": manifest.organisation, "records": rows, "rows": manifest.rows,
        "link_key": if links == LinkKey::Kept { "kept" } else { "renewed" },
    });
    super::print(&format!("{}\n", serde_json::to_string_pretty(&said)?))
}

/// The work, unless somebody presses Ctrl-C: then it is let go, and cleans up
/// after itself.
async fn or_stopped<T>(
    work: impl Future<Output = crate::base::problem::Outcome<T>>,
) -> anyhow::Result<T> {
    tokio::select! {
        done = work => Ok(done?),
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("stopped; nothing was kept")),
    }
}

fn bar(template: &str) -> anyhow::Result<ProgressBar> {
    let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template(template)?);
    bar.enable_steady_tick(Duration::from_millis(200));
    Ok(bar)
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_length(progress.of);
    bar.set_position(progress.done);
    bar.set_message(progress.doing);
}
