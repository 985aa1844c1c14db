//! The manifest against the folder.

use std::collections::HashSet;
use std::fmt;

use super::{problem, store};
use crate::base::app::App;
use crate::base::problem::Outcome;

/// What was found.
#[derive(Debug, Default)]
pub struct Checked {
    /// Valid files.
    pub files: usize,
    /// Their rows.
    pub rows: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What must be mended.
    pub faults: Vec<Fault>,
    /// Files that nobody lists: being written now, or left by a crash. The
    /// lake's garbage duty removes them.
    pub orphans: Vec<String>,
}

/// A valid file that is not as it was sealed.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Path below the lake's folder.
    pub path: String,
    /// What is wrong.
    pub wrong: Wrong,
}

/// How a file can be wrong.
#[derive(Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is not there.
    Missing,
    /// It has other bytes or rows than were sealed: sealed, found.
    Differs(String, String),
    /// It is there and cannot be read.
    Unreadable(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.wrong {
            Wrong::Missing => write!(f, "{path} is missing")?,
            Wrong::Differs(sealed, found) => {
                write!(f, "{path} has {found}, {sealed} were sealed")?;
            }
            Wrong::Unreadable(why) => write!(f, "{path} cannot be read ({why})")?,
        }
        f.write_str("; restore it from the backup")
    }
}

/// When the newest row was stored or file sealed; `None` when there is none.
///
/// # Errors
/// When the store cannot be read.
pub async fn newest_ms(app: &App) -> Outcome<Option<i64>> {
    let mut tx = app.db.read().await?;
    store::newest_ms(&mut tx).await
}

/// Holds the list of valid files against the folder: every file is there, has
/// the bytes and rows that were sealed, and can be opened.
///
/// # Errors
/// When the store or the folder cannot be read.
pub async fn check(app: &App) -> Outcome<Checked> {
    // The folder first: a file that is sealed in between is listed without
    // having been seen, and is then looked at by itself.
    let on_disk = app.lake.files_on_disk().await.map_err(problem)?;
    let mut tx = app.db.read().await?;
    let valid = store::files_by_month(&mut tx).await?;
    let listed: HashSet<String> = store::listed_paths(&mut tx).await?;
    drop(tx);
    let mut found = Checked::default();
    for sealed in valid.into_values().flatten() {
        found.files += 1;
        found.rows += sealed.rows;
        found.bytes += sealed.bytes;
        let wrong = match app.lake.inspect(&sealed.path).await {
            Ok(now) if now.bytes != sealed.bytes => Wrong::Differs(
                format!("{} bytes", sealed.bytes),
                format!("{} bytes", now.bytes),
            ),
            Ok(now) if now.rows != sealed.rows => Wrong::Differs(
                format!("{} rows", sealed.rows),
                format!("{} rows", now.rows),
            ),
            Ok(_) => continue,
            Err(koe_lake::Error::MissingFile(_)) => Wrong::Missing,
            Err(error) => Wrong::Unreadable(error.to_string()),
        };
        found.faults.push(Fault {
            path: sealed.path,
            wrong,
        });
    }
    found.orphans = on_disk
        .into_iter()
        .filter(|path| !listed.contains(path))
        .collect();
    Ok(found)
}
