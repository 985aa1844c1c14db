//! The duties that fold tombstones in, merge small files, and clear away
//! what nobody needs any more.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use koe_lake::{Compaction, SealedFile, Tombstone};

use super::{Hold, store};
use crate::base::app::App;
use crate::base::duties::Duty;
use crate::base::id::{LakeFileId, OrganisationId};
use crate::base::scope::Scope;

/// Merges the files of a stream and month when they have become many, and
/// rewrites files that hold rows which are no longer true.
///
/// A sealed file never changes, so one that was found to hold nothing of
/// what is to go is not looked into again until something else is to go.
#[derive(Default)]
pub struct Compact {
    untouched: Mutex<HashMap<String, u64>>,
}

#[async_trait]
impl Duty for Compact {
    fn name(&self) -> &'static str {
        "lake.compact"
    }

    fn rest(&self) -> Duration {
        Duration::from_secs(10)
    }

    async fn see_to(&self, app: &App) -> anyhow::Result<()> {
        let mut tx = app.db.read().await?;
        let months = store::files_by_month(&mut tx).await?;
        let tombstones = store::tombstones(&mut tx).await?;
        drop(tx);
        let valid: HashSet<&str> = months
            .values()
            .flatten()
            .map(|file| file.path.as_str())
            .collect();
        self.untouched
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .retain(|path, _| valid.contains(path.as_str()));
        for ((organisation, stream, _), files) in months {
            let of_stream: Vec<Tombstone> = tombstones
                .get(&organisation)
                .into_iter()
                .flatten()
                .filter(|kept| kept.tombstone.stream.as_ref().is_none_or(|s| *s == stream))
                .map(|kept| kept.tombstone.clone())
                .collect();
            let touched = self.touched(app, &files, &of_stream).await?;
            let chosen = if files.len() >= app.config.lake.compact_files {
                files
            } else {
                touched
            };
            if !chosen.is_empty() {
                compact(app, &organisation, &stream, chosen, of_stream).await?;
            }
        }
        forget_tombstones(app, tombstones).await
    }
}

impl Compact {
    /// The files that hold something of what is to go.
    async fn touched(
        &self,
        app: &App,
        files: &[SealedFile],
        tombstones: &[Tombstone],
    ) -> anyhow::Result<Vec<SealedFile>> {
        if tombstones.is_empty() {
            return Ok(Vec::new());
        }
        let mut hasher = DefaultHasher::new();
        tombstones.hash(&mut hasher);
        let state = hasher.finish();
        let unknown: Vec<SealedFile> = {
            let untouched = self.untouched.lock().unwrap_or_else(|e| e.into_inner());
            let known = |file: &&SealedFile| untouched.get(&file.path) == Some(&state);
            files.iter().filter(|file| !known(file)).cloned().collect()
        };
        if unknown.is_empty() {
            return Ok(Vec::new());
        }
        let touched = app.lake.files_touched(&unknown, tombstones).await?;
        let mut untouched = self.untouched.lock().unwrap_or_else(|e| e.into_inner());
        for file in unknown {
            if !touched.contains(&file) {
                untouched.insert(file.path, state);
            }
        }
        Ok(touched)
    }
}

async fn compact(
    app: &App,
    organisation: &OrganisationId,
    stream: &str,
    files: Vec<SealedFile>,
    tombstones: Vec<Tombstone>,
) -> anyhow::Result<()> {
    let now_ms = app.clock.now_ms();
    let scope = Scope::of_system(organisation.clone());
    let file_id: LakeFileId = app.chance.id(now_ms);
    let _hold = Hold::begin(app);
    let mut tx = app.db.read().await?;
    let schema = store::stream(&mut tx, &scope, stream).await?.schema;
    drop(tx);
    let done = app
        .lake
        .compact(&Compaction {
            stream: schema,
            files,
            tombstones,
            file_id: file_id.as_str().to_owned(),
        })
        .await?;
    let mut tx = app.db.write().await?;
    let replaced = store::replace(&mut tx, &done.replaced, now_ms).await?;
    // Another worker that compacted the same files was first: its files hold
    // the rows, and listing ours as well would count them twice.
    anyhow::ensure!(
        replaced == done.replaced.len() as u64,
        "files of stream {stream} were replaced by another worker first"
    );
    for file in &done.written {
        store::list_file(&mut tx, organisation, file, now_ms).await?;
    }
    tx.commit().await?;
    metrics::counter!("koe_lake_compacted_files_total").increment(replaced);
    Ok(())
}

/// Forgets tombstones of records that no file and no pending row needs any
/// more, with one look and one statement for an organisation. Those of people
/// are forgotten when their erasure is complete.
async fn forget_tombstones(
    app: &App,
    tombstones: BTreeMap<OrganisationId, Vec<store::KeptTombstone>>,
) -> anyhow::Result<()> {
    let of_record = |kept: &store::KeptTombstone| {
        matches!(kept.tombstone.removed, koe_lake::Removed::Record { .. })
    };
    if !tombstones.values().flatten().any(of_record) {
        return Ok(());
    }
    let mut tx = app.db.read().await?;
    let mut files: BTreeMap<OrganisationId, Vec<SealedFile>> = BTreeMap::new();
    for ((organisation, _, _), of_month) in store::files_by_month(&mut tx).await? {
        files.entry(organisation).or_default().extend(of_month);
    }
    drop(tx);
    for (organisation, mut kept) in tombstones {
        kept.retain(of_record);
        let files = files.remove(&organisation).unwrap_or_default();
        let all: Vec<Tombstone> = kept.iter().map(|kept| kept.tombstone.clone()).collect();
        // What was folded in this round is in no file any more; what came since is, and waits.
        let touched = app.lake.files_touched(&files, &all).await?;
        kept.retain(|kept| !touched.iter().any(|file| kept.tombstone.may_touch(file)));
        let ids: Vec<String> = kept.into_iter().map(|kept| kept.id).collect();
        if !ids.is_empty() {
            let mut tx = app.db.write().await?;
            store::forget_tombstones(&mut tx, &ids).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// Deletes files that nobody lists: orphans of a crash, and files replaced so
/// long ago that nobody reads them any more.
pub struct CollectGarbage;

#[async_trait]
impl Duty for CollectGarbage {
    fn name(&self) -> &'static str {
        "lake.collect_garbage"
    }

    fn rest(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn see_to(&self, app: &App) -> anyhow::Result<()> {
        let now_ms = app.clock.now_ms();
        let mut tx = app.db.write().await?;
        let oldest_ms = store::oldest_hold(&mut tx, now_ms).await?.unwrap_or(now_ms);
        // Between clocks of several machines lies less than this grace.
        let grace_ms = i64::try_from(app.config.lake.garbage_seconds)? * 1_000;
        let before_ms = oldest_ms.min(now_ms) - grace_ms;
        store::forget_replaced(&mut tx, before_ms).await?;
        let valid: HashSet<String> = store::listed_paths(&mut tx).await?;
        tx.commit().await?;
        let older_than =
            SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(before_ms).unwrap_or(0));
        let deleted = app.lake.collect_garbage(valid, older_than).await?;
        metrics::counter!("koe_lake_deleted_files_total").increment(deleted.len() as u64);
        Ok(())
    }
}
