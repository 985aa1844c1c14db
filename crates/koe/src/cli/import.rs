//! `koe import`: a file into the store, with a progress bar.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use tokio::task::JoinHandle;

use super::Unacceptable;
use super::organisation::scope;
use crate::base::app::App;
use crate::base::id::SurveyId;
use crate::base::scope::Scope;
use crate::base::text::Language;
use crate::connectors::imports::Mapping;
use crate::connectors::imports::encoding::FileEncoding;
use crate::connectors::{
    FileToImport, Import, discard_import, faults_csv, import_of, run_import, upload_import,
};
use crate::org;

/// Shown below the command's help.
pub const EXAMPLES: &str =
    "Importing the same file again changes nothing. An import that was interrupted is begun
again with the same command. Personal data never go to stdout; --errors writes the values at fault.

Examples:
  koe import reviews.csv --data my-koe --propose > mapping.json
  koe import reviews.csv --data my-koe --mapping mapping.json --dry-run --errors wrong.csv
  koe import reviews.csv --data my-koe --mapping mapping.json --save-as reviews
  koe import reviews-may.csv --data my-koe --saved reviews
  koe import answers.csv --data my-koe --survey srv_01jz…
  koe import answers.txt --data my-koe --survey srv_01jz… --encoding utf16_le
  koe import --everything koe-2026-04-01 --data new-koe";

/// What to import, and how.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The file: CSV, TSV, XLSX or JSON lines.
    #[arg(required_unless_present = "everything")]
    file: Option<PathBuf>,
    /// Take in the folder that `koe export` wrote: same ids, same results, on either engine. The
    /// organisation must not be here yet.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = [
        "file", "mapping", "saved", "survey", "propose", "dry_run", "save_as", "errors", "organisation",
        "encoding",
    ])]
    everything: Option<PathBuf>,
    /// Go on when the key that signs links did not come along; all links get new addresses.
    #[arg(long, requires = "everything", conflicts_with = "file")]
    renew_links: bool,
    /// What the columns mean, as JSON. Without it the proposal is taken.
    #[arg(long, value_name = "FILE", conflicts_with = "saved")]
    mapping: Option<PathBuf>,
    /// A mapping kept under this name.
    #[arg(long, value_name = "NAME")]
    saved: Option<String>,
    /// The survey that the rows answer.
    #[arg(long, value_name = "ID")]
    survey: Option<SurveyId>,
    /// The encoding of a text file: utf8, utf16_le, utf16_be, shift_jis, euc_jp or windows1252.
    /// Without it the bytes of the file say it.
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    encoding: Option<FileEncoding>,
    /// Print the proposed mapping as JSON and import nothing.
    #[arg(long)]
    propose: bool,
    /// Count and list everything, store nothing.
    #[arg(long)]
    dry_run: bool,
    /// Keep the mapping under this name for next time.
    #[arg(long, value_name = "NAME")]
    save_as: Option<String>,
    /// Write what was wrong with rows to this CSV file.
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// The organisation's name or id, when there are several.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
}

impl ImportArguments {
    /// The folder of a whole organisation, and whether its links may end.
    pub fn everything(&self) -> Option<(PathBuf, bool)> {
        let folder = self.everything.clone()?;
        Some((folder, self.renew_links))
    }
}

/// Runs the command.
///
/// # Errors
/// [`Unacceptable`] when file and mapping do not fit.
pub async fn import(app: &App, arguments: ImportArguments) -> anyhow::Result<()> {
    let scope = scope(app, arguments.organisation.as_deref()).await?;
    let path = arguments
        .file
        .ok_or_else(|| Unacceptable("name the file to import".into()))?;
    let mapping = arguments.mapping.as_deref().map(read_mapping).transpose()?;
    let file = FileToImport {
        path: &path,
        survey: arguments.survey,
        saved: arguments.saved,
        mapping,
        save_as: arguments.save_as,
        encoding: arguments.encoding,
    };
    let uploaded = upload_import(app, &scope, file).await?;
    if arguments.propose {
        discard_import(app, &scope, &uploaded.id).await?;
        return super::print(&format!(
            "{}\n",
            serde_json::to_string_pretty(&uploaded.mapping)?
        ));
    }
    let progress = progress(app, &scope, &uploaded)?;
    let done = run_import(app, &scope, &uploaded.id, arguments.dry_run).await;
    progress.abort();
    if let Some(path) = &arguments.errors {
        let japanese = language(app, &scope).await? == Language::Ja;
        let csv = faults_csv(app, &scope, &uploaded.id, japanese).await?;
        std::fs::write(path, csv)?;
        eprintln!("What was wrong with rows stands in {}.", path.display());
    }
    let done = done?;
    let totals = &done.totals;
    if arguments.dry_run {
        discard_import(app, &scope, &uploaded.id).await?;
        eprintln!("A trial: nothing was stored.");
    }
    eprintln!(
        "{} rows are {} records: {} new, {} corrected, {} as before; {} rows and {} values left \
         out.",
        totals.rows,
        totals.records,
        totals.added,
        totals.corrected,
        totals.unchanged,
        totals.rows_left_out,
        totals.values_left_out,
    );
    super::print(&format!(
        "{}\n",
        serde_json::to_string_pretty(&serde_json::json!({
            "id": done.id, "status": done.status, "stream_id": done.stream_id, "totals": totals,
        }))?
    ))
}

async fn language(app: &App, scope: &Scope) -> anyhow::Result<Language> {
    let mut tx = app.db.read().await?;
    Ok(org::organisation(&mut tx, scope.organisation())
        .await?
        .language)
}

/// Shows how far the import has come.
fn progress(app: &App, scope: &Scope, import: &Import) -> anyhow::Result<JoinHandle<()>> {
    let (app, scope, id) = (app.clone(), scope.clone(), import.id.clone());
    let bar = ProgressBar::new_spinner()
        .with_style(ProgressStyle::with_template("{spinner} {elapsed} {msg}")?);
    Ok(tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            if let Ok(import) = import_of(&app, &scope, &id).await {
                let totals = import.totals;
                bar.set_message(format!(
                    "{} rows, {} records, {} left out",
                    totals.rows, totals.records, totals.rows_left_out
                ));
            }
            bar.tick();
        }
    }))
}

/// An encoding by the word that mappings use.
fn encoding(word: &str) -> Result<FileEncoding, String> {
    FileEncoding::deserialize(word.into_deserializer())
        .map_err(|error: serde::de::value::Error| error.to_string())
}

fn read_mapping(path: &Path) -> anyhow::Result<Mapping> {
    let name = path.display();
    let json = std::fs::read(path).map_err(|error| Unacceptable(format!("{name}: {error}")))?;
    let mut reader = serde_json::Deserializer::from_slice(&json);
    let mapping = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| Unacceptable(format!("{name}: {}: {}", error.path(), error.inner())))?;
    Ok(mapping)
}
