//! Elements of LimeSurvey files that the samples do not have.

use koe::connectors::{ConvertedSurvey, Outcome};
use koe::surveys::document::{Condition, HiddenKind, Identity, Kind};

use super::{convert, holds_together};

/// A table with rows of (column, text).
fn table(name: &str, rows: &[&[(&str, &str)]]) -> String {
    let rows: String = rows
        .iter()
        .map(|row| {
            let cells: String = row
                .iter()
                .map(|(column, text)| format!("<{column}><![CDATA[{text}]]></{column}>"))
                .collect();
            format!("<row>{cells}</row>")
        })
        .collect();
    format!("<{name}><fields/><rows>{rows}</rows></{name}>")
}

fn file(version: u32, tables: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType>\
         <DBVersion>{version}</DBVersion><languages><language>ja</language><language>en</language></languages>{}</document>",
        tables.concat()
    )
}

fn converted(xml: &str) -> ConvertedSurvey {
    let converted = convert(xml.as_bytes(), "all.lss");
    holds_together(&converted, "all.lss");
    converted
}

fn outcome(converted: &ConvertedSurvey, path: &str) -> Outcome {
    let item = converted.report.items.iter().find(|item| item.path == path);
    item.unwrap_or_else(|| panic!("{path} is not counted"))
        .outcome
}

const TYPES: [(&str, &str, bool); 29] = [
    ("1", "matrix", false),
    ("5", "rating", true),
    ("A", "matrix", true),
    ("B", "matrix", true),
    ("C", "matrix", true),
    ("D", "date", true),
    ("E", "matrix", true),
    ("F", "matrix", true),
    ("G", "single", true),
    ("H", "matrix", false),
    ("I", "", false),
    ("K", "number", false),
    ("L", "single", true),
    ("M", "multiple", true),
    ("N", "number", true),
    ("O", "single", false),
    ("P", "multiple", true),
    ("Q", "text", false),
    ("R", "matrix", false),
    ("S", "text", true),
    ("T", "text", true),
    ("U", "text", true),
    ("X", "statement", true),
    ("Y", "single", true),
    ("!", "single", true),
    ("|", "", false),
    ("*", "", false),
    (":", "number", false),
    (";", "text", false),
];

#[test]
fn all_29_types_end_somewhere() {
    let mut questions = String::new();
    let mut texts = String::new();
    let mut subquestions = String::new();
    let mut answers = String::new();
    let mut answer_texts = String::new();
    for (number, (kind, _, _)) in TYPES.iter().enumerate() {
        let qid = 100 + number;
        let kind = kind.replace('&', "&amp;");
        questions += &format!(
            "<row><qid>{qid}</qid><parent_qid>0</parent_qid><gid>1</gid><type><![CDATA[{kind}]]></type><title>Q{number}</title><other>N</other><mandatory>N</mandatory><question_order>{number}</question_order><relevance>1</relevance></row>"
        );
        texts += &format!(
            "<row><id>{qid}</id><qid>{qid}</qid><question>質問{number}</question><help/><language>ja</language></row>"
        );
        for scale in [0, 1] {
            let sub = 1_000 + number * 10 + scale;
            subquestions += &format!(
                "<row><qid>{sub}</qid><parent_qid>{qid}</parent_qid><gid>1</gid><type>T</type><title>SQ{scale}</title><question_order>1</question_order><scale_id>{scale}</scale_id></row>"
            );
            texts += &format!(
                "<row><id>{sub}</id><qid>{sub}</qid><question>行{scale}</question><language>ja</language></row>"
            );
            for code in ["A1", "A2"] {
                let aid = sub * 10 + usize::from(code == "A2");
                answers += &format!(
                    "<row><aid>{aid}</aid><qid>{qid}</qid><code>{code}</code><sortorder>{}</sortorder><assessment_value>{}</assessment_value><scale_id>{scale}</scale_id></row>",
                    usize::from(code == "A2"),
                    if code == "A2" { 5 } else { 0 }
                );
                answer_texts += &format!(
                    "<row><id>{aid}</id><aid>{aid}</aid><answer>選択肢{code}</answer><language>ja</language></row>"
                );
            }
        }
    }
    let wrap = |name: &str, rows: &str| format!("<{name}><fields/><rows>{rows}</rows></{name}>");
    let xml = file(
        641,
        &[
            table("groups", &[&[("gid", "1"), ("group_order", "1")]]),
            table(
                "group_l10ns",
                &[&[
                    ("id", "1"),
                    ("gid", "1"),
                    ("group_name", "まとめ"),
                    ("language", "ja"),
                ]],
            ),
            wrap("questions", &questions),
            wrap("question_l10ns", &texts),
            wrap("subquestions", &subquestions),
            wrap("answers", &answers),
            wrap("answer_l10ns", &answer_texts),
        ],
    );
    let converted = converted(&xml);
    for (number, (kind, expected, whole)) in TYPES.iter().enumerate() {
        let found = outcome(&converted, &format!("/questions/{}", number + 1));
        let wanted = match (expected.is_empty(), whole) {
            (true, _) => Outcome::Unsupported,
            (false, true) => Outcome::Converted,
            (false, false) => Outcome::WithLoss,
        };
        assert_eq!(found, wanted, "type {kind}");
        let asked = converted.document.questions().find(|q| {
            q.id == format!("Q{number}")
                || q.export_name().starts_with(&format!("Q{number}_"))
                || q.id.starts_with(&format!("Q{number}_"))
        });
        assert_eq!(
            asked.map_or("", |q| q.kind.name()),
            *expected,
            "type {kind}"
        );
    }
    let list = converted.document.question("Q12").expect("the list");
    let values: Vec<Option<f64>> = list
        .kind
        .choices()
        .iter()
        .map(|c| c.value.as_ref().map(|v| v.to_f64()))
        .collect();
    assert_eq!(
        values.last(),
        Some(&Some(5.0)),
        "assessment values are what choices count"
    );
}

#[test]
fn the_older_layout_reads_texts_from_the_tables_themselves() {
    let xml = file(
        366,
        &[
            table(
                "groups",
                &[
                    &[
                        ("gid", "1"),
                        ("group_name", "来店"),
                        ("group_order", "1"),
                        ("language", "ja"),
                    ],
                    &[
                        ("gid", "1"),
                        ("group_name", "Visit"),
                        ("group_order", "1"),
                        ("language", "en"),
                    ],
                ],
            ),
            table(
                "questions",
                &[
                    &[
                        ("qid", "10"),
                        ("parent_qid", "0"),
                        ("gid", "1"),
                        ("type", "L"),
                        ("title", "Q1"),
                        ("question", "満足度"),
                        ("mandatory", "Y"),
                        ("other", "Y"),
                        ("language", "ja"),
                        ("question_order", "1"),
                    ],
                    &[
                        ("qid", "10"),
                        ("parent_qid", "0"),
                        ("gid", "1"),
                        ("type", "L"),
                        ("title", "Q1"),
                        ("question", "Satisfaction"),
                        ("mandatory", "Y"),
                        ("other", "Y"),
                        ("language", "en"),
                        ("question_order", "1"),
                    ],
                ],
            ),
            table(
                "answers",
                &[
                    &[
                        ("qid", "10"),
                        ("code", "A1"),
                        ("answer", "満足"),
                        ("sortorder", "1"),
                        ("language", "ja"),
                        ("aid", "1"),
                    ],
                    &[
                        ("qid", "10"),
                        ("code", "A1"),
                        ("answer", "Satisfied"),
                        ("sortorder", "1"),
                        ("language", "en"),
                        ("aid", "1"),
                    ],
                ],
            ),
        ],
    );
    let converted = converted(&xml);
    let asked = converted.document.question("Q1").expect("asked");
    let words: Vec<&str> = asked.text.iter().map(|(_, words)| words).collect();
    assert_eq!(words, ["Satisfaction", "満足度"]);
    assert!(asked.required);
    let choices = asked.kind.choices();
    assert_eq!(choices.len(), 2);
    assert!(choices[1].write_in);
    assert_eq!(choices[0].label.iter().count(), 2);
}

#[test]
fn relevance_conditions_hidden_questions_and_settings() {
    let question =
        |qid: &'static str, kind: &'static str, title: &'static str, relevance: &'static str| {
            vec![
                ("qid", qid),
                ("parent_qid", "0"),
                ("gid", "1"),
                ("type", kind),
                ("title", title),
                ("mandatory", "S"),
                ("question_order", qid),
                ("relevance", relevance),
            ]
        };
    let rows = [
        question("1", "Y", "Q1", "1"),
        question("2", "M", "Q2", "1"),
        question(
            "3",
            "T",
            "Q3",
            "((Q1.NAOK == \"Y\") and (Q2_SQ1.NAOK == \"Y\" or !is_empty(Q4)))",
        ),
        question("4", "N", "Q4", "1"),
        question("5", "T", "Q5", "count(Q2_SQ1) > 1"),
        question("6", "S", "Q6", "1"),
        question("7", "T", "Q7", "1"),
        question("8", "T", "Q8", "Q6 == 'web'"),
    ];
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    let xml = file(
        500,
        &[
            table(
                "groups",
                &[&[
                    ("gid", "1"),
                    ("group_order", "1"),
                    ("grelevance", "1"),
                    ("randomization_group", "r"),
                ]],
            ),
            table("questions", &rows),
            table(
                "subquestions",
                &[
                    &[
                        ("qid", "20"),
                        ("parent_qid", "2"),
                        ("title", "SQ1"),
                        ("question_order", "1"),
                    ],
                    &[
                        ("qid", "21"),
                        ("parent_qid", "2"),
                        ("title", "SQ2"),
                        ("question_order", "2"),
                    ],
                ],
            ),
            table(
                "question_l10ns",
                &[&[
                    ("qid", "7"),
                    (
                        "question",
                        "{Q1.shown} と {if(Q1=='Y','a','b')} <b>太字</b>",
                    ),
                    ("language", "ja"),
                ]],
            ),
            table(
                "question_attributes",
                &[
                    &[("qid", "6"), ("attribute", "hidden"), ("value", "1")],
                    &[
                        ("qid", "2"),
                        ("attribute", "exclude_all_others"),
                        ("value", "SQ2"),
                    ],
                    &[("qid", "2"), ("attribute", "array_filter"), ("value", "Q9")],
                    &[("qid", "2"), ("attribute", "cssclass"), ("value", "")],
                    &[
                        ("qid", "4"),
                        ("attribute", "max_num_value_n"),
                        ("value", "10"),
                    ],
                ],
            ),
            table(
                "conditions",
                &[
                    &[
                        ("cid", "1"),
                        ("qid", "7"),
                        ("cqid", "1"),
                        ("cfieldname", "9X1X1"),
                        ("method", "=="),
                        ("value", "N"),
                        ("scenario", "1"),
                    ],
                    &[
                        ("cid", "2"),
                        ("qid", "7"),
                        ("cqid", "2"),
                        ("cfieldname", "+9X1X2SQ1"),
                        ("method", "=="),
                        ("value", "Y"),
                        ("scenario", "2"),
                    ],
                ],
            ),
            table("quota", &[&[("id", "1"), ("name", "women")]]),
            table("defaultvalues", &[&[("dvid", "1"), ("qid", "7")]]),
            table(
                "survey_url_parameters",
                &[&[("id", "1"), ("parameter", "store")]],
            ),
            table(
                "surveys",
                &[&[
                    ("sid", "9"),
                    ("language", "ja"),
                    ("anonymized", "Y"),
                    ("format", "G"),
                    ("expires", "2026-12-31 23:59:00"),
                    ("template", "fruity"),
                ]],
            ),
            table(
                "surveys_languagesettings",
                &[&[
                    ("surveyls_language", "ja"),
                    ("surveyls_title", "来店"),
                    ("surveyls_endtext", "<p>ありがとう</p>"),
                    ("surveyls_url", "https://x.example/"),
                    ("surveyls_policy_notice", "改善のため"),
                ]],
            ),
        ],
    );
    let converted = converted(&xml);
    let document = &converted.document;
    let shown = |id: &str| document.question(id).expect(id).show_if.clone();
    assert!(
        shown("Q3").is_none(),
        "Q4 comes later, so the whole condition is stated as lost"
    );
    assert!(shown("Q5").is_none());
    assert!(matches!(shown("Q7"), Some(Condition::Any { any }) if any.len() == 2));
    assert!(matches!(shown("Q8"), Some(Condition::Field { .. })));
    assert_eq!(
        document.hidden_field("Q6").map(|f| f.kind),
        Some(HiddenKind::Code)
    );
    assert_eq!(document.programme.identity, Identity::Confidential);
    let Kind::Multiple(multiple) = &document.question("Q2").expect("asked").kind else {
        panic!("several")
    };
    assert!(multiple.choices[1].exclusive);
    let said: Vec<&str> = document
        .question("Q7")
        .expect("asked")
        .text
        .iter()
        .map(|(_, words)| words)
        .collect();
    assert_eq!(said, ["{{answer:Q1}} と … 太字"]);
    assert!(document.endings[0].link.is_some());
    assert!(document.answering.closes_at.is_some());
    for (path, expected) in [
        ("/questions/3", Outcome::WithLoss),
        ("/questions/5", Outcome::WithLoss),
        ("/questions/6", Outcome::WithLoss),
        ("/groups/1", Outcome::WithLoss),
        ("/question_attributes/2", Outcome::Converted),
        ("/question_attributes/3", Outcome::Unsupported),
        ("/question_attributes/4", Outcome::Converted),
        ("/conditions/1", Outcome::Converted),
        ("/quota/1", Outcome::Unsupported),
        ("/defaultvalues/1", Outcome::Unsupported),
        ("/surveys/1/anonymized", Outcome::Converted),
        ("/surveys/1/expires", Outcome::WithLoss),
        ("/surveys/1/template", Outcome::Unsupported),
        (
            "/surveys_languagesettings/1/surveyls_policy_notice",
            Outcome::WithLoss,
        ),
    ] {
        assert_eq!(outcome(&converted, path), expected, "{path}");
    }
}

#[test]
fn entities_and_other_xml_are_refused_with_the_reason() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><document><LimeSurveyDocType>&b;</LimeSurveyDocType></document>";
    let outside =
        "<!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><document>&x;</document>";
    for (xml, said) in [
        (bomb, "document type"),
        (outside, "document type"),
        ("<document/>", "LimeSurveyDocType"),
        ("<html><body/></html>", "LimeSurveyDocType"),
        (
            "<document><LimeSurveyDocType>Label set</LimeSurveyDocType></document>",
            "Label set",
        ),
        ("<document>", "not readable XML"),
    ] {
        let refusal = koe::connectors::convert_survey(xml.as_bytes(), "x.lss").expect_err(xml);
        assert!(refusal.to_string().contains(said), "{xml}: {refusal}");
    }
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert!(koe::connectors::convert_survey(deep.as_bytes(), "x.lss").is_err());
}
