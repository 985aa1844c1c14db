//! Writing everything out. One read transaction sees one moment of the store;
//! the lake's rows are those that are valid at that moment.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use koe_lake::{FieldsWanted, Order, RecordsQuestion, Snapshot, WordedRow};

use super::data::StreamWriter;
use super::folder::RowsWriter;
use super::labels::{StreamLabels, labels};
use super::manifest::{FILE, FORMAT, FORMAT_VERSION, FileEntry, Manifest, Owner, StreamEntry};
use super::{Progress, Show, tables};
use crate::base::app::App;
use crate::base::db::{self, Conn};
use crate::base::experience::{self, StreamInfo};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::{org, responses};

/// What is written where.
#[derive(Clone, Debug)]
pub struct WriteOut {
    /// The folder to be made.
    pub to: PathBuf,
    /// Whether the key that signs links comes along.
    pub link_key: bool,
}

/// The key's file in the folder.
pub(super) const LINK_KEY: &str = "link-key.json";

const README: (&str, &str) = ("README.txt", include_str!("README.txt"));

/// Counts what is done against what there is.
struct Tally<'a> {
    show: Show<'a>,
    done: AtomicU64,
    of: u64,
}

impl Tally<'_> {
    fn add(&self, doing: &'static str, rows: u64) {
        let done = self.done.fetch_add(rows, Ordering::Relaxed) + rows;
        let of = self.of;
        (self.show)(Progress { doing, done, of });
    }
}

/// Writes everything of the scope's organisation into a new folder. The
/// folder appears under its name when it is whole.
///
/// # Errors
/// 422 on `to` when it exists or cannot be made; when store or lake cannot be
/// read, or the disk is full.
pub async fn write_out(
    app: &App,
    scope: &Scope,
    wanted: &WriteOut,
    show: Show<'_>,
) -> Outcome<Manifest> {
    let refused = |what: String| Problem::invalid("to", what);
    let to = std::path::absolute(&wanted.to).map_err(|error| refused(error.to_string()))?;
    if to.exists() {
        return Err(refused(format!(
            "{} exists already; name a folder that is to be made",
            to.display()
        )));
    }
    let parent = to.parent().unwrap_or(Path::new("/"));
    // Readable by this user only, and gone again unless it becomes whole.
    let partial = tempfile::Builder::new()
        .prefix(".koe-export-")
        .tempdir_in(parent)
        .map_err(|error| refused(format!("{}: {error}", parent.display())))?;
    let manifest = fill(app, scope, wanted, partial.path(), show).await?;
    let made = partial.path().to_owned();
    fs::rename(&made, &to).map_err(Problem::internal)?;
    // It has another name now, so there is nothing left to remove.
    drop(partial.keep());
    sync_folder(parent)?;
    let detail = serde_json::json!({ "rows": manifest.rows.values().sum::<u64>() });
    let mut tx = app.db.write().await?;
    let organisation = scope.organisation().as_str();
    org::record_audit(
        &mut tx,
        app,
        scope,
        "organisation.export",
        organisation,
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(manifest)
}

async fn fill(
    app: &App,
    scope: &Scope,
    wanted: &WriteOut,
    folder: &Path,
    show: Show<'_>,
) -> Outcome<Manifest> {
    let mut tx = app.db.read().await?;
    let organisation = org::organisation(&mut tx, scope.organisation()).await?;
    let streams = experience::streams(&mut tx, scope).await?;
    let ids: Vec<&str> = streams.iter().map(|s| s.schema.id.as_str()).collect();
    let snapshot = experience::snapshot(app, &mut tx, scope, &ids).await?;
    let mut rows: BTreeMap<String, u64> = BTreeMap::new();
    for table in tables().chain([&responses::TEXTS]) {
        let count = db::tables::count(&mut tx, scope, table).await?;
        rows.insert(table.name.to_owned(), count);
    }
    let in_files: u64 = snapshot.files.iter().map(|file| file.rows).sum();
    let of_tables: u64 = tables().filter_map(|table| rows.get(table.name)).sum();
    let tally = Tally {
        show,
        done: AtomicU64::new(0),
        of: in_files + snapshot.pending.len() as u64 + of_tables,
    };
    // The lake first, so that files which compaction replaces meanwhile can go soon.
    let streams = write_streams(app, scope, &mut tx, streams, &snapshot, folder, &tally).await?;
    if streams.texts != rows["record_text"] {
        return Err(Problem::internal(anyhow::anyhow!(
            "{} free texts of {} have no row in the lake; ask `koe lake check`",
            rows["record_text"].abs_diff(streams.texts),
            rows["record_text"],
        )));
    }
    for table in tables() {
        let path = folder.join(format!("{}.json", table.file));
        let mut writer = RowsWriter::create(&path).map_err(Problem::internal)?;
        let written = db::tables::read(&mut tx, scope, table, |row| writer.add(row)).await?;
        writer.finish().map_err(Problem::internal)?;
        tally.add("records and people", written);
    }
    if wanted.link_key {
        let secret = org::link_secret(&mut tx, scope.organisation()).await?;
        let json = serde_json::json!({ "link_key": secret });
        write(folder, LINK_KEY, &format!("{json}\n"))?;
    }
    drop(tx);
    write(folder, README.0, README.1)?;
    let mut manifest = Manifest {
        format: FORMAT.into(),
        version: FORMAT_VERSION,
        written_by: env!("CARGO_PKG_VERSION").into(),
        schema: db::newest_migration(),
        taken_at: app.clock.now().to_string(),
        organisation: Owner {
            id: organisation.id.as_str().to_owned(),
            name: organisation.name,
        },
        link_key: wanted.link_key,
        rows,
        streams: streams.entries,
        files: Vec::new(),
    };
    for path in files_below(folder)? {
        let entry = FileEntry::of(folder, &path, |_| {}).map_err(Problem::internal)?;
        manifest.files.push(entry);
    }
    write(
        folder,
        FILE,
        &(serde_json::to_string_pretty(&manifest)? + "\n"),
    )?;
    sync_folder(folder)?;
    Ok(manifest)
}

struct WrittenStreams {
    entries: Vec<StreamEntry>,
    texts: u64,
}

async fn write_streams(
    app: &App,
    scope: &Scope,
    conn: &mut Conn,
    streams: Vec<StreamInfo>,
    snapshot: &Snapshot,
    folder: &Path,
    tally: &Tally<'_>,
) -> Outcome<WrittenStreams> {
    let labels = labels(conn, scope).await?;
    let mut text_fields = responses::text_fields(conn, scope).await?;
    let mut written = WrittenStreams {
        entries: Vec::new(),
        texts: 0,
    };
    for StreamInfo { kind, schema } in streams {
        let labels = labels.get(&schema.id).cloned().unwrap_or_default();
        let fields = text_fields.remove(&schema.id).unwrap_or_default();
        let path = format!("data/{}", folder_name(&schema.id, &kind, &labels));
        let mut writer =
            StreamWriter::create(&folder.join(&path), &kind, &schema, &fields, &labels)?;
        let id = schema.id.clone();
        let question = RecordsQuestion {
            streams: vec![schema],
            selection: experience::selection(scope),
            fields: FieldsWanted::All,
            order: Order::OldestFirst,
            limit: 0,
            after: None,
        };
        let mut export = app
            .lake
            .export(&question, snapshot)
            .map_err(Problem::internal)?;
        while let Some(batch) = export.next().await {
            let batch = batch.map_err(Problem::internal)?;
            let ids: Vec<String> = match fields.is_empty() {
                true => Vec::new(),
                false => batch
                    .iter()
                    .map(|r| r.row.common.record_id.clone())
                    .collect(),
            };
            let mut texts = responses::texts_of(conn, scope, &ids).await?;
            let rows: Vec<WordedRow> = batch
                .into_iter()
                .map(|record| WordedRow {
                    texts: texts
                        .remove(&record.row.common.record_id)
                        .into_iter()
                        .flatten()
                        .map(|text| (text.field, text.body))
                        .collect(),
                    row: record.row,
                })
                .collect();
            writer.write(&rows)?;
            tally.add("rows of the lake", rows.len() as u64);
        }
        written.texts += writer.texts;
        written.entries.push(StreamEntry {
            id,
            kind,
            folder: path,
            rows: writer.rows,
        });
        writer.finish()?;
    }
    Ok(written)
}

/// A folder name that tells people something, and is one of its kind.
fn folder_name(id: &str, kind: &str, labels: &StreamLabels) -> String {
    let title = labels.label.get("en").map_or(kind, String::as_str);
    let mut name = String::new();
    for c in title.to_ascii_lowercase().chars().take(40) {
        match c {
            'a'..='z' | '0'..='9' => name.push(c),
            _ if name.ends_with('-') || name.is_empty() => {}
            _ => name.push('-'),
        }
    }
    let name = name.trim_end_matches('-');
    let name = if name.is_empty() { kind } else { name };
    format!("{name}-{id}")
}

fn write(folder: &Path, name: &str, text: &str) -> Outcome<()> {
    let attempt = || -> std::io::Result<()> {
        use std::io::Write;
        let mut file = File::create_new(folder.join(name))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    attempt().map_err(Problem::internal)
}

fn sync_folder(folder: &Path) -> Outcome<()> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(Problem::internal)
}

/// Paths of all files below a folder, sorted.
fn files_below(folder: &Path) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = vec![PathBuf::new()];
    while let Some(below) = waiting.pop() {
        for entry in fs::read_dir(folder.join(&below)).map_err(Problem::internal)? {
            let entry = entry.map_err(Problem::internal)?;
            let path = below.join(entry.file_name());
            if entry.file_type().map_err(Problem::internal)?.is_dir() {
                sync_folder(&entry.path())?;
                waiting.push(path);
            } else {
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}
