//! Files with every kind of element the formats have, written for this test.
//!
//! They are counted here a second time, by other means than the product's.

use std::collections::BTreeMap;

use koe::connectors::{ConvertedSurvey, Outcome};
use koe::surveys::check::Severity;
use koe::surveys::document::Kind;
use serde_json::Value;

use super::{convert, counts, holds_together, objects};

const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files/conversions");

fn file(name: &str) -> (String, ConvertedSurvey) {
    let text = std::fs::read_to_string(format!("{FILES}/{name}")).expect(name);
    let converted = convert(text.as_bytes(), name);
    holds_together(&converted, name);
    (text, converted)
}

fn outcome(converted: &ConvertedSurvey, path: &str) -> Outcome {
    let item = converted.report.items.iter().find(|item| item.path == path);
    item.unwrap_or_else(|| panic!("{path} is not counted"))
        .outcome
}

/// What became of a question by the name the file gives it.
fn of_question(converted: &ConvertedSurvey, name: &str) -> Outcome {
    let items = &converted.report.items;
    items
        .iter()
        .find(|item| item.kind == "question" && item.name.split(' ').next() == Some(name))
        .unwrap_or_else(|| panic!("{name} is not counted"))
        .outcome
}

#[test]
fn a_qualtrics_file_with_every_kind_of_element_loses_none() {
    let (text, converted) = file("every_kind.qsf");
    let written: Value = serde_json::from_str(&text).expect("JSON");
    let of = |kind: &str| {
        let kinds = &converted.report.by_kind;
        kinds.get(kind).map_or(0, |counts| counts.total)
    };
    let shown = objects(&written, &|object| object.get("Display").is_some());
    // Labels of scales and sliders are shown, too, and are no choices.
    let labels = objects(&written, &|object| {
        object.get("Display").is_some() && object.get("IsLabelDefault").is_some()
    });
    assert_eq!(labels, 1);
    let translated = 4;
    let others = 4 * 2 + 2 + translated;
    assert_eq!(of("choice") + of("answer"), shown - others);
    let tested = objects(&written, &|object| object["Type"] == "Expression");
    assert_eq!(of("logic_expression"), tested, "also those of validation");
    let asked = objects(&written, &|object| object["Element"] == "SQ");
    assert_eq!(of("question"), asked);
    let steps = objects(&written, &|object| object.get("FlowID").is_some());
    assert_eq!(of("flow_element") + 1, steps, "the root is the flow itself");
    let jumps = objects(&written, &|object| {
        object.get("SkipToDestination").is_some()
    });
    assert_eq!(of("skip"), jumps);
    let fields = objects(&written, &|object| object.get("Field").is_some());
    assert_eq!(of("embedded_field"), fields);
    assert_eq!(counts(&converted), [1199, 736, 138, 325]);
}

#[test]
fn what_other_tools_write_in_several_ways_is_understood_in_each() {
    let (_, converted) = file("every_kind.qsf");
    let document = &converted.document;
    let kind = |id: &str| &document.question(id).expect(id).kind;
    // A recommendation whose choices are numbered 1 to 11 and shown as 0 to 10.
    assert!(matches!(kind("QID14"), Kind::Nps(_)));
    assert!(matches!(kind("QID15"), Kind::Nps(_)));
    // The most characters, in each spelling.
    for (id, most) in [("QID38", 20), ("QID39", 30), ("QID40", 10)] {
        assert!(
            matches!(kind(id), Kind::Text(text) if text.max_length == Some(most)),
            "{id}"
        );
    }
    // Jumps that are written into the question.
    let jump = converted
        .report
        .items
        .iter()
        .find(|item| item.kind == "skip" && item.path.contains("/Payload/SkipLogic/"))
        .expect("a jump");
    assert_eq!(jump.outcome, Outcome::Converted);
    // 1.5 is the choice whose value is written 1.50; “does not contain” is the opposite.
    for id in ["QID87", "QID88", "QID102", "QID103"] {
        assert!(document.question(id).expect(id).show_if.is_some(), "{id}");
    }
    // The block that was asked again and again is asked once, which is stated.
    assert_eq!(
        outcome(&converted, "/SurveyElements/0/Payload/1"),
        Outcome::WithLoss
    );
}

#[test]
fn a_limesurvey_file_with_every_kind_of_element_loses_none() {
    for (name, languages, expected) in [
        ("every_kind_640.lss", 3, [845, 675, 71, 99]),
        ("every_kind_178.lss", 2, [483, 332, 70, 81]),
    ] {
        let (text, converted) = file(name);
        let rows = text.matches("<row>").count();
        let settings = 1 + languages;
        let counted: usize = converted
            .report
            .by_kind
            .iter()
            .filter(|(kind, _)| {
                !matches!(
                    kind.as_str(),
                    "header" | "language" | "part" | "survey_setting" | "survey_text"
                )
            })
            .map(|(_, counts)| counts.total)
            .sum();
        assert_eq!(counted + settings, rows, "{name}");
        assert_eq!(counts(&converted), expected, "{name}");
        let choices = |code: &str| {
            converted
                .document
                .question(code)
                .expect(code)
                .kind
                .choices()
        };
        // Before texts had tables of their own answers had no number of their own.
        let codes: Vec<&str> = choices("Q_L").iter().map(|c| c.id.as_str()).collect();
        assert_eq!(codes, ["A1", "A2", "A3", "other"], "{name}");
        assert_eq!(choices("Q_L")[1].label.iter().count(), languages, "{name}");
        let Kind::Matrix(first) = &converted.document.question("Q_1").expect("Q_1").kind else {
            panic!("{name}: a scale is a matrix");
        };
        assert_eq!(first.columns.len(), 2, "{name}");
        // Conditions on either of two scales, on days, and those that always hold.
        for code in ["R08", "R09", "R28", "R33", "C08", "C10"] {
            assert_eq!(
                of_question(&converted, code),
                Outcome::Converted,
                "{name}: {code}"
            );
        }
        // A row's own condition is not kept, which is stated.
        let stated = converted.report.items.iter().filter(|item| {
            item.kind == "subquestion" && item.name == "SQ002" && item.outcome == Outcome::WithLoss
        });
        assert!(stated.count() > 5, "{name}");
    }
}

#[test]
fn both_layouts_of_one_survey_ask_the_same() {
    let (_, new) = file("every_kind_640.lss");
    let (_, old) = file("every_kind_178.lss");
    let asked = |converted: &ConvertedSurvey| -> BTreeMap<String, (String, bool, usize)> {
        converted
            .document
            .pages
            .iter()
            .flat_map(|page| &page.questions)
            .map(|question| {
                let choices = question.kind.choices().len();
                let shown = question.show_if.is_some();
                let kind = question.kind.name().to_owned();
                (question.id.clone(), (kind, shown, choices))
            })
            .collect()
    };
    assert_eq!(asked(&new), asked(&old));
}

#[test]
fn problems_name_what_keeps_the_document_from_being_published() {
    let (_, converted) = file("every_kind_640.lss");
    assert!(
        converted
            .problems
            .iter()
            .all(|p| p.severity != Severity::Error)
    );
    let (_, converted) = file("every_kind.qsf");
    let paths: Vec<&str> = converted
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .map(|problem| problem.path.as_str())
        .collect();
    assert_eq!(paths, ["privacy.purpose"]);
}

/// Files made to take long: each was read for minutes or hours once.
#[test]
fn files_made_to_take_long_do_not() {
    let told = |text: &str| {
        serde_json::json!({"SurveyElements": [
            {"Element": "BL", "Payload": [{"ID": "B", "BlockElements": [
                {"Type": "Question", "QuestionID": "Q0"}, {"Type": "Question", "QuestionID": "Q1"}]}]},
            {"Element": "SQ", "Payload": {"QuestionID": "Q0", "QuestionType": "TE", "Selector": "SL"}},
            {"Element": "SQ", "Payload": {"QuestionID": "Q1", "QuestionType": "DB", "Selector": "TB",
                "QuestionText": text}}]})
        .to_string()
    };
    let piped: String = (0..100_000).map(|n| format!("${{x{n}}}")).collect();
    let rows = |count: usize| -> String {
        (0..count)
            .map(|n| format!("<row><qid>{n}</qid><gid>1</gid><type>|</type></row>"))
            .collect()
    };
    let lss = |inside: &str| {
        format!(
            "<document><LimeSurveyDocType>Survey</LimeSurveyDocType><groups><rows><row><gid>1</gid>\
             </row></rows></groups><questions><rows>{inside}</rows></questions></document>"
        )
    };
    let asked = |column: &str, text: &str| {
        lss(&format!(
            "<row><qid>1</qid><gid>1</gid><type>S</type><title>a</title><{column}>{text}</{column}></row>"
        ))
    };
    let choices: serde_json::Map<String, Value> = (0..40_000)
        .map(|n| (n.to_string(), serde_json::json!({"Display": "same"})))
        .collect();
    let tags: serde_json::Map<String, Value> = (0..40_000)
        .map(|n| (n.to_string(), "same".into()))
        .collect();
    let order: Vec<usize> = (0..40_000).rev().collect();
    let wide = serde_json::json!({"SurveyElements": [
        {"Element": "BL", "Payload": [{"ID": "B", "BlockElements": [{"Type": "Question", "QuestionID": "Q"}]}]},
        {"Element": "SQ", "Payload": {"QuestionID": "Q", "QuestionType": "MC", "Selector": "SAVR",
            "Choices": choices, "ChoiceOrder": order, "ChoiceDataExportTags": tags}}]})
    .to_string();
    let unknown: Vec<Value> = (0..100_000)
        .map(|_| serde_json::json!({"Element": "PROJ", "Payload": null}))
        .collect();
    let many = serde_json::json!({ "SurveyElements": unknown }).to_string();
    let page: Vec<Value> = (0..20_000)
        .map(|n| serde_json::json!({"Type": "Question", "QuestionID": format!("Q{n}")}))
        .collect();
    let mut long: Vec<Value> = (0..20_000)
        .map(|n| {
            serde_json::json!({"Element": "SQ", "Payload": {"QuestionID": format!("Q{n}"),
                "QuestionType": "TE", "Selector": "SL", "DataExportTag": "same"}})
        })
        .collect();
    long.push(
        serde_json::json!({"Element": "BL", "Payload": [{"ID": "B", "BlockElements": page}]}),
    );
    let long = serde_json::json!({ "SurveyElements": long }).to_string();
    for (what, file) in [
        ("tags that never end", told(&"<a ".repeat(1_000_000))),
        (
            "tags, and one that ends",
            told(&format!("{}>", "<a \"".repeat(300_000))),
        ),
        (
            "pipes",
            told(&"${q://Q0/ChoiceTextEntryValue} ".repeat(100_000)),
        ),
        ("pipes to nowhere", told(&piped)),
        ("open pipes", told(&"${".repeat(1_000_000))),
        ("equal choices", wide),
        ("unknown elements", many),
        ("one long page", long),
        ("open braces", asked("question", &"{".repeat(1_000_000))),
        (
            "braces before blanks",
            asked("question", &format!("{}}}", "{ ".repeat(500_000))),
        ),
        (
            "alternatives",
            asked("relevance", &vec!["a==1"; 100_000].join(" or ")),
        ),
        (
            "a long name",
            asked("relevance", &format!("{}==1", "a_".repeat(200_000))),
        ),
        ("rows that are kept", lss(&rows(60_000))),
    ] {
        let begun = std::time::Instant::now();
        let converted = convert(file.as_bytes(), what);
        let counts = converted.report.counts;
        assert_eq!(
            counts.converted + counts.with_loss + counts.unsupported,
            counts.total,
            "{what}"
        );
        assert!(
            begun.elapsed().as_secs() < 30,
            "{what}: {:?}",
            begun.elapsed()
        );
    }
}
