//! Refusals in the language of whoever reads them (docs/decisions/0006).
//!
//! English is the source, as with gettext: a slice says what is wrong in English, and the
//! catalogue holds the same in Japanese. Programs that ask for no language get English.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::base::problem::ProblemDocument;
use crate::base::text::Language;

const JAPANESE: &str = include_str!("../../../locales/problems.json");

/// A refusal names a few fields; what is longer is no problem document of ours.
const MOST_BYTES: usize = 1 << 20;

/// How deep messages stand in messages: a formula in a metric in a field.
const DEEPEST: usize = 3;

/// Turns problem documents into Japanese where the reader prefers it.
pub async fn in_their_language(request: Request, next: Next) -> Response {
    let wanted = request.headers().get(header::ACCEPT_LANGUAGE);
    let wanted = wanted.and_then(|header| header.to_str().ok());
    let language = Language::from_accept_language(wanted);
    let response = next.run(request).await;
    let is_problem = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/problem+json");
    if language != Language::Ja || !is_problem {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MOST_BYTES).await else {
        return Response::from_parts(head, Body::empty());
    };
    let Ok(mut document) = serde_json::from_slice::<ProblemDocument>(&bytes) else {
        return Response::from_parts(head, Body::from(bytes));
    };
    translate(&mut document);
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers
        .insert(header::CONTENT_LANGUAGE, HeaderValue::from_static("ja"));
    let bytes = serde_json::to_vec(&document).unwrap_or_else(|_| bytes.to_vec());
    Response::from_parts(head, Body::from(bytes))
}

fn translate(document: &mut ProblemDocument) {
    // The detail of invalid input begins with the first field and says the same.
    let first = document.fields.first();
    let of_field = first.map(|one| format!("{}: {}", one.field, one.message));
    let said_of_field = of_field.as_ref() == Some(&document.detail);
    for field in &mut document.fields {
        if let Some(said) = CATALOGUE.say(&field.message, DEEPEST) {
            field.message = said;
        }
    }
    match document.fields.first().filter(|_| said_of_field) {
        Some(first) => document.detail = format!("{}：{}", first.field, first.message),
        None => {
            if let Some(said) = CATALOGUE.say(&document.detail, DEEPEST) {
                document.detail = said;
            }
        }
    }
}

/// A message with values in it: the words around them, and what is said instead.
struct Template {
    /// Before, between and after the values; one more than there are values.
    words: Vec<&'static str>,
    /// With `{0}` for the first value.
    said: &'static str,
}

struct Catalogue {
    whole: HashMap<&'static str, &'static str>,
    /// Those with most words first, so that a message is never taken for a shorter one.
    templates: Vec<Template>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let all: HashMap<&'static str, &'static str> =
        serde_json::from_str(JAPANESE).expect("a test reads the catalogue");
    let mut whole = HashMap::new();
    let mut templates = Vec::new();
    for (english, said) in all {
        let words = words_of(english);
        if words.len() == 1 {
            whole.insert(english, said);
        } else {
            templates.push(Template { words, said });
        }
    }
    let length = |template: &Template| template.words.iter().map(|part| part.len()).sum::<usize>();
    templates.sort_by_key(|template| (std::cmp::Reverse(length(template)), template.said));
    Catalogue { whole, templates }
});

/// A message as it stands in the source, cut at its values: `{}`, `{name}`, `{name:?}`.
fn words_of(english: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = english;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, after)) = after.split_once('}') else {
            break;
        };
        words.push(before);
        rest = after;
    }
    words.push(rest);
    words
}

impl Template {
    /// The values in `text`, when it is this message.
    fn values<'a>(&self, text: &'a str) -> Option<Vec<&'a str>> {
        let (first, others) = self.words.split_first()?;
        let (last, between) = others.split_last()?;
        let mut rest = text.strip_prefix(first)?;
        let mut values = Vec::with_capacity(others.len());
        for word in between {
            let (value, after) = rest.split_once(word)?;
            values.push(value);
            rest = after;
        }
        values.push(rest.strip_suffix(last)?);
        Some(values)
    }
}

impl Catalogue {
    fn say(&self, text: &str, deep: usize) -> Option<String> {
        if let Some(said) = self.whole.get(text) {
            return Some((*said).to_owned());
        }
        let deeper = deep.checked_sub(1)?;
        let (template, values) = self
            .templates
            .iter()
            .find_map(|template| Some((template, template.values(text)?)))?;
        let mut said = template.said.to_owned();
        for (place, value) in values.into_iter().enumerate() {
            let value = self.say(value, deeper).unwrap_or_else(|| value.to_owned());
            said = said.replace(&format!("{{{place}}}"), &value);
        }
        Some(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::problem::FieldProblem;

    fn said(text: &str) -> Option<String> {
        CATALOGUE.say(text, DEEPEST)
    }

    #[test]
    fn values_stand_where_japanese_has_them() {
        for (english, japanese) in [
            ("Sign in first.", "サインインしてください。"),
            (
                "At most 500 responses at once (limits.batch_answers).",
                "一度に送れる回答は500件までです（limits.batch_answers）。",
            ),
            (
                "S1 stands below R1, which ends on 2026-03-31: move or end S1 by then",
                "S1 の上位組織 R1 は 2026-03-31 に終了します。それまでに S1 を異動または終了してください",
            ),
            (
                "You cannot make somebody owner: nobody hands out more than they have.",
                "自分より強い役割は付与できません（オーナー）。",
            ),
            (
                "with the formulas of its metrics put in, the formula does not use “a”; leave it out",
                "指標の式を展開すると、式で「a」を使っていません。外してください",
            ),
        ] {
            assert_eq!(said(english).as_deref(), Some(japanese));
        }
        assert_eq!(said("Something nobody has written."), None);
    }

    #[test]
    fn every_value_of_a_message_is_said_and_no_other() {
        let all: HashMap<&str, &str> = serde_json::from_str(JAPANESE).expect("a catalogue");
        for (english, japanese) in all {
            let values = words_of(english).len() - 1;
            for place in 0..values.max(9) {
                let has = japanese.contains(&format!("{{{place}}}"));
                assert_eq!(has, place < values, "{{{place}}} in {japanese}");
            }
        }
    }

    #[test]
    fn a_message_is_taken_for_itself_and_not_for_another() {
        for template in &CATALOGUE.templates {
            let mut text = template.words[0].to_owned();
            for word in &template.words[1..] {
                text.push('7');
                text.push_str(word);
            }
            let found = CATALOGUE
                .templates
                .iter()
                .find(|one| one.values(&text).is_some());
            let found = found.map(|one| one.said);
            assert_eq!(found, Some(template.said), "{text}");
        }
    }

    #[test]
    fn fields_and_their_detail_are_told_and_codes_stay() {
        let mut document = ProblemDocument {
            r#type: "urn:koe:problem:invalid_input".into(),
            title: "Unprocessable Entity".into(),
            status: 422,
            detail: "code: must have 1 to 64 characters".into(),
            code: "invalid_input".into(),
            fields: vec![FieldProblem {
                field: "code".into(),
                message: "must have 1 to 64 characters".into(),
            }],
        };
        translate(&mut document);
        assert_eq!(document.fields[0].field, "code");
        assert_eq!(document.fields[0].message, "1〜64文字で入力してください");
        assert_eq!(document.detail, "code：1〜64文字で入力してください");
        assert_eq!(document.code, "invalid_input");
    }
}
