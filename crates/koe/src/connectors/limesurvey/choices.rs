//! Questions of choices: lists and boxes.

use std::collections::HashMap;

use super::attributes::Attributes;
use super::logic::Asked;
use super::question::{Became, Whole};
use super::{Conversion, Told};
use crate::connectors::names::Names;
use crate::surveys::Text;
use crate::surveys::document::{
    Choice, CodeValue, Kind, Layout, Multiple, Question, Single, TextAnswer,
};

impl<'a> Conversion<'a> {
    /// Choices that the type itself brings along, worded in Japanese and English.
    pub(super) fn fixed(
        &mut self,
        whole: &Whole<'a, '_>,
        choices: &[(&str, &str, &str)],
    ) -> Became {
        let languages = self.document.languages.clone();
        let choices: Vec<Choice> = choices
            .iter()
            .map(|(code, ja, en)| {
                let mut label = Text::default();
                for language in &languages {
                    let words = if language.as_str() == "ja" { ja } else { en };
                    label.set(language.clone(), *words);
                }
                Choice::new(*code, label)
            })
            .collect();
        let spoken = ["ja", "en"];
        if languages
            .iter()
            .any(|language| !spoken.contains(&language.as_str()))
        {
            self.ledger.loss(
                whole.path(),
                Text::ja_en(
                    "選択肢の文言は日本語と英語のみで、ほかの言語は英語になります。",
                    "Its choices are worded in Japanese and English only; other languages get English.",
                ),
            );
        }
        let codes = choices
            .iter()
            .map(|c| (c.id.clone(), c.id.clone()))
            .collect();
        let kind = Kind::Single(Single {
            choices,
            ..Single::default()
        });
        let (id, question) = self.begin(whole, kind);
        Became {
            questions: vec![question],
            asked: Asked::One {
                id,
                codes,
                codes_are_values: false,
            },
        }
    }

    /// Answers of a list or array as choices with the codes the file's codes became.
    pub(super) fn choices(
        &mut self,
        answers: &[&Told<'a>],
        column: &str,
    ) -> (Vec<Choice>, HashMap<String, String>) {
        let mut names = Names::default();
        let mut codes = HashMap::new();
        let code_of = |told: &Told<'a>| match told.row.get("code") {
            "" => told.row.get("title"),
            code => code,
        };
        let mut choices = Vec::new();
        for told in answers {
            let code = code_of(told);
            let id = names.code(code);
            // An assessment value is what the choice counts; 0 is "none was given".
            let assessed = told.row.get("assessment_value").trim();
            let value = match assessed {
                "" | "0" => CodeValue::parse(code),
                value => CodeValue::parse(value),
            };
            let label = self.words(&told.row.path, &told.words, column);
            codes.insert(code.to_owned(), id.clone());
            choices.push(Choice {
                value,
                ..Choice::new(id, label)
            });
        }
        (choices, codes)
    }

    /// Whether what is listed is shown in random order: `order` is the attribute of newer
    /// versions, which tell answers from subquestions.
    pub(super) fn shuffled(
        &mut self,
        qid: &str,
        attributes: &mut Attributes<'a>,
        order: &str,
    ) -> bool {
        let old = attributes.take(qid, "random_order", &mut self.ledger) == Some("1");
        let random = attributes
            .row(qid, order)
            .filter(|row| row.get("value").trim() == "random");
        if let Some(row) = random {
            self.ledger.converted(&row.path);
        }
        old || random.is_some()
    }

    /// The choice for words of the person's own.
    fn other(&mut self, whole: &Whole<'a, '_>, attributes: &mut Attributes<'a>) -> Option<Choice> {
        if whole.told.row.get("other") != "Y" {
            return None;
        }
        let rows = attributes.texts(whole.qid, "other_replace_text", &mut self.ledger);
        let mut label = self.words(whole.path(), &rows, "value");
        if label.is_empty() {
            for language in self.document.languages.clone() {
                let words = if language.as_str() == "ja" {
                    "その他"
                } else {
                    "Other"
                };
                label.set(language, words);
            }
        }
        Some(Choice {
            write_in: true,
            ..Choice::new("other", label)
        })
    }

    pub(super) fn list(
        &mut self,
        whole: &Whole<'a, '_>,
        attributes: &mut Attributes<'a>,
        comment: bool,
    ) -> Option<Became> {
        let (mut choices, mut codes) = self.choices(&whole.answers, "answer");
        if let Some(other) = self.other(whole, attributes) {
            codes.insert("-oth-".to_owned(), other.id.clone());
            choices.push(other);
        }
        if choices.is_empty() {
            return None;
        }
        let codes_are_values = choices.iter().filter(|c| !c.write_in).all(|choice| {
            choice
                .value
                .as_ref()
                .is_some_and(|value| value.to_string() == choice.id)
        });
        let kind = Kind::Single(Single {
            choices,
            layout: if whole.told.row.get("type") == "!" {
                Layout::Dropdown
            } else {
                Layout::List
            },
            shuffle: self.shuffled(whole.qid, attributes, "answer_order"),
        });
        let (id, question) = self.begin(whole, kind);
        let mut questions = vec![question];
        if comment {
            self.ledger.loss(
                whole.path(),
                Text::ja_en(
                    "コメント欄は、次の別の質問になります。",
                    "The comment becomes a question of its own below.",
                ),
            );
            let own = self.names.id(&format!("{id}_comment"));
            let mut label = Text::default();
            for language in self.document.languages.clone() {
                let words = if language.as_str() == "ja" {
                    "コメント"
                } else {
                    "Comment"
                };
                label.set(language, words);
            }
            let kind = Kind::Text(TextAnswer {
                long: true,
                voice: true,
                ..TextAnswer::default()
            });
            questions.push(Question::new(own, label, kind));
        }
        Some(Became {
            questions,
            asked: Asked::One {
                id,
                codes,
                codes_are_values,
            },
        })
    }

    pub(super) fn several(
        &mut self,
        whole: &Whole<'a, '_>,
        attributes: &mut Attributes<'a>,
    ) -> Option<Became> {
        let (mut choices, mut codes) = self.choices(&whole.on_scale(0), "question");
        if whole.told.row.get("type") == "P" {
            choices.iter_mut().for_each(|choice| choice.write_in = true);
        }
        if let Some(list) = attributes.take(whole.qid, "exclude_all_others", &mut self.ledger) {
            for code in list.split([';', ',']).map(str::trim) {
                if let Some(choice) = codes
                    .get(code)
                    .and_then(|id| choices.iter_mut().find(|choice| choice.id == *id))
                {
                    choice.exclusive = true;
                }
            }
        }
        if let Some(other) = self.other(whole, attributes) {
            codes.insert("other".to_owned(), other.id.clone());
            choices.push(other);
        }
        if choices.is_empty() {
            return None;
        }
        let kind = Kind::Multiple(Multiple {
            choices,
            min: attributes.whole(whole.qid, "min_answers", &mut self.ledger),
            max: attributes.whole(whole.qid, "max_answers", &mut self.ledger),
            shuffle: self.shuffled(whole.qid, attributes, "subquestion_order"),
        });
        let (id, question) = self.begin(whole, kind);
        Some(Became {
            questions: vec![question],
            asked: Asked::Several { id, codes },
        })
    }
}
