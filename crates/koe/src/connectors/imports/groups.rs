//! Rows of one respondent, brought together: in memory, or through temporary files when the
//! file is large.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Seek, Write};

use sha2::{Digest, Sha256};

use super::part::Part;
use super::rows::Unreadable;

/// Bytes of a file whose respondents are brought together in memory; larger ones go through
/// temporary files, a part of the respondents in each.
const TOGETHER: u64 = 128 * 1024 * 1024;

/// Rows of respondents, brought together.
pub(super) struct Groups {
    /// Respondents in the order in which they first appear, each with their rows.
    ready: VecDeque<Vec<Part>>,
    places: HashMap<String, usize>,
    gathering: Vec<Vec<Part>>,
    spilled: VecDeque<BufWriter<File>>,
    files: usize,
    complete: bool,
}

impl Groups {
    pub fn new(bytes: u64) -> Self {
        Self {
            ready: VecDeque::new(),
            places: HashMap::new(),
            gathering: Vec::new(),
            spilled: VecDeque::new(),
            files: usize::try_from(bytes / TOGETHER).unwrap_or(0),
            complete: false,
        }
    }

    pub fn is_complete(&self) -> bool {
        self.complete
    }

    pub fn add(&mut self, part: Part) -> Result<(), Unreadable> {
        if self.files == 0 {
            self.place(part);
            return Ok(());
        }
        while self.spilled.len() <= self.files {
            self.spilled
                .push_back(BufWriter::new(tempfile::tempfile()?));
        }
        let key = key_of(&part);
        let digest = Sha256::digest(key.as_bytes());
        let number = usize::from(u16::from_be_bytes([digest[0], digest[1]])) % self.spilled.len();
        let file = &mut self.spilled[number];
        serde_json::to_writer(&mut *file, &part).map_err(std::io::Error::other)?;
        file.write_all(b"\n")?;
        Ok(())
    }

    fn place(&mut self, part: Part) {
        let next = self.gathering.len();
        let place = *self.places.entry(key_of(&part)).or_insert(next);
        if place == next {
            self.gathering.push(Vec::new());
        }
        self.gathering[place].push(part);
    }

    pub fn complete(&mut self) -> Result<(), Unreadable> {
        self.complete = true;
        self.ready = std::mem::take(&mut self.gathering).into();
        self.places.clear();
        Ok(())
    }

    pub fn next_group(&mut self) -> Result<Option<Vec<Part>>, Unreadable> {
        loop {
            if let Some(parts) = self.ready.pop_front() {
                return Ok(Some(parts));
            }
            let Some(file) = self.spilled.pop_front() else {
                return Ok(None);
            };
            let mut file = file.into_inner().map_err(|error| error.into_error())?;
            file.rewind()?;
            for line in BufReader::new(file).lines() {
                self.place(serde_json::from_str(&line?).map_err(std::io::Error::other)?);
            }
            self.complete()?;
        }
    }
}

/// Rows of nobody in particular stand alone.
fn key_of(part: &Part) -> String {
    part.respondent
        .clone()
        .unwrap_or_else(|| format!("\u{0}row {}", part.row))
}
