//! `koe import`: a file into the store, with a progress bar.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::convert::Unacceptable;
use crate::base::app::App;
use crate::base::id::SurveyId;
use crate::base::problem::Problem;
use crate::base::scope::Scope;
use crate::connectors::imports::Mapping;
use crate::connectors::{FileToImport, Import, faults_csv, import_of, run_import, upload_import};
use crate::org;

/// What to import, and how.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The file: CSV, TSV, XLSX or JSON lines.
    file: PathBuf,
    /// What the columns mean, as JSON. Without it the proposal is taken.
    #[arg(long, value_name = "FILE", conflicts_with = "saved")]
    mapping: Option<PathBuf>,
    /// A mapping kept under this name.
    #[arg(long, value_name = "NAME")]
    saved: Option<String>,
    /// The survey that the rows answer.
    #[arg(long, value_name = "ID")]
    survey: Option<SurveyId>,
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

/// Runs the command.
///
/// # Errors
/// [`Unacceptable`] when file and mapping do not fit.
pub async fn import(app: &App, arguments: ImportArguments) -> anyhow::Result<()> {
    let scope = scope(app, arguments.organisation.as_deref()).await?;
    let mapping = arguments.mapping.as_deref().map(read_mapping).transpose()?;
    let file = FileToImport {
        path: &arguments.file,
        survey: arguments.survey,
        saved: arguments.saved,
        mapping,
        save_as: arguments.save_as,
    };
    let uploaded = upload_import(app, &scope, file).await.map_err(refused)?;
    if arguments.propose {
        println!("{}", serde_json::to_string_pretty(&uploaded.mapping)?);
        return Ok(());
    }
    let progress = progress(app, &scope, &uploaded);
    let done = run_import(app, &scope, &uploaded.id, arguments.dry_run).await;
    progress.abort();
    if let Some(path) = &arguments.errors {
        let csv = faults_csv(app, &scope, &uploaded.id, true)
            .await
            .map_err(refused)?;
        std::fs::write(path, csv)?;
    }
    let done = done.map_err(refused)?;
    println!(
        "{}",
        serde_json::to_string_pretty(&serde_json::json!({
            "id": done.id, "status": done.status, "stream_id": done.stream_id, "totals": done.totals,
        }))?
    );
    Ok(())
}

/// Shows how far the import has come.
fn progress(app: &App, scope: &Scope, import: &Import) -> tokio::task::JoinHandle<()> {
    let (app, scope, id) = (app.clone(), scope.clone(), import.id.clone());
    tokio::spawn(async move {
        let bar = ProgressBar::new_spinner().with_style(
            ProgressStyle::with_template("{spinner} {elapsed} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner()),
        );
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
    })
}

async fn scope(app: &App, wanted: Option<&str>) -> anyhow::Result<Scope> {
    let known = org::organisations(app).await.map_err(refused)?;
    let mut fitting = known.into_iter().filter(|organisation| {
        wanted
            .is_none_or(|wanted| organisation.name == wanted || organisation.id.as_str() == wanted)
    });
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Ok(org::operator_scope(&only.id)),
        (None, _) => {
            Err(Unacceptable("there is no such organisation; see `koe user add`".into()).into())
        }
        (Some(_), Some(_)) => Err(Unacceptable(
            "there are several organisations; choose one with --organisation".into(),
        )
        .into()),
    }
}

fn read_mapping(path: &Path) -> anyhow::Result<Mapping> {
    let name = path.display();
    let json = std::fs::read(path).map_err(|error| Unacceptable(format!("{name}: {error}")))?;
    let mut reader = serde_json::Deserializer::from_slice(&json);
    let mapping = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| Unacceptable(format!("{name}: {}: {}", error.path(), error.inner())))?;
    Ok(mapping)
}

/// A refusal of the input is the input's fault; anything else is a failure.
fn refused(problem: Problem) -> anyhow::Error {
    if problem.status().is_client_error() {
        let fields: Vec<String> = problem
            .fields()
            .iter()
            .map(|field| format!("\n  {}: {}", field.field, field.message))
            .collect();
        Unacceptable(format!("{}{}", problem.detail(), fields.join(""))).into()
    } else {
        problem.into()
    }
}
