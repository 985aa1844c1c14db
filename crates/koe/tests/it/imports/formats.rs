//! The kinds of files: workbooks, encodings, Japanese Excel, bombs.

use std::io::Write;
use std::path::Path;

use koe::connectors::imports::encoding::{FileEncoding, encode};
use koe::connectors::imports::rows::FileKind;
use koe::connectors::imports::sniff::Looks;
use koe::connectors::imports::{Limits, own_survey, propose, sniff};
use koe::surveys::Answer;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::odd_files::rows;
use super::{LIMITS, Records};

pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

pub fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("written");
    path
}

#[test]
fn a_workbook_is_read_cell_by_cell_and_no_formula_is_computed() {
    let folder = folder();
    let path = folder.path().join("b.xlsx");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("回答").expect("a name");
    for (column, name) in ["番号", "日付", "満足度", "コメント", "式"]
        .iter()
        .enumerate()
    {
        sheet.write(0, column as u16, *name).expect("written");
    }
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for row in 1..=20_u32 {
        let at = ExcelDateTime::from_ymd(2026, 4, row as u8).expect("a date");
        sheet.write(row, 0, row).expect("written");
        sheet.write_with_format(row, 1, &at, &day).expect("written");
        sheet
            .write(row, 2, f64::from(row % 5 + 1))
            .expect("written");
        sheet
            .write(row, 3, format!("=HYPERLINK(\"http://x\") とても良い {row}"))
            .expect("written");
        sheet
            .write_formula(row, 4, Formula::new("=1+1").set_result("7"))
            .expect("written");
    }
    book.save(&path).expect("saved");
    let sniffed = sniff(&path, "b.xlsx", LIMITS).expect("readable");
    assert_eq!(
        (sniffed.layout.kind, sniffed.layout.header_rows),
        (FileKind::Workbook, 1)
    );
    assert_eq!(sniffed.sheets, ["回答"]);
    assert_eq!(sniffed.columns[1].looks, Looks::Date);
    assert_eq!(
        sniffed.columns[4].values,
        ["7"],
        "the kept result, not a computation"
    );
    let mapping = propose(&sniffed, "b.xlsx", None, "Asia/Tokyo");
    let document = own_survey(&mapping).expect("a survey");
    let mut records = Records::open(&path, &mapping, Some(&document), LIMITS).expect("opened");
    let mut faults = Vec::new();
    let first = records
        .next_record(&mut faults)
        .expect("readable")
        .expect("a record");
    assert!(faults.is_empty(), "{faults:?}");
    let at = jiff::Timestamp::from_millisecond(first.occurred_ms.expect("a time")).expect("a time");
    assert_eq!(at.to_string(), "2026-03-31T15:00:00Z", "midnight in Tokyo");
    let words = first.answers.iter().find_map(|(_, answer)| match answer {
        Answer::Text(words) if words.contains("とても良い") => Some(words.clone()),
        _ => None,
    });
    assert!(words.is_some_and(|words| words.starts_with("=HYPERLINK")));
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let folder = folder();
    let path = folder.path().join("bomb.xlsx");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).expect("created"));
    archive
        .start_file(
            "xl/worksheets/sheet1.xml",
            zip::write::SimpleFileOptions::default(),
        )
        .expect("begun");
    let zeros = vec![b' '; 1024 * 1024];
    for _ in 0..100 {
        archive.write_all(&zeros).expect("written");
    }
    archive.finish().expect("finished");
    assert!(std::fs::metadata(&path).expect("there").len() < 1_000_000);
    let refusal = sniff(&path, "bomb.xlsx", LIMITS).expect_err("refused");
    assert!(refusal.to_string().contains("unpacked_bytes"), "{refusal}");
    let generous = Limits {
        unpacked_bytes: u64::MAX,
        ..LIMITS
    };
    assert!(
        sniff(&path, "bomb.xlsx", generous).is_err(),
        "no honest sheet is packed so tightly"
    );
}

#[test]
fn japanese_files_of_every_encoding_say_the_same() {
    let folder = folder();
    let text = "番号,店舗,コメント\r\n1,渋谷,スタッフの方がとても親切でした\r\n2,梅田,\"レジが混んでいて、待ちました\"\r\n";
    let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    let mut wide = vec![0xFF, 0xFE];
    wide.extend(encode(text, FileEncoding::Utf16Le).expect("encodable"));
    for (name, bytes) in [
        ("utf8.csv", text.as_bytes().to_vec()),
        ("bom.csv", marked),
        ("utf16.csv", wide),
        (
            "utf16-le.csv",
            encode(text, FileEncoding::Utf16Le).expect("encodable"),
        ),
        (
            "utf16-be.csv",
            encode(text, FileEncoding::Utf16Be).expect("encodable"),
        ),
        (
            "sjis.csv",
            encode(text, FileEncoding::ShiftJis).expect("encodable"),
        ),
        (
            "euc.csv",
            encode(text, FileEncoding::EucJp).expect("encodable"),
        ),
        ("tab.tsv", text.replace(',', "\t").into_bytes()),
    ] {
        let path = write(folder.path(), name, &bytes);
        let sniffed = sniff(&path, name, LIMITS).unwrap_or_else(|error| panic!("{name}: {error}"));
        let names: Vec<&str> = sniffed
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        assert_eq!(names, ["番号", "店舗", "コメント"], "{name}");
        assert!(
            sniffed.encoding.is_some_and(|detected| detected.certain),
            "{name}"
        );
        assert_eq!(sniffed.sampled, 2, "{name}");
    }
}

#[test]
fn a_quote_that_never_closes_ends_the_reading_with_its_row() {
    let folder = folder();
    let mut text = String::from("a,b\n1,\"open\n");
    text.push_str(&"2,x\n".repeat(100_000));
    let path = write(folder.path(), "quote.csv", text.as_bytes());
    let refusal = sniff(&path, "quote.csv", LIMITS).expect_err("refused");
    assert!(refusal.to_string().contains("quote"), "{refusal}");
}

#[test]
fn the_separator_that_excel_says_is_heeded_and_its_line_is_no_row() {
    let folder = folder();
    let text = "sep=|\n番号|額,税\n1|100,10\n2|200,20\n";
    let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    let wide = encode(text, FileEncoding::Utf16Le).expect("encodable");
    for (name, bytes) in [("sep.csv", marked), ("wide.csv", wide)] {
        let path = write(folder.path(), name, &bytes);
        let sniffed = sniff(&path, name, LIMITS).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(sniffed.layout.delimiter, '|', "{name}");
        let names: Vec<&str> = sniffed.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["番号", "額,税"], "{name}");
        assert_eq!(
            rows(&path, &sniffed),
            [
                (3, vec!["1".to_owned(), "100,10".to_owned()]),
                (4, vec!["2".to_owned(), "200,20".to_owned()])
            ],
            "{name}"
        );
    }
}

#[test]
fn what_first_stands_far_below_is_a_column_by_what_stands_there() {
    let folder = folder();
    let (mut json, mut csv) = (String::new(), String::from("id,late,never\n"));
    for n in 0..4_000 {
        let late = if n < 3_000 {
            String::new()
        } else {
            (n % 5).to_string()
        };
        csv += &format!("{n},{late},\n");
        json += &match late.as_str() {
            "" => format!("{{\"id\":{n}}}\n"),
            late => format!("{{\"id\":{n},\"more\":{{\"late\":{late}}}}}\n"),
        };
    }
    json += "{\"id\":4000,\"last\":\"最後の行だけ\"}\n";
    for (name, text, late) in [("a.jsonl", json, "more.late"), ("a.csv", csv, "late")] {
        let path = write(folder.path(), name, text.as_bytes());
        let sniffed = sniff(&path, name, LIMITS).expect("readable");
        let column = sniffed
            .columns
            .iter()
            .position(|column| column.name == late);
        let column = column.unwrap_or_else(|| panic!("{name}: {:?}", sniffed.columns));
        assert_eq!(sniffed.columns[column].looks, Looks::Integer, "{name}");
        let rows = rows(&path, &sniffed);
        let filled = rows.iter().filter(|(_, cells)| !cells[column].is_empty());
        assert_eq!(filled.count(), 1_000, "{name}");
        let third = &sniffed.columns[2];
        if name == "a.jsonl" {
            assert_eq!((third.name.as_str(), third.filled), ("last", 1));
            let (_, cells) = rows.last().expect("a row");
            assert_eq!(cells[2], "最後の行だけ");
        } else {
            assert_eq!((third.name.as_str(), third.looks), ("never", Looks::Empty));
        }
    }
}
