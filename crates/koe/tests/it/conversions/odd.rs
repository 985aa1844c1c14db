//! Qualtrics files that are not as they should be.

use koe::connectors::Outcome;
use serde_json::{Value, json};

use super::qualtrics::{
    choices, converted, expression, file, kind_of, one_block, outcome, question,
};

#[test]
fn elements_that_are_an_object_and_unknown_parts_are_counted_too() {
    let (blocks, flow) = one_block(&["Q1", "Q9"]);
    let more = vec![
        json!({"Element": "QO", "PrimaryAttribute": "QO_1", "Payload": {"Name": "Quota", "Logic": {"0": {"0": expression("q://Q1/SelectableChoice/1", "Selected", json!({})), "Type": "If"}}}}),
        json!({"Element": "ZZ", "Payload": {"anything": [1, 2]}}),
        json!("not even an object"),
    ];
    let mut file = file(
        vec![
            question("Q1", "MC", "SAVR", choices(2)),
            question("Q1", "MC", "SAVR", choices(2)),
        ],
        blocks,
        flow,
        more,
    );
    let list = file["SurveyElements"].as_array().expect("a list").clone();
    let numbered: serde_json::Map<String, Value> = list
        .into_iter()
        .enumerate()
        .map(|(n, element)| (n.to_string(), element))
        .collect();
    file["SurveyElements"] = Value::Object(numbered);
    file["Extra"] = json!({"x": 1});
    let converted = converted(&file);
    assert_eq!(kind_of(&converted.document, "Q1"), Some("single"));
    for path in [
        "/SurveyElements/3",
        "/SurveyElements/4",
        "/SurveyElements/5",
        "/SurveyElements/6",
        "/Extra",
        "/SurveyElements/0/Payload/0/BlockElements/1",
    ] {
        assert_eq!(outcome(&converted, path), Outcome::Unsupported, "{path}");
    }
}

#[test]
fn payloads_of_the_wrong_shape_never_panic() {
    let wrong = [
        json!(null),
        json!([]),
        json!("x"),
        json!(7),
        json!({"a": []}),
        json!([[[[]]]]),
        json!({"1": null}),
    ];
    let (blocks, flow) = one_block(&["Q1"]);
    for kind in ["MC", "Matrix", "TE", "SBS", "Slider", "RO", "CS", "DB"] {
        for key in [
            "Choices",
            "Answers",
            "ChoiceOrder",
            "RecodeValues",
            "Language",
            "Validation",
            "DisplayLogic",
            "AdditionalQuestions",
            "Configuration",
            "ChoiceDataExportTags",
            "ColumnLabels",
            "QuestionText",
        ] {
            for value in &wrong {
                for selector in [
                    "SAVR",
                    "NPS",
                    "Likert",
                    "SBSMatrix",
                    "SL",
                    "FORM",
                    "STAR",
                    "TE",
                ] {
                    let mut payload = question("Q1", kind, selector, choices(2));
                    payload[key] = value.clone();
                    let file = file(vec![payload], blocks.clone(), flow.clone(), Vec::new());
                    converted(&file);
                }
            }
        }
    }
}
