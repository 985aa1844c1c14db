//! Questions as text with the tables they must give. `UPDATE_GOLDEN=1` writes the tables anew; the
//! diff is then read by a person.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use koe_lake::{Answer, Group, Question, Removed, Snapshot, Tombstone};

use crate::shop::{Shop, answers, pending};

const BETWEEN: &str = "\n----\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// What all questions are asked of: ten weeks of answers, of which the last days are pending, one
/// record is removed and one customer erased.
async fn snapshot(shop: &Shop) -> Snapshot {
    let mut files = shop.seal(&answers(0..900), "f1").await;
    files.extend(shop.seal(&answers(900..1_600), "f2").await);
    let gone = |removed| Tombstone {
        removed,
        stream: None,
        occurred: None,
    };
    Snapshot {
        files,
        pending: pending(answers(1_600..1_680)),
        tombstones: vec![
            gone(Removed::Record {
                id: "rec_000042".to_owned(),
                revision: 1,
            }),
            gone(Removed::Customer("cus_033".to_owned())),
        ],
    }
}

#[tokio::test]
async fn questions_give_the_tables_written_beside_them() {
    let shop = Shop::open();
    let snapshot = snapshot(&shop).await;
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the folder of questions")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    cases.sort();
    assert!(cases.len() >= 8, "the questions are there");
    for case in cases {
        let text = std::fs::read_to_string(&case).expect("a question");
        let (asked, expected) = text.split_once(BETWEEN).unwrap_or((text.trim_end(), ""));
        let question: Question = serde_json::from_str(asked)
            .unwrap_or_else(|error| panic!("{}: {error}", case.display()));
        let found = match shop.lake.ask(&question, &snapshot).await {
            Ok(answer) => table(&answer),
            Err(refused) => format!("refused: {refused}\n"),
        };
        if update {
            std::fs::write(&case, format!("{asked}{BETWEEN}{found}")).expect("written");
        } else {
            assert_eq!(found, expected, "{}", case.display());
        }
    }
}

fn table(answer: &Answer) -> String {
    let mut text = String::new();
    for group in &answer.groups {
        let key: Vec<&str> = group
            .key
            .iter()
            .map(|part| part.as_deref().unwrap_or("∅"))
            .collect();
        let _ = write!(text, "[{}] rows {}", key.join(" | "), group.rows.n);
        values(&mut text, group);
        text.push('\n');
    }
    text
}

/// Seven digits: sums of the same numbers in another order differ in the sixteenth.
fn values(text: &mut String, group: &Group) {
    let summary = &group.summary;
    if (group.rows.weight - group.rows.n as f64).abs() > 1e-9 {
        let _ = write!(text, " weight {:.6e}", group.rows.weight);
    }
    if summary.n_missing > 0 {
        let _ = write!(text, " missing {}", summary.n_missing);
    }
    for (value, tally) in summary.histogram.iter() {
        let _ = write!(text, " {value}×{}", tally.n);
    }
    for (code, tally) in &group.codes {
        let _ = write!(text, " {code}×{}", tally.n);
    }
    let moments = &summary.aggregated;
    if let (Some(min), Some(max)) = (moments.min, moments.max) {
        let _ = write!(
            text,
            " n {} mean {:.6e} m2 {:.6e} min {min} max {max}",
            moments.n, moments.mean, moments.m2
        );
    }
}
