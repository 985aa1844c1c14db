//! Text-entry questions: words, numbers, dates, forms.

use serde_json::Value;

use super::Conversion;
use super::json::{is_blank, text};
use super::logic::Asked;
use super::question::Became;
use super::settings::{Asks, Content};
use super::words::Words;
use crate::surveys::Text;
use crate::surveys::document::{DateAnswer, Kind, NumberAnswer, Question, TextAnswer, TextFormat};

impl<'a> Conversion<'a> {
    pub(super) fn text_entry(&mut self, path: &str, id: &str, words: &Words<'a>) -> Option<Became> {
        let selector = text(words.own, "Selector");
        let long = match selector {
            "SL" => false,
            "ML" | "ESTB" | "Essay" => true,
            "FORM" => {
                let handled = ["RecodeValues", "ChoiceDataExportTags"];
                return self.fields(path, id, words, &handled, |asks| field(asks, false));
            }
            // Passwords are never asked for; the rest is unknown.
            _ => return None,
        };
        if words.own.get("SearchSource").is_some_and(is_used) {
            self.ledger.loss(
                path,
                Text::ja_en(
                    "入力候補の表示は行いません。",
                    "Suggestions while typing are not shown.",
                ),
            );
        }
        let asks = self.settings(path, words.own, &[]);
        let kind = field(&asks, long);
        let id = self.names.id(id);
        let asked = match &kind {
            Kind::Number(_) => Asked::Number { id: id.clone() },
            Kind::Date(_) => Asked::Date { id: id.clone() },
            _ => Asked::Words { id: id.clone() },
        };
        let text = self.words(path, words, "QuestionText");
        let mut question = Question::new(id, text, kind);
        question.required = asks.required;
        Some(Became::one(question, asked))
    }
}

/// Auto-completion that is switched on.
fn is_used(source: &Value) -> bool {
    !is_blank(source) && text(source, "AllowFreeResponse") != "false"
}

fn field(asks: &Asks, long: bool) -> Kind {
    let format = match &asks.content {
        Content::Number { min, max, decimals } => {
            return Kind::Number(NumberAnswer {
                min: *min,
                max: *max,
                // Without a limit any decimals were allowed.
                decimals: decimals.unwrap_or(9),
                unit: None,
            });
        }
        Content::Date => return Kind::Date(DateAnswer::default()),
        Content::Email => TextFormat::Email,
        Content::Phone => TextFormat::Phone,
        Content::Any => TextFormat::Any,
    };
    Kind::Text(TextAnswer {
        long,
        max_length: asks.max_length,
        format,
        // An address or number is no voice; words are.
        voice: format == TextFormat::Any,
    })
}
