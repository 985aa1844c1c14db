//! A small chain of shops with a survey: rows whose every number can be counted by hand or by a
//! loop, without the engine.

use koe_lake::{
    Common, CommonColumn, Dimension, Field, FieldKind, Lake, Limits, Measure, Part, PendingRow,
    Question, Row, SealedFile, Selection, Snapshot, StreamSchema, Units, Value,
};
use tempfile::TempDir;

/// 2026-04-01T00:00:00Z.
pub const APRIL: i64 = 1_775_001_600_000;
pub const HOUR: i64 = 3_600_000;
pub const DAY: i64 = 24 * HOUR;

/// A lake in a folder that goes away with it.
pub struct Shop {
    pub lake: Lake,
    pub folder: TempDir,
}

impl Shop {
    pub fn open() -> Self {
        Self::with(Limits::default())
    }

    pub fn with(limits: Limits) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let lake = Lake::open(folder.path(), limits).expect("an empty lake opens");
        Shop { lake, folder }
    }

    pub async fn seal(&self, rows: &[Row], file_id: &str) -> Vec<SealedFile> {
        self.lake
            .seal_rows(&survey(), rows, file_id)
            .await
            .expect("rows of the survey seal")
    }
}

/// The survey: recommend 0 to 10, price paid, reason, would come back, date of visit.
pub fn survey() -> StreamSchema {
    let fields = vec![
        Field::new("nps", FieldKind::Integer),
        Field::new("spent", FieldKind::Number),
        Field::new("reason", FieldKind::Code),
        Field::new("again", FieldKind::Flag),
        Field::new("visited", FieldKind::Date),
    ];
    StreamSchema::new("srv_shop", fields).expect("the survey is a valid stream")
}

/// The n-th answer. Everything follows from n: hourly from April, three touchpoints, four units in
/// two regions, every seventh answer without a score, every fifth without a customer.
pub fn answer(n: i64) -> Row {
    let unit = n % 4;
    let mut row = Row {
        common: Common {
            record_id: format!("rec_{n:06}"),
            revision: 1,
            occurred_at: APRIL + n * HOUR,
            recorded_at: APRIL + n * HOUR + 60_000,
            customer: (n % 5 != 0).then(|| format!("cus_{:03}", n % 40)),
            touchpoint: Some(["till", "app", "call"][(n % 3) as usize].to_owned()),
            channel: Some(["store", "app"][(n % 2) as usize].to_owned()),
            unit: Some(format!("unt_{unit}")),
            unit_path: Some(format!(
                "unt_all/unt_{}/unt_{unit}",
                if unit < 2 { "east" } else { "west" }
            )),
            direct: (n % 2 == 0).then_some(n % 4 == 0),
            solicited: n % 2 == 0,
            source: "link".to_owned(),
            version: 1 + n / 500,
            language: Some(if n % 3 == 0 { "en" } else { "ja" }.to_owned()),
            duration_ms: Some(10_000 + n),
            weight: Some(0.5 + (n % 4) as f64 * 0.5),
            ..Common::default()
        },
        ..Row::default()
    };
    if n % 7 != 0 {
        row.values
            .insert("nps".to_owned(), Value::Integer((n * 13) % 11));
    }
    row.values.insert(
        "spent".to_owned(),
        Value::Number(100.0 + (n % 17) as f64 * 1.25),
    );
    row.values.insert(
        "reason".to_owned(),
        Value::Code(["price", "staff", "stock"][((n / 2) % 3) as usize].to_owned()),
    );
    row.values
        .insert("again".to_owned(), Value::Flag(n % 3 != 0));
    row.values.insert(
        "visited".to_owned(),
        Value::Date {
            date: 20_544 + (n / 24) as i32,
        },
    );
    row
}

pub fn answers(range: std::ops::Range<i64>) -> Vec<Row> {
    range.map(answer).collect()
}

pub fn pending(rows: Vec<Row>) -> Vec<PendingRow> {
    rows.into_iter()
        .map(|row| PendingRow {
            stream: "srv_shop".to_owned(),
            row,
        })
        .collect()
}

pub fn sealed(files: Vec<SealedFile>) -> Snapshot {
    Snapshot {
        files,
        ..Snapshot::default()
    }
}

/// One measure of the survey over everything, by common columns.
pub fn question(measure: Measure, by: &[CommonColumn]) -> Question {
    Question {
        parts: vec![Part {
            stream: survey(),
            measure,
        }],
        selection: Selection::of(Units::All),
        group_by: by.iter().copied().map(Dimension::common).collect(),
        weight: None,
    }
}

pub fn nps_by(by: &[CommonColumn]) -> Question {
    question(Measure::Histogram("nps".to_owned()), by)
}
