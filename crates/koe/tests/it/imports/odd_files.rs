//! Workbooks and text files that other programs really write, and those that nobody should.

use std::io::Write;
use std::path::Path;

use koe::connectors::imports::encoding::{FileEncoding, encode};
use koe::connectors::imports::rows::{RawRow, Rows};
use koe::connectors::imports::{Sniffed, sniff};

use super::LIMITS;
use super::formats::{folder, write};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A workbook as its parts are written: sheets by name, state and rows; its system of dates.
fn workbook(path: &Path, sheets: &[(&str, &str, &str)], from_1904: bool) {
    let mut listed = String::new();
    let mut related =
        format!("<Relationship Id=\"s\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/>");
    let mut parts = Vec::new();
    for (number, (name, state, rows)) in sheets.iter().enumerate() {
        listed += &format!(
            "<sheet name=\"{name}\" sheetId=\"{}\" state=\"{state}\" r:id=\"r{number}\"/>",
            number + 1
        );
        related += &format!(
            "<Relationship Id=\"r{number}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
        );
        parts.push((
            format!("xl/worksheets/sheet{number}.xml"),
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"),
        ));
    }
    let system = u8::from(from_1904);
    parts.extend([
        (
            "_rels/.rels".to_owned(),
            format!("<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"b\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><workbookPr date1904=\"{system}\"/><sheets>{listed}</sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("<Relationships xmlns=\"{RELATIONS}\">{related}</Relationships>"),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!("<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"),
        ),
    ]);
    let mut archive = zip::ZipWriter::new(std::fs::File::create(path).expect("created"));
    for (name, text) in parts {
        archive
            .start_file(name, zip::write::SimpleFileOptions::default())
            .expect("begun");
        archive.write_all(text.as_bytes()).expect("written");
    }
    archive.finish().expect("finished");
}

fn words(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// The rows below the header with their numbers.
pub fn rows(path: &Path, sniffed: &Sniffed) -> Vec<(u64, Vec<String>)> {
    let mut rows = Rows::open(path, &sniffed.layout, LIMITS).expect("opened");
    let mut all = Vec::new();
    let mut row = RawRow::default();
    while rows.next_row(&mut row).expect("readable") {
        all.push((row.number, row.cells.clone()));
    }
    all
}

#[test]
fn two_cells_far_apart_are_two_cells() {
    let folder = folder();
    let path = folder.path().join("corners.xlsx");
    let first = format!(
        "<row r=\"1\">{}{}</row>",
        words("A1", "店"),
        words("ALL1", "点")
    );
    let last = "<row r=\"1048576\"><c r=\"A1048576\"><v>9</v></c></row>";
    workbook(&path, &[("a", "visible", &format!("{first}{last}"))], false);
    let sniffed = sniff(&path, "corners.xlsx", LIMITS).expect("readable");
    let rows = rows(&path, &sniffed);
    assert_eq!(rows, [(1_048_576, vec!["9".to_owned()])]);
    let beyond = format!("{first}<row r=\"1048576\"><c r=\"XFD1048576\"><v>9</v></c></row>");
    workbook(&path, &[("a", "visible", &beyond)], false);
    let refusal = sniff(&path, "corners.xlsx", LIMITS).expect_err("too wide");
    assert!(refusal.to_string().contains("import_columns"), "{refusal}");
}

#[test]
fn the_first_sheet_that_is_shown_is_read_and_dates_are_those_of_the_workbook() {
    let folder = folder();
    let path = folder.path().join("dates.xlsx");
    let hidden = format!("<row r=\"1\">{}</row>", words("A1", "秘密"));
    let shown = format!(
        "<row r=\"1\">{}{}{}</row><row r=\"2\"><c r=\"A2\" s=\"1\"><v>46027.5</v></c>\
         <c r=\"B2\" t=\"e\"><v>#DIV/0!</v></c><c r=\"C2\"><v>8.0</v></c></row>\
         <row r=\"4\"><c r=\"A4\" s=\"1\"><v>46028</v></c><c r=\"B4\" t=\"b\"><v>1</v></c>\
         <c r=\"C4\" s=\"1\"><v>-1</v></c></row>",
        words("A1", "日時"),
        words("B1", "計算"),
        words("C1", "点"),
    );
    for (from_1904, expected) in [
        (false, ["2026-01-05 12:00:00", "2026-01-06"]),
        (true, ["2030-01-06 12:00:00", "2030-01-07"]),
    ] {
        workbook(
            &path,
            &[("hidden", "hidden", &hidden), ("data", "visible", &shown)],
            from_1904,
        );
        let sniffed = sniff(&path, "dates.xlsx", LIMITS).expect("readable");
        assert_eq!(sniffed.sheets, ["data", "hidden"]);
        let names: Vec<&str> = sniffed.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["日時", "計算", "点"]);
        let [at, day] = expected.map(str::to_owned);
        let error = String::new();
        assert_eq!(
            rows(&path, &sniffed),
            [
                (2, vec![at, error, "8".to_owned()]),
                (4, vec![day, "true".to_owned(), "-1".to_owned()]),
            ]
        );
    }
}

#[test]
fn damaged_and_unreadable_text_is_named_and_not_guessed() {
    let folder = folder();
    let good = "日時,店舗\n2026/1/5,新宿店\n";
    let other = encode("2026/1/6,渋谷店\n", FileEncoding::ShiftJis).expect("encodable");
    let wide: Vec<u8> = std::iter::once(0xfeff)
        .chain("a,b\n1,2\n".chars().map(u32::from))
        .flat_map(u32::to_le_bytes)
        .collect();
    for (name, bytes, said) in [
        ("mixed.csv", [good.as_bytes(), &other].concat(), "encoding"),
        ("wide.csv", wide, "no text"),
        (
            "escapes.csv",
            b"a,b\n\x1b$B;~4V\x1b(B,1\n".to_vec(),
            "no text",
        ),
        (
            "list.json",
            b"[{\"a\":1},{\"a\":2}]".to_vec(),
            "one object a line",
        ),
    ] {
        let path = write(folder.path(), name, &bytes);
        let refusal = sniff(&path, name, LIMITS).expect_err(name);
        assert!(refusal.to_string().contains(said), "{name}: {refusal}");
    }
}

#[test]
fn a_qualtrics_file_without_its_third_row_still_has_two_rows_of_header() {
    let folder = folder();
    let text = "StartDate,ResponseId,Q1,Q2\n\"Start Date\",\"Response ID\",\"How, likely\nto recommend?\",Why?\n\
                2026-01-05 23:30:00,R_1,9,\"line 1\nline 2 \"\"said\"\"\"\n2026-01-06 09:00:00,R_2,10,=1+1\n";
    let path = write(folder.path(), "q2.csv", text.as_bytes());
    let sniffed = sniff(&path, "q2.csv", LIMITS).expect("readable");
    assert_eq!(sniffed.layout.header_rows, 2);
    assert!(sniffed.qualtrics);
    assert_eq!(sniffed.columns[2].label, "How, likely\nto recommend?");
    let rows = rows(&path, &sniffed);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].1[3], "line 1\nline 2 \"said\"");
}
