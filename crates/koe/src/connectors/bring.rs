//! Bringing a file in, whoever does it: a request's upload or the command line.

use std::path::Path;

use super::imports::encoding::FileEncoding;
use super::imports::faults::as_csv;
use super::imports::propose::RowsAre;
use super::imports::rows::Layout;
use super::imports::{
    Mapping, Records, RowFault, Sniffed, propose, propose_rows, sniff_as, sniff_in,
};
use super::model::{Import, ImportStatus, Totals};
use super::{prepare, run, store};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::id::{ImportId, SurveyId};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org::{organisation, record_audit};
use crate::people::{self, Holder};
use crate::surveys::{self, Text};

/// A file on this machine, and what is known about it.
pub struct FileToImport<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// The survey its rows answer.
    pub survey: Option<SurveyId>,
    /// A mapping kept under this name.
    pub saved: Option<String>,
    /// A mapping brought along.
    pub mapping: Option<Mapping>,
    /// The name under which its mapping is kept for next time.
    pub save_as: Option<String>,
    /// The encoding of a text file; absent: what its bytes say.
    pub encoding: Option<FileEncoding>,
}

/// What decides the first mapping of a file.
#[derive(Default)]
pub(super) struct Hints {
    pub survey: Option<SurveyId>,
    pub saved: Option<String>,
    pub rows_are: Option<RowsAre>,
    pub encoding: Option<FileEncoding>,
}

/// Copies a file of this machine to the uploads and looks at it.
///
/// # Errors
/// 413 beyond `limits.upload_bytes`; 422 when it cannot be read or the mapping does not fit.
pub async fn upload(app: &App, scope: &Scope, file: FileToImport<'_>) -> Outcome<Import> {
    let id: ImportId = app.chance.id(app.clock.now_ms());
    let path = run::upload(app, &id);
    let name = file
        .path
        .file_name()
        .map_or("file".into(), |name| name.to_string_lossy());
    let bytes = tokio::fs::metadata(file.path)
        .await
        .map_err(|error| Problem::invalid("file", format!("{}: {error}", file.path.display())))?
        .len();
    let most = app.config.limits.upload_bytes;
    if bytes > most {
        return Err(Problem::too_large(format!(
            "The file is larger than {most} bytes (limits.upload_bytes)."
        )));
    }
    let kept = |error| {
        Problem::unavailable(
            "The file cannot be kept now; nothing was accepted.",
            anyhow::Error::from(error),
        )
    };
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(kept)?;
    }
    tokio::fs::copy(file.path, &path).await.map_err(kept)?;
    let hints = Hints {
        survey: file.survey,
        saved: file.saved,
        encoding: file.encoding,
        ..Hints::default()
    };
    let mut import = looked_at(app, scope, &id, &name, bytes, hints).await?;
    if file.mapping.is_some() || file.save_as.is_some() {
        let mut mapping = file.mapping.unwrap_or_else(|| import.mapping.clone());
        mapping.layout.encoding = file.encoding.unwrap_or(mapping.layout.encoding);
        import = match put_mapping(app, scope, &id, mapping, file.save_as.as_deref()).await {
            Ok(import) => import,
            Err(problem) => {
                discard(app, scope, &id).await?;
                return Err(problem);
            }
        };
    }
    Ok(import)
}

/// Looks at an uploaded file, proposes what its columns mean, and keeps both. The file goes
/// again when it cannot be read.
///
/// # Errors
/// 422 when it is none of the kinds that are read.
pub(super) async fn looked_at(
    app: &App,
    scope: &Scope,
    id: &ImportId,
    name: &str,
    bytes: u64,
    hints: Hints,
) -> Outcome<Import> {
    let import = look(app, scope, id, name, bytes, hints).await;
    if import.is_err() {
        drop(tokio::fs::remove_file(run::upload(app, id)).await);
    }
    import
}

async fn look(
    app: &App,
    scope: &Scope,
    id: &ImportId,
    name: &str,
    bytes: u64,
    hints: Hints,
) -> Outcome<Import> {
    let (path, limits) = (run::upload(app, id), run::limits(app));
    let (file_name, encoding) = (name.to_owned(), hints.encoding);
    let sniffed =
        tokio::task::spawn_blocking(move || sniff_in(&path, &file_name, encoding, limits))
            .await
            .map_err(Problem::internal)?
            .map_err(|error| Problem::invalid("file", error.to_string()))?;
    let mut tx = app.db.write().await?;
    let mapping = first_mapping(app, &mut tx, scope, &sniffed, name, &hints).await?;
    let now = app.clock.now();
    let import = Import {
        id: id.clone(),
        file_name: name.to_owned(),
        bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        status: ImportStatus::Uploaded,
        sniffed,
        mapping,
        stream_id: None,
        checkpoint: 0,
        totals: Totals::default(),
        message: Text::default(),
        created_by: scope.actor().to_owned(),
        created_at: now,
        changed_at: now,
    };
    store::insert(&mut tx, scope, &import).await?;
    let detail = serde_json::json!({ "bytes": import.bytes });
    record_audit(&mut tx, app, scope, "import.upload", id.as_str(), detail).await?;
    tx.commit().await?;
    Ok(import)
}

/// The mapping a file begins with: one kept earlier, or a proposal.
async fn first_mapping(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    sniffed: &Sniffed,
    name: &str,
    hints: &Hints,
) -> Outcome<Mapping> {
    let zone = organisation(conn, scope.organisation()).await?.time_zone;
    Ok(match (&hints.saved, &hints.survey) {
        (Some(saved), _) => {
            let mut mapping = store::mappings(conn, scope)
                .await?
                .into_iter()
                .find(|one| one.name == *saved)
                .ok_or_else(|| Problem::invalid("mapping", "there is no mapping of this name"))?
                .mapping;
            // The same columns may come in another encoding or with another separator.
            mapping.layout = sniffed.layout.clone();
            mapping
        }
        (None, Some(survey)) => {
            let version = surveys::current(app, conn, scope, survey)
                .await
                .map_err(|_| {
                    Problem::invalid(
                        "survey_id",
                        "there is no such survey with a published version",
                    )
                })?;
            propose(sniffed, name, Some((survey, &version.document)), &zone)
        }
        (None, None) => match hints.rows_are {
            None => propose(sniffed, name, None, &zone),
            Some(rows_are) => {
                let attributes: Vec<String> = people::attributes(conn, scope, Holder::Customer)
                    .await?
                    .into_iter()
                    .map(|one| one.key)
                    .collect();
                propose_rows(sniffed, name, rows_are, &attributes, &zone)
            }
        },
    })
}

/// Looks at an uploaded file again and proposes anew what its columns mean.
///
/// # Errors
/// 409 when the import runs or has stored rows; 422 when the file cannot be read like this.
pub(super) async fn look_again(
    app: &App,
    scope: &Scope,
    id: &ImportId,
    layout: Option<Layout>,
    hints: Hints,
) -> Outcome<Import> {
    let mut tx = app.db.read().await?;
    let import = store::get(&mut tx, scope, id).await?;
    drop(tx);
    let begun = import.checkpoint > 0;
    if begun || matches!(import.status, ImportStatus::Running | ImportStatus::Done) {
        return Err(Problem::conflict(
            "import_runs",
            "The import runs, or has stored rows already.",
        ));
    }
    let sniffed = match layout {
        None => import.sniffed,
        Some(layout) => {
            let (path, limits, before) = (run::upload(app, id), run::limits(app), import.sniffed);
            tokio::task::spawn_blocking(move || sniff_as(&path, &before, layout, limits))
                .await
                .map_err(Problem::internal)?
                .map_err(|error| Problem::invalid("layout", error.to_string()))?
        }
    };
    let mut tx = app.db.write().await?;
    let name = &import.file_name;
    let mapping = first_mapping(app, &mut tx, scope, &sniffed, name, &hints).await?;
    store::put_look(&mut tx, scope, id, &sniffed, &mapping, app.clock.now_ms()).await?;
    let import = store::get(&mut tx, scope, id).await?;
    tx.commit().await?;
    Ok(import)
}

/// Removes an import with its file; records it has stored stay.
///
/// # Errors
/// 409 when it runs or is done.
pub async fn discard(app: &App, scope: &Scope, id: &ImportId) -> Outcome<()> {
    let mut tx = app.db.write().await?;
    let import = store::get(&mut tx, scope, id).await?;
    if matches!(import.status, ImportStatus::Running | ImportStatus::Done) {
        return Err(Problem::conflict(
            "import_runs",
            "The import runs, or is done and part of the history.",
        ));
    }
    store::delete(&mut tx, scope, id).await?;
    let detail = serde_json::json!({ "records": import.checkpoint });
    record_audit(&mut tx, app, scope, "import.discard", id.as_str(), detail).await?;
    tx.commit().await?;
    drop(tokio::fs::remove_file(run::upload(app, id)).await);
    Ok(())
}

/// Gives an import its mapping, once it fits file and survey, and keeps it for next time.
///
/// # Errors
/// 409 when the import runs or is done; 422 naming everything that does not fit.
pub(super) async fn put_mapping(
    app: &App,
    scope: &Scope,
    id: &ImportId,
    mapping: Mapping,
    save_as: Option<&str>,
) -> Outcome<Import> {
    let mut tx = app.db.read().await?;
    let import = store::get(&mut tx, scope, id).await?;
    let document = prepare::survey_of(app, &mut tx, scope, &mapping).await?;
    drop(tx);
    if matches!(import.status, ImportStatus::Running | ImportStatus::Done) {
        return Err(Problem::conflict(
            "import_runs",
            "The import runs or is done already.",
        ));
    }
    let save_as = save_as.map(str::trim);
    if save_as.is_some_and(|name| !(1..=100).contains(&name.chars().count())) {
        return Err(Problem::invalid("save_as", "must have 1 to 100 characters"));
    }
    let (path, limits, tried) = (run::upload(app, id), run::limits(app), mapping.clone());
    tokio::task::spawn_blocking(move || {
        Records::open(&path, &tried, document.as_deref(), limits).map(drop)
    })
    .await
    .map_err(Problem::internal)?
    .map_err(run::problem)?;
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    store::put_mapping(&mut tx, scope, id, &mapping, now_ms).await?;
    if let Some(name) = save_as {
        store::save_mapping(&mut tx, scope, name, &mapping, now_ms).await?;
    }
    let import = store::get(&mut tx, scope, id).await?;
    tx.commit().await?;
    Ok(import)
}

/// One import as it stands.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn import_of(app: &App, scope: &Scope, id: &ImportId) -> Outcome<Import> {
    let mut tx = app.db.read().await?;
    store::get(&mut tx, scope, id).await
}

/// What was wrong with an import's rows, as CSV.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn faults_csv(
    app: &App,
    scope: &Scope,
    id: &ImportId,
    japanese: bool,
) -> Outcome<Vec<u8>> {
    let mut tx = app.db.read().await?;
    let import = store::get(&mut tx, scope, id).await?;
    let faults: Vec<RowFault> = store::faults(&mut tx, scope, &import.id, -1, run::LISTED)
        .await?
        .into_iter()
        .map(|(_, fault)| fault)
        .collect();
    as_csv(&faults, japanese).map_err(Problem::internal)
}
