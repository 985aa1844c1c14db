use super::*;

const EXAMPLE: &str = r##"{
  "format": 1,
  "title": {"en": "After your visit", "ja": "ご来店後アンケート"},
  "languages": ["ja", "en"],
  "programme": {"kind": "transactional", "identity": "identified", "audience": "customers"},
  "privacy": {"purpose": {"ja": "サービスの改善のため"}, "policy_url": "https://example.com/privacy", "controller": {}, "retention_days": 730},
  "theme": {"accent": "#165e83"},
  "answering": {"limit": "once_per_browser", "closes_at": "2026-12-31T15:00:00Z", "closed_message": {"ja": "受付を終了しました。"}},
  "hidden_fields": [{"id": "plan", "label": {"ja": "プラン"}, "kind": "code", "allowed": ["gold", "silver"], "signed": true}],
  "pages": [
    {"id": "p1", "questions": [
      {"id": "q1", "text": {"ja": "おすすめ度"}, "required": true, "type": "nps", "low_label": {"ja": "まったく"}, "high_label": {"ja": "とても"}},
      {"id": "q2", "code": "reason", "text": {"ja": "理由"}, "show_if": {"question": "q1", "is": "at_most", "value": 6}, "type": "multiple", "choices": [{"id": "a", "label": {"ja": "価格"}, "value": 1}, {"id": "z", "label": {"ja": "その他"}, "value": "1.50", "write_in": true}], "max": 2}
    ], "skips": [{"when": {"question": "q1", "is": "at_least", "value": 9}, "to": "end"}, {"when": {"field": "plan", "is": "equals", "value": "gold"}, "to": {"ending": "gold"}}]},
    {"id": "p2", "title": {"ja": "最後に"}, "questions": [
      {"id": "q3", "text": {"ja": "購入額"}, "type": "number", "min": 0, "max": 1000.5, "decimals": 1},
      {"id": "q4", "text": {"ja": "ご来店日"}, "type": "date", "min": "2026-01-01"}
    ]}
  ],
  "endings": [{"id": "gold", "title": {"ja": "ありがとうございます"}, "message": {}, "link": {"url": "https://example.com", "label": {"ja": "戻る"}}}],
  "foreign": [{"format": "qsf", "element": "QID9", "content": {"QuestionType": "HotSpot"}}]
}"##;

#[test]
fn a_document_is_written_as_it_was_read() {
    let document = Document::from_json(EXAMPLE.as_bytes()).unwrap();
    let before: serde_json::Value = serde_json::from_str(EXAMPLE).unwrap();
    assert_eq!(serde_json::to_value(&document).unwrap(), before);
    assert_eq!(Document::from_value(before).unwrap(), document);
}

#[test]
fn a_mistake_is_named_with_its_place() {
    let wrong = |from: &str, to: &str| {
        assert!(EXAMPLE.contains(from), "{from}");
        Document::from_json(EXAMPLE.replace(from, to).as_bytes()).unwrap_err()
    };
    let unknown_key = wrong("\"decimals\": 1", "\"digits\": 1");
    assert_eq!(unknown_key.path, "pages[1].questions[0]");
    assert!(
        unknown_key
            .message
            .contains("question `q3`: unknown field `digits`")
    );
    let unknown_kind = wrong("\"type\": \"date\"", "\"type\": \"hologram\"");
    assert!(unknown_kind.message.contains("hologram"), "{unknown_kind}");
    let lossy_value = wrong("\"value\": \"1.50\"", "\"value\": 1.50");
    assert!(
        lossy_value.message.contains("decimal written as text"),
        "{lossy_value}"
    );
    let bad_operator = wrong("\"is\": \"at_least\"", "\"is\": \"roughly\"");
    assert_eq!(bad_operator.path, "pages[0].skips[0].when");
    assert_eq!(wrong("\"format\": 1", "\"format\": 2").path, "format");
    assert!(wrong("\"theme\"", "\"them\"").message.contains("them"));
    assert!(Document::from_json(b"{} {}").is_err());
    assert!(Document::from_json("壊れた".as_bytes()).is_err());
}

#[test]
fn the_smallest_document_needs_only_format_and_languages() {
    let document = Document::from_json(br#"{"format":1,"languages":["en"]}"#).unwrap();
    assert_eq!(document.base_language(), Language::en());
    assert_eq!(document.answering.limit, Limit::OncePerLink);
    assert!(document.pages.is_empty());
}

#[test]
fn the_language_spoken_is_the_first_wanted_one_the_survey_has() {
    let document = Document::new(
        Text::default(),
        ["ja", "en", "pt-BR"]
            .map(|tag| Language::parse(tag).unwrap())
            .to_vec(),
    );
    for (wanted, spoken) in [
        (vec!["en-GB", "ja"], "en"),
        (vec!["fr", "pt"], "pt-BR"),
        (vec!["pt-br"], "pt-BR"),
        (vec!["fr"], "ja"),
        (vec![], "ja"),
    ] {
        assert_eq!(document.language_for(wanted).as_str(), spoken);
    }
}

#[test]
fn emotion_codes_are_unique_and_said_in_both_languages() {
    let emotions = named_emotions();
    let ids: std::collections::BTreeSet<_> = emotions.iter().map(|choice| &choice.id).collect();
    assert_eq!(ids.len(), emotions.len());
    for choice in &emotions {
        assert!(choice.label.exact(&Language::ja()).is_some());
        assert!(choice.label.exact(&Language::en()).is_some());
    }
}

/// Reads one example of the reference as what it is an example of.
type Reader = fn(&str) -> Result<(), String>;

fn read<T: serde::de::DeserializeOwned>(json: &str) -> Result<(), String> {
    serde_json::from_str::<T>(json)
        .map(|_| ())
        .map_err(|error| error.to_string())
}

#[test]
fn the_examples_of_the_reference_are_read() {
    let reference = include_str!("../../../../../docs/reference/survey-document.md");
    let readers: [(&str, Reader); 7] = [
        ("document", read::<Document>),
        ("page", read::<Page>),
        ("question", read::<Question>),
        ("choice", read::<Choice>),
        ("answers", read::<crate::surveys::answers::Answers>),
        ("condition", read::<Condition>),
        ("ending", read::<Ending>),
    ];
    let examples: Vec<&str> = reference
        .split("```json\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default())
        .collect();
    assert_eq!(examples.len(), readers.len());
    for (example, (name, read)) in examples.iter().zip(readers) {
        assert_eq!(read(example), Ok(()), "{name}: {example}");
    }
}
