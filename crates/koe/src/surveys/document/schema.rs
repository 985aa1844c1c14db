//! How a question stands in the OpenAPI document: one closed, flat object for each kind.
//!
//! Flattening by `allOf` would join objects that each refuse the other's keys, which no
//! answer to the schema could satisfy.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::openapi::schema::{Object, OneOfBuilder, Schema};
use utoipa::openapi::{ObjectBuilder, Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::question::{
    Ces, Consent, Csat, DateAnswer, Emotion, Expectation, Matrix, Multiple, Nps, NumberAnswer,
    Question, Rating, Single, Statement, TextAnswer,
};
use super::{Condition, Text};

/// The keys every question has; only its shape is used.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EveryQuestion {
    /// Stable id: a letter, then letters, digits or `_`; at most 40 characters.
    id: String,
    /// The name in exports, when it differs from the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// The stable lake field, given when a version is published (`q1`, later `q1-2`).
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// The question itself.
    text: Text,
    /// A line of help below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Text>,
    /// Whether the page cannot be left without an answer.
    #[serde(default)]
    required: bool,
    /// Asked only when this holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    show_if: Option<Condition>,
}

/// Each kind: the name in `type`, the name of its schema, and the shape of its own keys.
fn kinds() -> [(&'static str, &'static str, RefOr<Schema>); 14] {
    [
        ("nps", "NpsQuestion", Nps::schema()),
        ("csat", "CsatQuestion", Csat::schema()),
        ("ces", "CesQuestion", Ces::schema()),
        ("rating", "RatingQuestion", Rating::schema()),
        ("single", "SingleQuestion", Single::schema()),
        ("multiple", "MultipleQuestion", Multiple::schema()),
        ("matrix", "MatrixQuestion", Matrix::schema()),
        ("text", "TextQuestion", TextAnswer::schema()),
        ("number", "NumberQuestion", NumberAnswer::schema()),
        ("date", "DateQuestion", DateAnswer::schema()),
        ("emotion", "EmotionQuestion", Emotion::schema()),
        ("expectation", "ExpectationQuestion", Expectation::schema()),
        ("consent", "ConsentQuestion", Consent::schema()),
        ("statement", "StatementQuestion", Statement::schema()),
    ]
}

fn object(schema: RefOr<Schema>) -> Object {
    match schema {
        RefOr::T(Schema::Object(object)) => object,
        _ => Object::new(),
    }
}

impl PartialSchema for Question {
    fn schema() -> RefOr<Schema> {
        let one_of = kinds()
            .into_iter()
            .fold(OneOfBuilder::new(), |one_of, (_, name, _)| {
                one_of.item(Ref::from_schema_name(name))
            })
            .description(Some("One question of a page; `type` names its kind."));
        RefOr::T(Schema::OneOf(one_of.build()))
    }
}

impl ToSchema for Question {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Question")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        for (kind, name, own) in kinds() {
            let mut whole = object(EveryQuestion::schema());
            let own = object(own);
            let tag = ObjectBuilder::new()
                .schema_type(utoipa::openapi::Type::String)
                .enum_values(Some([kind]));
            whole.properties.insert("type".to_owned(), tag.into());
            whole.properties.extend(own.properties);
            whole.required.push("type".to_owned());
            whole.required.extend(own.required);
            whole.description = own.description;
            schemas.push((name.to_owned(), RefOr::T(Schema::Object(whole))));
        }
        EveryQuestion::schemas(schemas);
        Nps::schemas(schemas);
        Csat::schemas(schemas);
        Ces::schemas(schemas);
        Rating::schemas(schemas);
        Single::schemas(schemas);
        Multiple::schemas(schemas);
        Matrix::schemas(schemas);
        TextAnswer::schemas(schemas);
        NumberAnswer::schemas(schemas);
        DateAnswer::schemas(schemas);
        Emotion::schemas(schemas);
        Expectation::schemas(schemas);
        Consent::schemas(schemas);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::surveys::document::Document;

    fn schemas() -> Value {
        let mut found = Vec::new();
        Document::schemas(&mut found);
        found
            .into_iter()
            .map(|(name, schema)| (name, serde_json::to_value(schema).unwrap()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    #[test]
    fn each_kind_of_question_is_one_closed_flat_object() {
        let schemas = schemas();
        assert_eq!(
            schemas["Question"]["oneOf"].as_array().unwrap().len(),
            kinds().len()
        );
        for (kind, name, _) in kinds() {
            let schema = &schemas[name];
            assert_eq!(
                schema["properties"]["type"]["enum"],
                json!([kind]),
                "{name}"
            );
            assert_eq!(schema["additionalProperties"], json!(false), "{name}");
            assert_eq!(
                schema["properties"]["text"]["$ref"], "#/components/schemas/LocalisedText",
                "{name}"
            );
        }
        assert_eq!(
            schemas["StatementQuestion"]["required"],
            json!(["id", "text", "type"])
        );
        let csat = &schemas["CsatQuestion"]["properties"];
        assert!(csat["points"].is_object() && csat["labels"].is_object());
    }

    #[test]
    fn every_schema_referred_to_is_there() {
        fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
            match value {
                Value::Object(object) => {
                    found.extend(object.get("$ref").and_then(Value::as_str));
                    object.values().for_each(|value| references(value, found));
                }
                Value::Array(values) => values.iter().for_each(|value| references(value, found)),
                _ => {}
            }
        }
        let schemas = schemas();
        let mut found = Vec::new();
        references(&schemas, &mut found);
        assert!(found.len() > 20);
        for reference in found {
            let name = reference.rsplit('/').next().unwrap();
            assert!(schemas.get(name).is_some(), "{name}");
        }
    }
}
