//! `koe lake`: the Parquet files that answers are counted from.

use std::fmt::Write as _;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::doctor::Unwell;
use super::organisation::organisations;
use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::duties::Duty;
use crate::base::experience::{self, Compact};
use crate::org;

/// What to do with the lake.
#[derive(Debug, Subcommand)]
pub enum LakeAction {
    /// List the valid files: all others in the folder are on their way out or in.
    #[command(after_help = FILES_EXAMPLES)]
    Files(Listing),
    /// List the streams with their fields.
    #[command(after_help = STREAMS_EXAMPLES)]
    Streams(Listing),
    /// Hold the list of valid files against the folder: missing, of another size, unreadable, not
    /// listed. Exit code 3 when something must be mended.
    Check,
    /// Move the rows that wait into files now, so that the files hold everything.
    Seal,
    /// Merge small files and fold corrections and deletions in, as the duty does from time to time.
    Compact,
}

const FILES_EXAMPLES: &str = "Examples:
  koe lake files --data my-koe
  koe lake files --data my-koe --format json | jq '.[].rows'
  koe lake seal --data my-koe && duckdb -c \"SELECT COUNT(*) FROM read_parquet([$(
      koe lake files --data my-koe | sed \"s/.*/'&'/\" | paste -sd,)], union_by_name = true)\"";

const STREAMS_EXAMPLES: &str = "Examples:
  koe lake streams --data my-koe
  koe lake streams --data my-koe --format json | jq '.[] | {id, kind}'";

/// How to list.
#[derive(Debug, Args)]
pub struct Listing {
    /// Plain lines, or JSON with everything that is known.
    #[arg(long, value_enum, default_value_t = Format::Plain)]
    format: Format,
    /// Only this organisation, by name or id.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Plain,
    Json,
}

/// Runs the command.
///
/// # Errors
/// [`Unwell`] when a check finds something; whatever store and lake refuse.
pub async fn lake(app: &App, action: LakeAction) -> anyhow::Result<()> {
    match action {
        LakeAction::Files(listing) => files(app, listing).await,
        LakeAction::Streams(listing) => streams(app, listing).await,
        LakeAction::Check => check(app).await,
        LakeAction::Seal => {
            let rows = experience::seal_all(app).await?;
            eprintln!("{rows} rows that waited are in files now.");
            Ok(())
        }
        LakeAction::Compact => {
            Compact::default().see_to(app).await?;
            eprintln!("The files are as few as they need be.");
            Ok(())
        }
    }
}

async fn files(app: &App, listing: Listing) -> anyhow::Result<()> {
    let root = std::path::absolute(experience::folder(&app.config))?;
    let (mut plain, mut all) = (String::new(), Vec::new());
    for organisation in organisations(app, listing.organisation.as_deref()).await? {
        let scope = org::operator_scope(&organisation.id);
        let mut tx = app.db.read().await?;
        let streams = experience::streams(&mut tx, &scope).await?;
        let ids: Vec<&str> = streams.iter().map(|s| s.schema.id.as_str()).collect();
        let snapshot = experience::snapshot(app, &mut tx, &scope, &ids).await?;
        drop(tx);
        if !snapshot.pending.is_empty() {
            eprintln!(
                "{} rows of {} are in no file yet; `koe lake seal` moves them.",
                snapshot.pending.len(),
                organisation.name
            );
        }
        for file in &snapshot.files {
            let path = root.join(&file.path);
            writeln!(plain, "{}", path.display())?;
            all.push(json!({
                "path": path, "organisation": organisation.id, "stream": file.stream,
                "rows": file.rows, "bytes": file.bytes, "format_version": file.format_version,
                "first_occurred_at": from_ms(file.min_occurred_at).to_string(),
                "last_occurred_at": from_ms(file.max_occurred_at).to_string(),
            }));
        }
    }
    listed(&listing, plain, &all)
}

async fn streams(app: &App, listing: Listing) -> anyhow::Result<()> {
    let (mut plain, mut all) = (String::new(), Vec::new());
    for organisation in organisations(app, listing.organisation.as_deref()).await? {
        let scope = org::operator_scope(&organisation.id);
        let mut tx = app.db.read().await?;
        for stream in experience::streams(&mut tx, &scope).await? {
            let schema = stream.schema;
            writeln!(plain, "{}\t{}", schema.id, stream.kind)?;
            for field in &schema.fields {
                let kind = serde_json::to_value(field.kind)?;
                let kind = kind.as_str().unwrap_or_default();
                writeln!(plain, "{}\t{}\t{kind}", schema.id, field.id)?;
            }
            all.push(json!({
                "id": schema.id, "organisation": organisation.id, "kind": stream.kind,
                "fields": schema.fields,
            }));
        }
    }
    listed(&listing, plain, &all)
}

fn listed(listing: &Listing, plain: String, all: &[serde_json::Value]) -> anyhow::Result<()> {
    match listing.format {
        Format::Plain => super::print(&plain),
        Format::Json => super::print(&format!("{}\n", serde_json::to_string_pretty(all)?)),
    }
}

async fn check(app: &App) -> anyhow::Result<()> {
    let found = experience::check(app).await?;
    let mut lines = String::new();
    for fault in &found.faults {
        writeln!(lines, "MEND  {fault}")?;
    }
    for orphan in &found.orphans {
        writeln!(
            lines,
            "note  {orphan} is not listed; it will be cleared away"
        )?;
    }
    super::print(&lines)?;
    eprintln!(
        "{} files with {} rows and {} bytes are listed; {} must be mended.",
        found.files,
        found.rows,
        found.bytes,
        found.faults.len()
    );
    match found.faults.len() {
        0 => Ok(()),
        faults => Err(Unwell(faults).into()),
    }
}
