//! Elements of Qualtrics files that the samples do not have.

use koe::connectors::{ConvertedSurvey, Outcome};
use koe::surveys::Document;
use koe::surveys::document::{CodeValue, Condition, HiddenKind, Kind, Target};
use serde_json::{Value, json};

use super::{convert, holds_together};

/// A file with these questions, blocks and flow; further elements at the end.
pub fn file(questions: Vec<Value>, blocks: Value, flow: Value, more: Vec<Value>) -> Value {
    let element = |code: &str, payload: Value| {
        json!({"SurveyID": "SV_1", "Element": code, "PrimaryAttribute": code, "SecondaryAttribute": null,
            "TertiaryAttribute": null, "Payload": payload})
    };
    let mut elements = vec![
        element("BL", blocks),
        element(
            "FL",
            json!({"Type": "Root", "FlowID": "FL_1", "Flow": flow}),
        ),
    ];
    elements.extend(questions.into_iter().map(|payload| element("SQ", payload)));
    elements.extend(more);
    json!({"SurveyEntry": {"SurveyID": "SV_1", "SurveyName": "All", "SurveyLanguage": "EN"}, "SurveyElements": elements})
}

pub fn question(id: &str, kind: &str, selector: &str, more: Value) -> Value {
    let mut payload = json!({"QuestionText": format!("Text of {id}"), "DataExportTag": format!("tag_{id}"),
        "QuestionType": kind, "Selector": selector, "QuestionID": id});
    payload
        .as_object_mut()
        .expect("object")
        .extend(more.as_object().expect("object").clone());
    payload
}

pub fn choices(count: usize) -> Value {
    let list: serde_json::Map<String, Value> = (1..=count)
        .map(|n| (n.to_string(), json!({"Display": format!("Choice {n}")})))
        .collect();
    json!({ "Choices": list })
}

pub fn one_block(ids: &[&str]) -> (Value, Value) {
    let elements: Vec<Value> = ids
        .iter()
        .map(|id| json!({"Type": "Question", "QuestionID": id}))
        .collect();
    (
        json!([{"Type": "Default", "Description": "Block", "ID": "BL_1", "BlockElements": elements}]),
        json!([{"ID": "BL_1", "Type": "Block", "FlowID": "FL_2"}]),
    )
}

pub fn converted(file: &Value) -> ConvertedSurvey {
    let converted = convert(&serde_json::to_vec(file).expect("JSON"), "all.qsf");
    holds_together(&converted, "all.qsf");
    converted
}

pub fn outcome(converted: &ConvertedSurvey, path: &str) -> Outcome {
    let item = converted.report.items.iter().find(|item| item.path == path);
    item.unwrap_or_else(|| panic!("{path} is not counted"))
        .outcome
}

pub fn kind_of<'d>(document: &'d Document, id: &str) -> Option<&'d str> {
    document.question(id).map(|question| question.kind.name())
}

#[test]
fn every_kind_of_question_ends_somewhere() {
    let likert = json!({"SubSelector": "SingleAnswer", "Choices": {"1": {"Display": "R"}},
        "Answers": {"1": {"Display": "A"}, "2": {"Display": "B"}}});
    let nps: serde_json::Map<String, Value> = (0..=10)
        .map(|n| (n.to_string(), json!({"Display": n.to_string()})))
        .collect();
    let cases: Vec<(Value, &[(&str, &str)])> = vec![
        (
            question("Q1", "MC", "SAHR", choices(3)),
            &[("Q1", "single")],
        ),
        (question("Q2", "MC", "DL", choices(3)), &[("Q2", "single")]),
        (
            question("Q3", "MC", "MACOL", choices(3)),
            &[("Q3", "multiple")],
        ),
        (
            question(
                "Q4",
                "MC",
                "NPS",
                json!({"Choices": nps, "ColumnLabels": [{"Display": "Not at all"}, {"Display": "Extremely"}]}),
            ),
            &[("Q4", "nps")],
        ),
        (question("Q5", "TE", "ML", json!({})), &[("Q5", "text")]),
        (question("Q6", "TE", "ESTB", json!({})), &[("Q6", "text")]),
        (
            question("Q7", "TE", "FORM", choices(2)),
            &[("Q7_1", "text"), ("Q7_2", "text")],
        ),
        (
            question(
                "Q8",
                "TE",
                "SL",
                json!({"Validation": {"Settings": {"ForceResponse": "ON", "Type": "ContentType",
            "ContentType": "ValidNumber", "ValidNumber": {"Min": "1", "Max": "10", "NumDecimals": "0"}}}}),
            ),
            &[("Q8", "number")],
        ),
        (
            question("Q9", "DB", "TB", json!({})),
            &[("Q9", "statement")],
        ),
        (
            question(
                "Q10",
                "Slider",
                "HSLIDER",
                json!({"Choices": {"1": {"Display": "A"}, "2": {"Display": "B"}},
            "Configuration": {"CSSliderMin": 0, "CSSliderMax": 100}}),
            ),
            &[("Q10_1", "number"), ("Q10_2", "number")],
        ),
        (
            question(
                "Q11",
                "Slider",
                "STAR",
                json!({"Choices": {"1": {"Display": "A"}}, "Configuration": {"StarCount": 5}}),
            ),
            &[("Q11", "rating")],
        ),
        (
            question("Q12", "RO", "DND", choices(3)),
            &[("Q12", "matrix")],
        ),
        (
            question("Q13", "CS", "VRTL", choices(2)),
            &[("Q13_1", "number"), ("Q13_2", "number")],
        ),
        (
            question("Q14", "Matrix", "Likert", likert.clone()),
            &[("Q14", "matrix")],
        ),
        (
            question(
                "Q15",
                "Matrix",
                "TE",
                json!({"Choices": {"1": {"Display": "R"}}, "Answers": {"1": {"Display": "A"}}}),
            ),
            &[("Q15_1_1", "text")],
        ),
        (
            question("Q16", "MC", "MSB", choices(2)),
            &[("Q16", "multiple")],
        ),
        (question("Q17", "TE", "PW", json!({})), &[]),
        (question("Q18", "Matrix", "MaxDiff", likert.clone()), &[]),
        (question("Q19", "Matrix", "Profile", likert.clone()), &[]),
        (question("Q20", "Matrix", "Bipolar", likert), &[]),
        (question("Q21", "HotSpot", "OnOff", choices(1)), &[]),
        (question("Q22", "HeatMap", "Image", json!({})), &[]),
        (question("Q23", "FileUpload", "FileUpload", json!({})), &[]),
        (question("Q24", "Timing", "PageTimer", choices(4)), &[]),
        (question("Q25", "Captcha", "V2", json!({})), &[]),
        (question("Q26", "DD", "DL", choices(2)), &[]),
        (question("Q27", "PGR", "DragAndDrop", choices(2)), &[]),
        (question("Q28", "Meta", "Browser", choices(7)), &[]),
        (question("Q29", "Draw", "Signature", json!({})), &[]),
        (
            question(
                "Q30",
                "SomethingNew",
                "X",
                json!({"Deep": {"er": [1, {"x": null}]}}),
            ),
            &[],
        ),
        (question("Q31", "MC", "SAVR", json!({"Choices": []})), &[]),
    ];
    let ids: Vec<String> = (1..=cases.len()).map(|n| format!("Q{n}")).collect();
    let names: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (blocks, flow) = one_block(&names);
    let questions = cases.iter().map(|(question, _)| question.clone()).collect();
    let converted = converted(&file(questions, blocks, flow, Vec::new()));
    for (number, (question, expected)) in cases.iter().enumerate() {
        let id = question["QuestionID"].as_str().expect("an id");
        for (became, kind) in *expected {
            assert_eq!(kind_of(&converted.document, became), Some(*kind), "{id}");
        }
        let outcome = outcome(&converted, &format!("/SurveyElements/{}", number + 2));
        assert_eq!(outcome == Outcome::Unsupported, expected.is_empty(), "{id}");
        if expected.is_empty() {
            let kept = converted
                .document
                .foreign
                .iter()
                .any(|one| one.content["Payload"] == *question);
            assert!(kept, "{id} is kept as it stood");
        }
    }
    let Some(Kind::Nps(nps)) = converted.document.question("Q4").map(|q| &q.kind) else {
        panic!("a recommendation");
    };
    assert!(nps.low_label.is_some() && nps.high_label.is_some());
    assert!(
        converted
            .document
            .question("Q8")
            .is_some_and(|q| q.required)
    );
}

#[test]
fn recodes_keep_every_digit() {
    let text = serde_json::to_string(&file(
        vec![question("Q1", "MC", "SAVR", json!({"Choices": {"1": {"Display": "a"}, "2": {"Display": "b"}, "3": {"Display": "c"}, "4": {"Display": "d"}},
            "RecodeValues": {"1": "1.50", "2": "9223372036854775807", "3": "RAW", "4": -1}}))],
        one_block(&["Q1"]).0,
        one_block(&["Q1"]).1,
        Vec::new(),
    ))
    .expect("JSON")
    .replace("\"RAW\"", "0.10");
    let converted = convert(text.as_bytes(), "a.qsf");
    let values: Vec<Option<CodeValue>> = converted
        .document
        .question("Q1")
        .expect("asked")
        .kind
        .choices()
        .iter()
        .map(|c| c.value.clone())
        .collect();
    assert_eq!(
        values,
        [
            Some(CodeValue::Decimal("1.50".into())),
            Some(CodeValue::Integer(i64::MAX)),
            Some(CodeValue::Decimal("0.10".into())),
            Some(CodeValue::Integer(-1)),
        ]
    );
}

pub fn expression(left: &str, operator: &str, more: Value) -> Value {
    let mut expression = json!({"LogicType": "Question", "LeftOperand": left, "Operator": operator, "Type": "Expression"});
    expression
        .as_object_mut()
        .expect("object")
        .extend(more.as_object().expect("object").clone());
    expression
}

#[test]
fn nested_logic_branches_and_skips_lead_the_same_way() {
    let shown = json!({"DisplayLogic": {"0": {
        "0": expression("q://Q1/SelectableChoice/1", "Selected", json!({})),
        "1": expression("q://Q2/SelectableChoice/2", "NotSelected", json!({"Conjuction": "And"})),
        "2": expression("q://Q1/SelectableChoice/3", "Selected", json!({"Conjuction": "Or"})),
        "Type": "If"}, "1": {"0": {"LogicType": "EmbeddedField", "LeftOperand": "plan", "Operator": "EqualTo",
        "RightOperand": "gold", "Type": "Expression"}, "Type": "AndIf"}, "Type": "BooleanExpression"}});
    let mut third = choices(2);
    third
        .as_object_mut()
        .expect("object")
        .extend(shown.as_object().expect("object").clone());
    let mut displayed = choices(2);
    displayed["DisplayLogic"] = json!({"0": {"0": expression("q://Q1/AnswerDisplayed/1", "Displayed", json!({})), "Type": "If"}, "Type": "BooleanExpression"});
    let blocks = json!({
        "1": {"Type": "Default", "Description": "A", "ID": "BL_1", "BlockElements": [
            {"Type": "Question", "QuestionID": "Q1", "SkipLogic": [
                {"SkipLogicID": 1, "ChoiceLocator": "q://Q1/SelectableChoice/2", "Condition": "Selected", "SkipToDestination": "Q4"},
                {"SkipLogicID": 2, "ChoiceLocator": "q://Q1/SelectableChoice/3", "Condition": "Selected", "SkipToDestination": "ENDOFSURVEY"},
                {"SkipLogicID": 3, "ChoiceLocator": "q://Q1/SelectableChoice/1", "Condition": "Displayed", "SkipToDestination": "ENDOFBLOCK"}]},
            {"Type": "Question", "QuestionID": "Q2"}, {"Type": "Page Break"},
            {"Type": "Question", "QuestionID": "Q3"}, {"Type": "Question", "QuestionID": "Q4"}]},
        "2": {"Type": "Standard", "Description": "B", "ID": "BL_2", "BlockElements": [{"Type": "Question", "QuestionID": "Q5"}]},
        "3": {"Type": "Trash", "Description": "Trash", "ID": "BL_3", "BlockElements": [{"Type": "Question", "QuestionID": "Q6"}]}});
    let flow = json!([
        {"Type": "EmbeddedData", "FlowID": "FL_2", "EmbeddedData": [
            {"Description": "plan", "Type": "Custom", "Field": "plan"},
            {"Description": "age", "Type": "Custom", "Field": "age", "Value": "20"}]},
        {"Type": "Block", "ID": "BL_1", "FlowID": "FL_3"},
        {"Type": "Branch", "FlowID": "FL_4", "BranchLogic": {"0": {"0": {"LogicType": "EmbeddedField", "LeftOperand": "age",
            "Operator": "GreaterThan", "RightOperand": "30", "Type": "Expression"}, "Type": "If"}, "Type": "BooleanExpression"},
            "Flow": [{"Type": "Standard", "ID": "BL_2", "FlowID": "FL_5"}, {"Type": "EndSurvey", "FlowID": "FL_6"}]},
        {"Type": "WebService", "FlowID": "FL_7", "URL": "https://x.example"},
        {"Type": "BlockRandomizer", "FlowID": "FL_8", "SubSet": 1, "Flow": []},
        {"Type": "Authenticator", "FlowID": "FL_9", "Flow": [{"Type": "Quota", "FlowID": "FL_10"}]}]);
    let questions = vec![
        question("Q1", "MC", "SAVR", choices(3)),
        question("Q2", "MC", "MAVR", choices(2)),
        question("Q3", "MC", "SAVR", third),
        question(
            "Q4",
            "TE",
            "SL",
            json!({"QuestionText": "You said <b>${q://Q1/ChoiceGroup/SelectedChoices}</b>, ${e://Field/plan}, ${m://FirstName}"}),
        ),
        question("Q5", "MC", "SAVR", displayed),
        question("Q6", "MC", "SAVR", choices(2)),
    ];
    let converted = converted(&file(questions, blocks, flow, Vec::new()));
    let document = &converted.document;
    let place = |id: &str| {
        document
            .pages
            .iter()
            .position(|p| p.questions.iter().any(|q| q.id == id))
            .expect(id)
    };
    assert!(place("Q1") < place("Q2") && place("Q2") < place("Q3"));
    let skips = &document.pages[place("Q1")].skips;
    assert_eq!(
        skips[0].to,
        Target::Page(document.pages[place("Q4")].id.clone())
    );
    assert_eq!(skips[1].to, Target::End);
    assert_eq!(skips.len(), 2, "a jump on “displayed” cannot be expressed");
    let Some(Condition::All { all }) = &document.question("Q3").expect("asked").show_if else {
        panic!("both groups hold");
    };
    assert!(matches!(&all[0], Condition::Any { any } if any.len() == 2));
    assert!(
        document.question("Q5").expect("asked").show_if.is_none(),
        "what cannot be expressed is not half said"
    );
    assert!(document.pages[place("Q5")].show_if.is_some());
    assert_eq!(
        document.hidden_field("age").map(|f| f.kind),
        Some(HiddenKind::Number)
    );
    let said: Vec<&str> = document
        .question("Q4")
        .expect("asked")
        .text
        .iter()
        .map(|(_, words)| words)
        .collect();
    assert_eq!(said, ["You said {{answer:Q1}}, {{field:plan}}, …"]);
    assert!(document.question("Q6").is_none(), "trash is not asked");
    for (path, expected) in [
        (
            "/SurveyElements/0/Payload/1/BlockElements/0/SkipLogic/2",
            Outcome::Unsupported,
        ),
        ("/SurveyElements/0/Payload/3", Outcome::Unsupported),
        (
            "/SurveyElements/1/Payload/Flow/0/EmbeddedData/1",
            Outcome::WithLoss,
        ),
        ("/SurveyElements/1/Payload/Flow/2", Outcome::Converted),
        (
            "/SurveyElements/1/Payload/Flow/2/BranchLogic/0/0",
            Outcome::Converted,
        ),
        ("/SurveyElements/1/Payload/Flow/3", Outcome::Unsupported),
        ("/SurveyElements/1/Payload/Flow/4", Outcome::WithLoss),
        ("/SurveyElements/1/Payload/Flow/5", Outcome::WithLoss),
        (
            "/SurveyElements/1/Payload/Flow/5/Flow/0",
            Outcome::Unsupported,
        ),
        (
            "/SurveyElements/4/Payload/DisplayLogic/0/0",
            Outcome::Converted,
        ),
        (
            "/SurveyElements/6/Payload/DisplayLogic/0/0",
            Outcome::Unsupported,
        ),
        ("/SurveyElements/6", Outcome::WithLoss),
        ("/SurveyElements/7", Outcome::Unsupported),
    ] {
        assert_eq!(outcome(&converted, path), expected, "{path}");
    }
}

#[test]
fn languages_flags_and_settings_are_kept_or_named() {
    let payload = json!({
        "Choices": {"1": {"Display": "Good"}, "2": {"Display": "None", "ExclusiveAnswer": true}, "3": {"Display": "Other", "TextEntry": "on"}},
        "ChoiceOrder": ["3", 1, "2"], "Randomization": {"Type": "All"},
        "Validation": {"Settings": {"ForceResponse": "RequestResponse", "Type": "ChoiceRange", "MinChoices": "1", "MaxChoices": "2"}},
        "Language": {"JA": {"QuestionText": "良かった点<br>は", "Choices": {"1": {"Display": "良い"}, "2": {"Display": "特にない"}, "3": {"Display": "その他"}}}, "XX_?": {"QuestionText": "?"}},
        "QuestionJS": "alert(1)", "DynamicChoices": {"Locator": "q://Q0/ChoiceGroup/SelectedChoices"}, "VariableNaming": {"1": "good"},
        "DataVisibility": {"Private": false, "Hidden": false}, "GradingData": [{"x": 1}], "DefaultChoices": {"1": {"Selected": true}}});
    let (blocks, flow) = one_block(&["Q1"]);
    let converted = converted(&file(
        vec![question("Q1", "MC", "MAVR", payload)],
        blocks,
        flow,
        Vec::new(),
    ));
    let asked = converted.document.question("Q1").expect("asked");
    let Kind::Multiple(multiple) = &asked.kind else {
        panic!("several")
    };
    let ids: Vec<&str> = multiple.choices.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids, ["3", "1", "2"]);
    assert!(multiple.choices[0].write_in && multiple.choices[2].exclusive && multiple.shuffle);
    assert_eq!(
        (multiple.min, multiple.max, asked.required),
        (Some(1), Some(2), false)
    );
    let ja = koe::surveys::Language::ja();
    assert_eq!(asked.text.exact(&ja), Some("良かった点\nは"));
    assert_eq!(converted.document.languages.len(), 2);
    for (key, expected) in [
        ("Randomization", Outcome::Converted),
        ("Validation", Outcome::WithLoss),
        ("QuestionJS", Outcome::Unsupported),
        ("DynamicChoices", Outcome::Unsupported),
        ("VariableNaming", Outcome::Unsupported),
        ("DataVisibility", Outcome::Converted),
        ("GradingData", Outcome::Unsupported),
        ("DefaultChoices", Outcome::Unsupported),
        ("Language/JA", Outcome::Converted),
        ("Language/XX_?", Outcome::Unsupported),
    ] {
        assert_eq!(
            outcome(&converted, &format!("/SurveyElements/2/Payload/{key}")),
            expected,
            "{key}"
        );
    }
}
