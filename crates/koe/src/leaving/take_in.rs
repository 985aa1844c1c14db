//! Taking everything in: checked first, then in one transaction. Sealed files
//! that were written before a failure are listed nowhere, and the lake's
//! garbage duty removes them.

use std::collections::HashMap;
use std::path::PathBuf;

use koe_lake::{Row, StreamSchema, TableReader, WordedRow};

use super::data;
use super::folder::RowsReader;
use super::manifest::{Manifest, refused};
use super::write_out::LINK_KEY;
use super::{Progress, Show, tables};
use crate::base::app::App;
use crate::base::db::{self, Conn};
use crate::base::experience;
use crate::base::id::{LakeFileId, OrganisationId, RecordId};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::{org, responses, surveys};

/// Rows of a table read at once.
const ROWS: usize = 2_000;
/// Rows of one sealed file.
const SEALED_ROWS: usize = 100_000;

/// What becomes of the addresses printed and sent so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKey {
    /// They go on working, because the key came along.
    Kept,
    /// They end: every link has a new address.
    Renewed,
}

/// What is taken in.
#[derive(Clone, Debug)]
pub struct TakeIn {
    /// The folder that was written out.
    pub folder: PathBuf,
    /// Go on when the key that signs links did not come along.
    pub renew_links: bool,
}

struct Tally<'a> {
    show: Show<'a>,
    done: u64,
    of: u64,
}

impl Tally<'_> {
    fn add(&mut self, doing: &'static str, bytes: u64) {
        self.done += bytes;
        let (done, of) = (self.done, self.of);
        (self.show)(Progress { doing, done, of });
    }
}

/// Takes an organisation in. Everything is there afterwards, or nothing.
///
/// # Errors
/// 409 when the organisation is here already; 422 on `folder` when it is not
/// whole, of a newer Koe, or without the links' key unless they may end; when
/// the store refuses.
pub async fn take_in(app: &App, wanted: &TakeIn, show: Show<'_>) -> Outcome<(Manifest, LinkKey)> {
    let folder = &wanted.folder;
    let manifest = Manifest::read(folder, db::newest_migration())?;
    if !manifest.link_key && !wanted.renew_links {
        return Err(refused(
            "the key that signs links did not come along, so every printed QR code and every link \
             that was sent would end: export again with the key, or say --renew-links"
                .into(),
        ));
    }
    let id = OrganisationId::stored(manifest.organisation.id.as_str());
    let known = org::organisations(app).await?;
    if let Some(same) = known.iter().find(|organisation| organisation.id == id) {
        return Err(Problem::conflict(
            "organisation_exists",
            format!(
                "{} ({}) is here already; take it into an installation without it, such as one \
                 with a new --data folder.",
                same.name, same.id
            ),
        ));
    }
    let mut tally = Tally {
        show,
        done: 0,
        of: manifest.bytes() * 2,
    };
    manifest.check_files(folder, |bytes| tally.add("checking", bytes))?;

    let scope = org::operator_scope(&id);
    // Files are sealed long before the transaction that lists them is committed.
    let _hold = experience::Hold::begin(app);
    let mut tx = app.db.write().await?;
    for table in tables() {
        let name = format!("{}.json", table.file);
        // A table that is younger than the export.
        if !manifest.has(&name) {
            continue;
        }
        let mut reader = RowsReader::open(folder, &name, ROWS)?;
        let mut count = 0;
        loop {
            let rows = reader.next_rows()?;
            if rows.is_empty() {
                break;
            }
            count += rows.len() as u64;
            db::tables::insert(&mut tx, &scope, table, &rows).await?;
        }
        expect(&manifest, table.name, count)?;
        tally.add("taking in", bytes_of(&manifest, &name));
    }
    let texts = streams(app, &scope, &mut tx, wanted, &manifest, &mut tally).await?;
    expect(&manifest, responses::TEXTS.name, texts)?;
    let links = link_key(app, &scope, &mut tx, wanted, &manifest).await?;
    let detail = serde_json::json!({ "taken_at": manifest.taken_at });
    let organisation = scope.organisation().as_str();
    org::record_audit(
        &mut tx,
        app,
        &scope,
        "organisation.take_in",
        organisation,
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok((manifest, links))
}

/// The rows of all streams into sealed files, their free texts beside the
/// records; how many texts there were.
async fn streams(
    app: &App,
    scope: &Scope,
    conn: &mut Conn,
    wanted: &TakeIn,
    manifest: &Manifest,
    tally: &mut Tally<'_>,
) -> Outcome<u64> {
    let schemas: HashMap<String, StreamSchema> = experience::streams(conn, scope)
        .await?
        .into_iter()
        .map(|stream| (stream.schema.id.clone(), stream.schema))
        .collect();
    let mut texts = 0;
    for stream in &manifest.streams {
        let unreadable =
            |error: &dyn std::fmt::Display| refused(format!("{}: {error}", stream.folder));
        let schema = schemas.get(&stream.id).ok_or_else(|| {
            unreadable(&"is a stream that definitions/streams.json does not name")
        })?;
        let folder = wanted.folder.join(&stream.folder);
        let columns = data::columns_of(&folder).map_err(|error| unreadable(&error))?;
        let reader = TableReader::open(&folder.join(data::PARQUET), &columns)
            .map_err(|error| unreadable(&error))?;
        let (mut rows, mut waiting) = (0, Vec::new());
        for batch in reader {
            let batch = batch.map_err(|error| unreadable(&error))?;
            rows += batch.len() as u64;
            texts += keep_texts(conn, &batch).await?;
            waiting.extend(batch.into_iter().map(|worded| worded.row));
            if waiting.len() >= SEALED_ROWS {
                seal(app, scope, conn, schema, std::mem::take(&mut waiting)).await?;
            }
        }
        seal(app, scope, conn, schema, waiting).await?;
        if rows != stream.rows {
            return Err(unreadable(&format!(
                "has {rows} rows, the manifest says {}",
                stream.rows
            )));
        }
        let files = manifest.files.iter();
        let bytes = files.filter(|file| file.path.starts_with(&stream.folder));
        tally.add("taking in", bytes.map(|file| file.bytes).sum());
    }
    Ok(texts)
}

async fn seal(
    app: &App,
    scope: &Scope,
    conn: &mut Conn,
    schema: &StreamSchema,
    rows: Vec<Row>,
) -> Outcome<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let now_ms = app.clock.now_ms();
    let id: LakeFileId = app.chance.id(now_ms);
    let files = app
        .lake
        .seal_rows(schema, &rows, id.as_str())
        .await
        .map_err(experience::problem)?;
    for file in &files {
        experience::list_file(conn, scope.organisation(), file, now_ms).await?;
    }
    Ok(())
}

async fn keep_texts(conn: &mut Conn, rows: &[WordedRow]) -> Outcome<u64> {
    let texts: Vec<(RecordId, responses::Text)> = rows
        .iter()
        .flat_map(|worded| {
            let id = &worded.row.common.record_id;
            worded.texts.iter().map(move |(field, body)| {
                let text = responses::Text {
                    field: field.clone(),
                    body: body.clone(),
                };
                (RecordId::stored(id.as_str()), text)
            })
        })
        .collect();
    let borrowed: Vec<_> = texts.iter().map(|(id, text)| (id, text)).collect();
    responses::insert_texts(conn, &borrowed).await?;
    Ok(texts.len() as u64)
}

async fn link_key(
    app: &App,
    scope: &Scope,
    conn: &mut Conn,
    wanted: &TakeIn,
    manifest: &Manifest,
) -> Outcome<LinkKey> {
    if !manifest.link_key {
        surveys::renew_link_secret(conn, scope, &app.chance.secret()).await?;
        return Ok(LinkKey::Renewed);
    }
    let unreadable = |error: &dyn std::fmt::Display| refused(format!("{LINK_KEY}: {error}"));
    let json = std::fs::read(wanted.folder.join(LINK_KEY)).map_err(|error| unreadable(&error))?;
    let json: serde_json::Value =
        serde_json::from_slice(&json).map_err(|error| unreadable(&error))?;
    let secret = json["link_key"]
        .as_str()
        .filter(|secret| !secret.is_empty())
        .ok_or_else(|| unreadable(&"holds no link_key"))?;
    org::put_link_secret(conn, scope, secret).await?;
    Ok(LinkKey::Kept)
}

fn expect(manifest: &Manifest, table: &str, found: u64) -> Outcome<()> {
    match manifest.rows.get(table) {
        Some(expected) if *expected != found => Err(refused(format!(
            "{table}: {found} rows were read, the manifest says {expected}"
        ))),
        _ => Ok(()),
    }
}

fn bytes_of(manifest: &Manifest, name: &str) -> u64 {
    let mut files = manifest.files.iter();
    files
        .find(|file| file.path == name)
        .map_or(0, |file| file.bytes)
}
