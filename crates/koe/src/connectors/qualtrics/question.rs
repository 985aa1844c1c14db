//! One question of the file as Koe's questions.

use serde_json::Value;

use super::Conversion;
use super::json::{entries, is_blank, join, text};
use super::logic::Asked;
use super::words::Words;
use crate::connectors::fit;
use crate::surveys::Text;
use crate::surveys::document::{Condition, Kind, Question, Statement};

/// What a question of the file became.
pub(super) struct Became {
    pub questions: Vec<Question>,
    pub asked: Asked,
}

impl Became {
    pub fn one(question: Question, asked: Asked) -> Self {
        Self {
            questions: vec![question],
            asked,
        }
    }
}

impl<'a> Conversion<'a> {
    /// Converts the question at the place where it is asked; none when it is kept verbatim.
    pub(super) fn question(&mut self, path: &str, id: &str, payload: &'a Value) -> Vec<Question> {
        let payload_path = join(path, "Payload");
        let words = Words::of(payload);
        let became = match text(payload, "QuestionType") {
            "MC" => self.multiple_choice(&payload_path, id, &words),
            "Matrix" => self.matrix(&payload_path, id, &words, ""),
            "SBS" => self.side_by_side(&payload_path, id, &words),
            "TE" => self.text_entry(&payload_path, id, &words),
            "DB" => self.descriptive(&payload_path, id, &words),
            "Slider" => self.slider(&payload_path, id, &words),
            "RO" => self.rank_order(&payload_path, id, &words),
            "CS" => self.constant_sum(&payload_path, id, &words),
            _ => None,
        };
        let Some(mut became) = became else {
            let kind = [text(payload, "QuestionType"), text(payload, "Selector")].join("/");
            self.ledger.unsupported(
                path,
                Text::ja_en(
                    format!("質問の種類「{kind}」に対応するものはKoeにありません。"),
                    format!("Koe has no question of the kind “{kind}”."),
                ),
            );
            self.asked.insert(id.to_owned(), Asked::Nothing);
            return Vec::new();
        };
        self.ledger.converted(path);
        self.translations(&payload_path, payload);
        let show_if = self.display_logic(&payload_path, payload);
        let code = text(payload, "DataExportTag");
        let alone = became.questions.len() == 1;
        for question in &mut became.questions {
            question.show_if.clone_from(&show_if);
            if alone && !code.is_empty() && code != question.id {
                question.code = Some(code.to_owned());
            }
            for change in fit::fit(question, &self.base, &mut self.codes) {
                self.ledger.loss(path, change);
            }
        }
        self.asked.insert(id.to_owned(), became.asked);
        became.questions
    }

    /// A question's own condition; the logic of its choices has no counterpart.
    fn display_logic(&mut self, path: &str, payload: &Value) -> Option<Condition> {
        let mut conditions = Vec::new();
        for key in ["DisplayLogic", "InPageDisplayLogic"] {
            let Some(logic) = payload.get(key).filter(|logic| !is_blank(logic)) else {
                continue;
            };
            match self.logic(&join(path, key), logic) {
                Some(condition) => conditions.push(condition),
                None => self.ledger.loss(
                    path,
                    Text::ja_en(
                        "表示条件を表現できないため、常に表示します。",
                        "Its display logic cannot be expressed; it is always shown.",
                    ),
                ),
            }
        }
        (!conditions.is_empty()).then(|| super::logic::all(conditions))
    }

    fn translations(&mut self, path: &str, payload: &Value) {
        let list = join(path, "Language");
        for (code, texts) in payload.get("Language").map(entries).unwrap_or_default() {
            if is_blank(texts) {
                continue;
            }
            let path = join(&list, &code);
            match super::words::language(&code) {
                Some(language) => {
                    self.speak(&language);
                    self.ledger.converted(&path);
                }
                None => self.ledger.unsupported(
                    &path,
                    Text::ja_en(
                        format!("「{code}」は言語コードとして読めません。"),
                        format!("“{code}” is not a language code."),
                    ),
                ),
            }
        }
    }

    fn descriptive(&mut self, path: &str, id: &str, words: &Words<'a>) -> Option<Became> {
        let selector = text(words.own, "Selector");
        if !matches!(selector, "TB" | "GRB" | "FLB" | "PTB" | "") {
            return None;
        }
        if selector != "TB" {
            self.ledger.loss(
                path,
                Text::ja_en(
                    "画像やファイルは失われ、文だけが残ります。",
                    "The picture or file is lost; the words stay.",
                ),
            );
        }
        self.settings(path, words.own, &[]);
        let id = self.names.id(id);
        let text = self.words(path, words, "QuestionText");
        let question = Question::new(id, text, Kind::Statement(Statement {}));
        Some(Became::one(question, Asked::Nothing))
    }
}
