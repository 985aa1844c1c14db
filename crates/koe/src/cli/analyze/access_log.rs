//! `koe analyze access-log`.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use flate2::bufread::MultiGzDecoder;
use koe_analysis::access_log::{
    self, DurationUnit, Format, Note, Part, Question, Reader, SEARCH_PARAMETERS, Settings,
};
use serde_json::{Value, json};

use super::output::{Finding, Output, View};
use super::{confidence, refused, shown_confidence};
use crate::base::config::Config;
use crate::base::id::Chance;

pub const EXAMPLES: &str =
    "Reads Common and Combined Log Format of Apache, nginx and others, packed with gzip or \
     not, with the usual additions; the format is told from the first lines. Addresses are cut to \
     their network and hashed under a key that nobody keeps.

Examples:
  koe analyze access-log access.log
  koe analyze access-log access.log.2.gz access.log.1 access.log --list errors --format csv
  zcat logs/*.gz | koe analyze access-log - --search-parameter keyword --fold-ids --format json";

/// How many lines the format is told from.
const SAMPLE: usize = 100;

/// The options.
#[derive(Debug, Args)]
pub struct AccessLogArguments {
    /// Log files in the order of their lines; `-` reads from standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Minutes of silence that end a session.
    #[arg(long, default_value_t = 30, value_name = "MIN", value_parser = clap::value_parser!(u32).range(1..=1_440))]
    gap: u32,
    /// A parameter in whose value searches of the site stand, instead of the usual ones (q, s,
    /// query, keyword, search …); can be given several times.
    #[arg(long = "search-parameter", value_name = "NAME")]
    search_parameters: Vec<String>,
    /// Take pages for one that differ in numbers and long codes only.
    #[arg(long)]
    fold_ids: bool,
    /// The unit of the time that requests took, where it cannot be told.
    #[arg(long, value_enum, value_name = "UNIT")]
    duration: Option<Unit>,
    /// How long lists may get.
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    top: u32,
    /// The list that CSV and JSON lines show.
    #[arg(long, value_enum, default_value_t = List::Pages)]
    list: List,
    /// The confidence of the intervals.
    #[arg(long, default_value_t = 0.95, value_name = "SHARE")]
    confidence: f64,
    #[command(flatten)]
    output: Output,
}

/// The unit of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Unit {
    /// nginx `$request_time`, Apache `%T`.
    Seconds,
    /// Apache `%{ms}T`.
    Milliseconds,
    /// Apache `%D`.
    Microseconds,
}

impl From<Unit> for DurationUnit {
    fn from(unit: Unit) -> Self {
        match unit {
            Unit::Seconds => Self::Seconds,
            Unit::Milliseconds => Self::Milliseconds,
            Unit::Microseconds => Self::Microseconds,
        }
    }
}

/// A list of the finding, in the order of [`VIEWS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum List {
    /// Requests of people for pages, files and feeds, and of programs.
    Traffic,
    /// Sessions.
    Sessions,
    /// The pages viewed most.
    Pages,
    /// The pages with most errors.
    Errors,
    /// Files asked for in vain.
    MissingFiles,
    /// The slowest pages.
    Slow,
    /// What was searched for in vain.
    Searches,
    /// Programs.
    Programs,
}

const VIEWS: &[View] = &[
    View {
        title: "",
        list: "/traffic",
        columns: &[
            ("requests of", "/group"),
            ("requests", "/requests"),
            ("bytes", "/bytes"),
            ("errors", "/errors"),
        ],
    },
    View {
        title: "Sessions of people (shares from 0 to 1)",
        list: "/sessions",
        columns: &[
            ("sessions", "/n"),
            ("views", "/views"),
            ("views per session", "/views_per_session"),
            ("median length ms", "/median_length/value"),
            ("bounced", "/bounce/share"),
            ("interval", "/bounce/interval"),
            ("ended in an error", "/ended_in_error/share"),
            ("interval of errors", "/ended_in_error/interval"),
        ],
    },
    View {
        title: "Pages",
        list: "/pages",
        columns: &[
            ("page", "/page"),
            ("views", "/views"),
            ("visitors", "/visitors"),
            ("entries", "/entries"),
            ("exits", "/exits"),
            ("bounced", "/bounce/share"),
            ("interval", "/bounce/interval"),
            ("median ms", "/median/value"),
            ("p75 ms", "/p75/value"),
            ("p95 ms", "/p95/value"),
        ],
    },
    View {
        title: "Errors",
        list: "/errors",
        columns: &[
            ("page", "/page"),
            ("4xx", "/client_errors"),
            ("5xx", "/server_errors"),
            ("requests", "/errors/n"),
            ("share", "/errors/share"),
            ("interval", "/errors/interval"),
            ("mostly from", "/from"),
        ],
    },
    View {
        title: "Files asked for in vain",
        list: "/missing_files",
        columns: &[
            ("file", "/file"),
            ("requests", "/requests"),
            ("mostly from", "/from"),
        ],
    },
    View {
        title: "Slowest pages (milliseconds; slow: slower than the site as a whole)",
        list: "/times/pages",
        columns: &[
            ("page", "/page"),
            ("requests", "/n"),
            ("median", "/median/value"),
            ("interval", "/median/interval"),
            ("p75", "/p75/value"),
            ("interval of p75", "/p75/interval"),
            ("p95", "/p95/value"),
            ("interval of p95", "/p95/interval"),
            ("slow", "/slow"),
        ],
    },
    View {
        title: "Searches of the site",
        list: "/searches/terms",
        columns: &[
            ("searched for", "/term"),
            ("searches", "/failed/n"),
            ("failed", "/failed/count"),
            ("share", "/failed/share"),
            ("interval", "/failed/interval"),
            ("left", "/left"),
            ("searched anew", "/refined"),
            ("error", "/error"),
        ],
    },
    View {
        title: "Programs",
        list: "/programs",
        columns: &[
            ("requests", "/requests"),
            ("networks", "/networks"),
            ("known by", "/reason"),
            ("user agent", "/agent"),
        ],
    },
];

/// Runs the command.
pub fn analyse(arguments: &AccessLogArguments) -> anyhow::Result<()> {
    let question = Question {
        gap_ms: i64::from(arguments.gap) * 60_000,
        top: arguments.top as usize,
        confidence: confidence(arguments.confidence)?,
    };
    // Nothing that leaves the command carries the hashes, so nobody needs the key.
    let mut key = vec![0; 32];
    Chance::system().fill(&mut key);
    let settings = Settings {
        search_parameters: if arguments.search_parameters.is_empty() {
            SEARCH_PARAMETERS.iter().map(ToString::to_string).collect()
        } else {
            arguments.search_parameters.clone()
        },
        fold_ids: arguments.fold_ids,
        ..Settings::new(key)
    };
    let unit = arguments.duration.map(DurationUnit::from);
    let mut whole = Part::default();
    let mut ends = Vec::with_capacity(arguments.files.len());
    for file in &arguments.files {
        let log = Log::open(file)?;
        let shown = log.shown.clone();
        whole.merge(&log.read(&settings, unit)?);
        ends.push((shown, whole.lines()));
    }
    let found = whole.find(&question);
    let mut value = serde_json::to_value(&found)?;
    value["malformed_lines"] = named(&found, &ends);
    let views = match arguments.output.format {
        super::output::Format::Csv | super::output::Format::Jsonl => {
            &VIEWS[arguments.list as usize..]
        }
        _ => VIEWS,
    };
    Finding {
        about: about(&found),
        warnings: warnings(&found, &value),
        value,
        views,
    }
    .write(&arguments.output)
}

/// The malformed lines, each by its file and its number there.
fn named(found: &access_log::Finding, ends: &[(String, u64)]) -> Value {
    let places = found.malformed_lines.iter().map(|malformed| {
        let file = ends.partition_point(|(_, end)| *end < malformed.line);
        let before = file.checked_sub(1).map_or(0, |file| ends[file].1);
        json!({
            "file": ends[file].0,
            "line": malformed.line - before,
            "fault": malformed.fault,
        })
    });
    places.collect()
}

fn about(found: &access_log::Finding) -> Vec<String> {
    let mut about: Vec<String> = found.formats.iter().map(ToString::to_string).collect();
    if let (Some(from), Some(until)) = (&found.from, &found.until) {
        about.push(format!("{from} to {until}"));
    }
    about.push(format!("{} lines", found.lines));
    about.push(format!("{} visitors", found.visitors));
    if found.searches.n > 0 {
        let failed = &found.searches.failed;
        about.push(format!(
            "{} searches, {} of {} failed",
            found.searches.n, failed.count, failed.n
        ));
    }
    about.push(shown_confidence(found.confidence));
    about
}

fn warnings(found: &access_log::Finding, value: &Value) -> Vec<String> {
    let mut warnings: Vec<String> = found
        .notes
        .iter()
        .map(|note| match note {
            Note::DurationUnsure => format!("{note}; say it with --duration"),
            _ => note.to_string(),
        })
        .collect();
    if let Some(first) = found.malformed_lines.first() {
        let place = &value["malformed_lines"][0];
        warnings.push(format!(
            "{} of {} lines are not of the format and are left out; the first is {} line {}: {}",
            found.malformed,
            found.lines,
            place["file"].as_str().unwrap_or_default(),
            place["line"],
            first.fault
        ));
    }
    if found.without_request > 0 {
        warnings.push(format!(
            "{} lines hold no request for a path; they are counted and left out",
            found.without_request
        ));
    }
    warnings
}

/// An open log.
struct Log {
    shown: String,
    lines: Box<dyn BufRead>,
}

impl Log {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let (shown, source): (_, Box<dyn Read>) = if path.as_os_str() == "-" {
            ("standard input".to_owned(), Box::new(std::io::stdin()))
        } else {
            let shown = path.display().to_string();
            let file = File::open(path).map_err(|error| refused(format!("{shown}: {error}")))?;
            (shown, Box::new(file))
        };
        let mut plain = BufReader::with_capacity(1 << 18, source);
        let start = plain
            .fill_buf()
            .map_err(|error| refused(format!("{shown}: {error}")))?;
        let lines: Box<dyn BufRead> = if start.starts_with(&[0x1f, 0x8b]) {
            Box::new(BufReader::with_capacity(
                1 << 18,
                MultiGzDecoder::new(plain),
            ))
        } else {
            Box::new(plain)
        };
        Ok(Self { shown, lines })
    }

    fn read(mut self, settings: &Settings, unit: Option<DurationUnit>) -> anyhow::Result<Part> {
        let most = Config::default().limits.import_cell_bytes;
        let mut first = Vec::with_capacity(SAMPLE);
        let mut line = Vec::new();
        while first.len() < SAMPLE && self.next(&mut line, most)? {
            first.push(line.clone());
        }
        let sample: Vec<&[u8]> = first.iter().map(Vec::as_slice).collect();
        if sample.iter().all(|line| line.trim_ascii().is_empty()) {
            return Err(refused(format!(
                "{}: there is no line; give a log with requests",
                self.shown
            )));
        }
        let format = Format::detect(&sample, unit)
            .map_err(|error| refused(format!("{}: {error}", self.shown)))?;
        let mut reader = Reader::new(format, settings);
        first.iter().for_each(|line| reader.line(line));
        while self.next(&mut line, most)? {
            reader.line(&line);
        }
        Ok(reader.finish())
    }

    /// The next line, of which no more than so many bytes are kept; `false` at the end.
    fn next(&mut self, line: &mut Vec<u8>, most: usize) -> anyhow::Result<bool> {
        line.clear();
        let mut any = false;
        loop {
            let ready = self.lines.fill_buf().map_err(|error| {
                refused(format!(
                    "{}: cannot be read to its end: {error}",
                    self.shown
                ))
            })?;
            if ready.is_empty() {
                return Ok(any);
            }
            any = true;
            let end = ready.iter().position(|byte| *byte == b'\n');
            let here = &ready[..end.unwrap_or(ready.len())];
            line.extend_from_slice(&here[..here.len().min(most - line.len())]);
            let used = here.len() + usize::from(end.is_some());
            self.lines.consume(used);
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn log(text: &'static [u8]) -> Log {
        let lines = BufReader::with_capacity(7, Cursor::new(text));
        Log {
            shown: "test".to_owned(),
            lines: Box::new(lines),
        }
    }

    #[test]
    fn lines_end_where_they_end_and_grow_no_longer_than_allowed() {
        let mut log = log(b"first line\n\nsecond, which is far too long\nlast");
        let (mut line, mut lines) = (Vec::new(), Vec::new());
        while log.next(&mut line, 12).expect("a line") {
            lines.push(String::from_utf8(line.clone()).expect("text"));
        }
        assert_eq!(lines, ["first line", "", "second, whic", "last"]);
    }

    #[test]
    fn each_list_has_its_view() {
        let titles: Vec<&str> = List::value_variants()
            .iter()
            .map(|list| VIEWS[*list as usize].list)
            .collect();
        let wanted = [
            "/traffic",
            "/sessions",
            "/pages",
            "/errors",
            "/missing_files",
            "/times/pages",
            "/searches/terms",
            "/programs",
        ];
        assert_eq!(titles, wanted);
    }
}
