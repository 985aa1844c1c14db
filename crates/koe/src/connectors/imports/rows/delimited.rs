//! CSV, TSV and other separated text, with or without the line in which Excel says the separator.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use super::super::encoding::Decoding;
use super::{Layout, Limits, RawRow, Unreadable, unreadable};

/// A separated text file.
pub enum Delimited {
    Separated {
        reader: csv::Reader<Box<dyn Read + Send>>,
        record: csv::StringRecord,
        /// Lines above the first that is read.
        above: u64,
        /// Whether lines end in two characters, of which the reader takes the second only with
        /// the row that follows.
        two: bool,
        limits: Limits,
    },
    Blanks {
        lines: BufReader<Box<dyn Read + Send>>,
        number: u64,
        limits: Limits,
    },
}

impl Delimited {
    pub fn open(path: &Path, layout: &Layout, limits: Limits) -> Result<Self, Unreadable> {
        Self::from_reader(Box::new(File::open(path)?), layout, limits)
    }

    pub fn from_reader(
        source: Box<dyn Read + Send>,
        layout: &Layout,
        limits: Limits,
    ) -> Result<Self, Unreadable> {
        let mut text: Box<dyn Read + Send> = Box::new(Decoding::new(source, layout.encoding));
        let mut start = Vec::new();
        text.by_ref().take(START as u64).read_to_end(&mut start)?;
        let two = ends_in_two(&start);
        let declared = declared(&String::from_utf8_lossy(&start)).map(|(_, bytes)| bytes);
        let above = u64::from(declared.is_some());
        start.drain(..declared.unwrap_or(0));
        let text: Box<dyn Read + Send> = Box::new(Cursor::new(start).chain(text));
        if layout.delimiter == ' ' {
            return Ok(Self::Blanks {
                lines: BufReader::new(text),
                number: above,
                limits,
            });
        }
        let delimiter = u8::try_from(layout.delimiter).map_err(|_| {
            unreadable(
                "区切り文字は半角1文字にしてください。",
                "The delimiter is one ASCII character.",
            )
        })?;
        // The last row ends as all others do, so that its line is counted alike.
        let end: &[u8] = if two { b"\r\n" } else { b"\n" };
        // A quote that never closes would swallow the file: the reader is cut at what a row
        // of the most cells of the greatest size can hold.
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(Box::new(text.chain(end)) as Box<dyn Read + Send>);
        Ok(Self::Separated {
            reader,
            record: csv::StringRecord::new(),
            above,
            two,
            limits,
        })
    }

    pub fn next_row(&mut self, row: &mut RawRow) -> Result<bool, Unreadable> {
        match self {
            Self::Separated {
                reader,
                record,
                above,
                two,
                limits,
            } => {
                let near = *above + reader.position().line();
                let more = reader
                    .read_record(record)
                    .map_err(|error| match error.into_kind() {
                        csv::ErrorKind::Io(error) => error.into(),
                        _ => unreadable(
                            format!("{near}行目付近をCSVとして読めません。"),
                            format!("The text near line {near} is not readable CSV."),
                        ),
                    })?;
                if !more {
                    return Ok(false);
                }
                // Counted back from the row's end: empty lines above it belong to no row.
                let within_cells = record.iter().flat_map(str::bytes).filter(|b| *b == b'\n');
                let back = within_cells.count() as u64 + u64::from(!*two);
                row.number = (*above + reader.position().line()).saturating_sub(back);
                row.cells.resize_with(record.len(), String::new);
                for (cell, text) in row.cells.iter_mut().zip(record.iter()) {
                    within(text.len(), row.number, limits)?;
                    cell.clear();
                    cell.push_str(text);
                }
                Ok(true)
            }
            Self::Blanks {
                lines,
                number,
                limits,
            } => {
                let Some(line) = line(lines, limits.cell_bytes.saturating_mul(16))? else {
                    return Ok(false);
                };
                *number += 1;
                row.number = *number;
                row.cells = line.split_whitespace().map(str::to_owned).collect();
                Ok(true)
            }
        }
    }
}

/// Bytes in which the end of the first line is looked for.
const START: usize = 64 * 1_024;

/// Whether the first line ends in carriage return and line feed.
fn ends_in_two(start: &[u8]) -> bool {
    let mut quoted = false;
    let end = start.iter().position(|byte| {
        quoted ^= *byte == b'"';
        *byte == b'\n' && !quoted
    });
    end.is_some_and(|end| start[..end].ends_with(b"\r"))
}

/// The separator that a first line of `sep=;` says, as Excel reads and other programs write it,
/// and the bytes of that line with its end.
pub fn declared(start: &str) -> Option<(char, usize)> {
    let line = start.split_inclusive('\n').next()?;
    let said = line.trim_end_matches('\n').trim_end_matches('\r');
    let bare = said
        .strip_prefix('"')
        .and_then(|said| said.strip_suffix('"'))
        .unwrap_or(said);
    let (name, separator) = bare.split_at_checked(4)?;
    let mut characters = separator.chars();
    let (separator, None) = (characters.next()?, characters.next()) else {
        return None;
    };
    let fits = separator == '\t' || separator.is_ascii_punctuation() && separator != '"';
    (name.eq_ignore_ascii_case("sep=") && fits).then_some((separator, line.len()))
}

pub(super) fn within(bytes: usize, row: u64, limits: &Limits) -> Result<(), Unreadable> {
    if bytes <= limits.cell_bytes {
        return Ok(());
    }
    Err(unreadable(
        format!(
            "{row}行目に上限（{}バイト）を超えるセルがあります。引用符（\"）が閉じていないかもしれません。",
            limits.cell_bytes
        ),
        format!(
            "Row {row} has a cell of more than {} bytes (limits.import_cell_bytes); a quote may not be closed.",
            limits.cell_bytes
        ),
    ))
}

/// One line of at most `most` bytes.
pub(super) fn line(lines: &mut impl BufRead, most: usize) -> Result<Option<String>, Unreadable> {
    let mut line = String::new();
    let read = lines.by_ref().take(most as u64 + 1).read_line(&mut line)?;
    if read == 0 {
        return Ok(None);
    }
    if read > most {
        return Err(unreadable(
            format!("1行が{most}バイトを超えています。"),
            format!("A line is longer than {most} bytes."),
        ));
    }
    Ok(Some(line))
}

#[cfg(test)]
mod tests {
    use super::super::super::encoding::FileEncoding;
    use super::super::FileKind;
    use super::*;

    #[test]
    fn a_first_line_says_the_separator_or_is_an_ordinary_line() {
        for (start, expected) in [
            ("sep=;\r\na", Some((';', 7))),
            ("SEP=|\na", Some(('|', 6))),
            ("\"sep=,\"\r\n", Some((',', 9))),
            ("sep=\t\n", Some(('\t', 6))),
            ("sep=;", Some((';', 5))),
            ("sep=a\n", None),
            ("sep=;;\n", None),
            ("sep=\n", None),
            ("店舗;点\n", None),
            ("a;b\nsep=;\n", None),
            ("", None),
        ] {
            assert_eq!(declared(start), expected, "{start:?}");
        }
    }

    #[test]
    fn a_row_has_the_number_of_its_first_line_however_lines_end() {
        let layout = Layout {
            kind: FileKind::Delimited,
            encoding: FileEncoding::Utf8,
            delimiter: ',',
            header_rows: 0,
            sheet: None,
        };
        let limits = Limits {
            columns: 10,
            cell_bytes: 100,
            unpacked_bytes: 1_000,
        };
        for (text, expected) in [
            ("a,b\nc,d\ne,f\n", vec![1, 2, 3]),
            ("a,b\r\nc,d\r\ne,f\r\n", vec![1, 2, 3]),
            ("a,b\r\nc,d\r\ne,f", vec![1, 2, 3]),
            ("a,b\nc,d\ne,f", vec![1, 2, 3]),
            ("a,b\r\n\r\n\r\nc,d\r\n", vec![1, 4]),
            ("a,b\n\n\nc,d\n", vec![1, 4]),
            ("a,\"b\r\nb\"\r\nc,d\r\n", vec![1, 3]),
            ("a,\"b\nb\"\nc,d\n", vec![1, 3]),
            ("\"a\nb\",c\r\nd,e\r\n", vec![1, 3]),
            ("sep=,\r\na,b\r\nc,d\r\n", vec![2, 3]),
        ] {
            let source = Box::new(Cursor::new(text.as_bytes().to_vec()));
            let mut rows = Delimited::from_reader(source, &layout, limits)
                .unwrap_or_else(|_| panic!("{text:?} opens"));
            let mut row = RawRow::default();
            let mut numbers = Vec::new();
            while rows
                .next_row(&mut row)
                .unwrap_or_else(|_| panic!("{text:?} is read"))
            {
                numbers.push(row.number);
            }
            assert_eq!(numbers, expected, "{text:?}");
        }
    }
}
