//! What a folder holds: its format, counts, and a checksum for every file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::base::hexadecimal::hexadecimal;
use crate::base::problem::{Outcome, Problem};

/// Version of the format that is written, and the newest that is read.
pub const FORMAT_VERSION: u32 = 1;
/// The word that a folder is known by.
pub const FORMAT: &str = "koe-export";
/// The manifest's name in the folder.
pub const FILE: &str = "manifest.json";

/// The first thing to read of a folder; see docs/decisions/0012.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Always `koe-export`.
    pub format: String,
    /// Version of the format.
    pub version: u32,
    /// Version of the Koe that wrote it.
    pub written_by: String,
    /// Number of the newest migration that Koe knew.
    pub schema: i64,
    /// When its one moment was (RFC 3339, UTC).
    pub taken_at: String,
    /// Whose data it is.
    pub organisation: Owner,
    /// Whether the key that signs links is in it.
    pub link_key: bool,
    /// Rows by table of the store; free texts are `record_text`.
    pub rows: BTreeMap<String, u64>,
    /// The streams under `data/`.
    pub streams: Vec<StreamEntry>,
    /// Every other file of the folder.
    pub files: Vec<FileEntry>,
}

/// Whose data a folder holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Organisation id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A stream and where its rows are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamEntry {
    /// Stream id.
    pub id: String,
    /// `survey`, `operational`, `voices`.
    pub kind: String,
    /// Folder below the manifest's.
    pub folder: String,
    /// Number of records.
    pub rows: u64,
}

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Path below the manifest's folder, with `/`.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

impl FileEntry {
    /// What a file is now; tells the bytes as they are read.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(folder: &Path, path: &str, mut read: impl FnMut(u64)) -> std::io::Result<Self> {
        let mut file = File::open(folder.join(path))?;
        let mut digest = Sha256::new();
        let mut bytes = 0;
        let mut buffer = vec![0; 1 << 16];
        loop {
            let count = file.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            digest.update(&buffer[..count]);
            bytes += count as u64;
            read(count as u64);
        }
        let sha256 = hexadecimal(digest.finalize());
        Ok(FileEntry {
            path: path.to_owned(),
            bytes,
            sha256,
        })
    }
}

impl Manifest {
    /// Reads and judges the manifest of a folder.
    ///
    /// # Errors
    /// 422 on `folder` when there is none, or it is of a newer format or Koe,
    /// or names files outside the folder.
    pub fn read(folder: &Path, newest_schema: i64) -> Outcome<Self> {
        let path = folder.join(FILE);
        let json = std::fs::read(&path).map_err(|error| {
            refused(format!(
                "{}: {error}; name the folder that `koe export` wrote",
                path.display()
            ))
        })?;
        let mut reader = serde_json::Deserializer::from_slice(&json);
        let manifest: Self = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            refused(format!(
                "{FILE} is not the manifest of an export: {}: {}",
                error.path(),
                error.inner()
            ))
        })?;
        if manifest.format != FORMAT {
            return Err(refused(format!("{FILE} is not the manifest of an export")));
        }
        if manifest.version > FORMAT_VERSION || manifest.schema > newest_schema {
            return Err(refused(format!(
                "the export was written by Koe {}, which is newer than this one: upgrade this Koe first",
                manifest.written_by
            )));
        }
        let named = manifest
            .files
            .iter()
            .map(|file| &file.path)
            .chain(manifest.streams.iter().map(|stream| &stream.folder));
        for path in named {
            let inside = !path.is_empty()
                && Path::new(path)
                    .components()
                    .all(|part| matches!(part, Component::Normal(_)));
            if !inside {
                return Err(refused(format!("{FILE} names {path}, outside the folder")));
            }
        }
        Ok(manifest)
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Holds every file against its checksum; tells the bytes as they are
    /// read.
    ///
    /// # Errors
    /// 422 on `folder`, naming the first file that is missing or different.
    pub fn check_files(&self, folder: &Path, mut read: impl FnMut(u64)) -> Outcome<()> {
        for file in &self.files {
            let found = FileEntry::of(folder, &file.path, &mut read)
                .map_err(|error| refused(format!("{}: {error}", file.path)))?;
            if found != *file {
                return Err(refused(format!(
                    "{} is not what was written: its checksum differs. Copy the folder again",
                    file.path
                )));
            }
        }
        Ok(())
    }

    /// Whether a file belongs to the export.
    pub fn has(&self, path: &str) -> bool {
        self.files.iter().any(|file| file.path == path)
    }
}

/// 422 on the folder.
pub(super) fn refused(what: String) -> Problem {
    Problem::invalid("folder", what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(change: impl FnOnce(&mut Manifest)) -> String {
        let mut manifest = Manifest {
            format: FORMAT.into(),
            version: FORMAT_VERSION,
            written_by: "9.9.9".into(),
            schema: 9,
            taken_at: "2026-04-01T00:00:00Z".into(),
            organisation: Owner {
                id: "org_1".into(),
                name: "A".into(),
            },
            link_key: false,
            rows: BTreeMap::new(),
            streams: Vec::new(),
            files: vec![FileEntry {
                path: "a/b.json".into(),
                bytes: 3,
                sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".into(),
            }],
        };
        change(&mut manifest);
        serde_json::to_string(&manifest).expect("JSON")
    }

    #[test]
    fn only_a_manifest_that_can_be_taken_in_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let read = |json: &str| {
            std::fs::write(folder.path().join(FILE), json).expect("written");
            Manifest::read(folder.path(), 9)
        };
        assert!(read(&manifest(|_| {})).is_ok());
        for (json, reason) in [
            ("no JSON".into(), "not the manifest"),
            ("{}".into(), "not the manifest"),
            (manifest(|m| m.format = "other".into()), "not the manifest"),
            (manifest(|m| m.version += 1), "newer"),
            (manifest(|m| m.schema += 1), "newer"),
            (manifest(|m| m.files[0].path = "../b".into()), "outside"),
            (manifest(|m| m.files[0].path = "/etc/b".into()), "outside"),
            (manifest(|m| m.files[0].path = String::new()), "outside"),
        ] {
            let problem = read(&json).expect_err(&json);
            assert!(problem.detail().contains(reason), "{}", problem.detail());
        }
        std::fs::remove_file(folder.path().join(FILE)).expect("removed");
        let problem = Manifest::read(folder.path(), 9).expect_err("no manifest");
        assert!(problem.detail().contains("koe export"));
    }

    #[test]
    fn a_changed_or_missing_file_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(FILE), manifest(|_| {})).expect("written");
        let manifest = Manifest::read(folder.path(), 9).expect("a manifest");
        let check = || manifest.check_files(folder.path(), |_| {});
        assert!(check().expect_err("missing").detail().contains("a/b.json"));
        std::fs::create_dir(folder.path().join("a")).expect("a folder");
        std::fs::write(folder.path().join("a/b.json"), "abd").expect("written");
        assert!(check().expect_err("changed").detail().contains("checksum"));
        std::fs::write(folder.path().join("a/b.json"), "abc").expect("written");
        assert!(check().is_ok());
    }
}
