//! Questions by their type codes.

use super::attributes::Attributes;
use super::logic::Asked;
use super::{Conversion, Parts, Told};
use crate::connectors::fit;
use crate::surveys::Text;
use crate::surveys::document::{
    Condition, DateAnswer, HiddenField, HiddenKind, Identity, Kind, NumberAnswer, Question, Rating,
    Statement, TextAnswer, TextFormat,
};

/// What a question of the file became.
pub(super) struct Became {
    pub questions: Vec<Question>,
    pub asked: Asked,
}

/// A question with everything that belongs to it.
pub(super) struct Whole<'a, 'b> {
    pub told: &'b Told<'a>,
    pub qid: &'a str,
    pub code: &'a str,
    /// Rows (scale 0) and columns (scale 1).
    pub parts: Vec<&'b Told<'a>>,
    pub answers: Vec<&'b Told<'a>>,
}

impl<'a, 'b> Whole<'a, 'b> {
    pub fn path(&self) -> &'a str {
        &self.told.row.path
    }

    /// Subquestions of a scale.
    pub fn on_scale(&self, scale: i64) -> Vec<&'b Told<'a>> {
        self.parts
            .iter()
            .copied()
            .filter(|part| part.row.number("scale_id") == scale)
            .collect()
    }
}

impl<'a> Conversion<'a> {
    pub(super) fn question(
        &mut self,
        told: &Told<'a>,
        parts: &Parts<'a, '_>,
        attributes: &mut Attributes<'a>,
    ) -> Vec<Question> {
        let row = told.row;
        let qid = row.get("qid");
        let whole = Whole {
            told,
            qid,
            code: row.get("title"),
            parts: parts.subquestions.get(qid).cloned().unwrap_or_default(),
            answers: parts.answers.get(qid).cloned().unwrap_or_default(),
        };
        let path = whole.path();
        if attributes.take(qid, "hidden", &mut self.ledger) == Some("1") {
            self.hidden(&whole);
            return Vec::new();
        }
        let Some(mut became) = self.by_type(&whole, attributes) else {
            let kind = row.get("type");
            self.kept(
                &whole,
                Text::ja_en(
                    format!("質問の種類「{kind}」に対応するものはKoeにありません。"),
                    format!("Koe has no question of the type “{kind}”."),
                ),
            );
            self.remember(&whole, Asked::Nothing);
            return Vec::new();
        };
        self.ledger.converted(path);
        self.part_conditions(&whole);
        let show_if = self.shown_if(&whole);
        let required = match row.get("mandatory") {
            "Y" => true,
            "S" => {
                self.ledger.loss(
                    path,
                    Text::ja_en(
                        "未回答時の確認（ソフト必須）は出さず、任意の質問になります。",
                        "A soft mandatory question becomes an optional one.",
                    ),
                );
                false
            }
            _ => false,
        };
        if row.get("encrypted") == "Y" {
            self.ledger.loss(
                path,
                Text::ja_en(
                    "質問ごとの暗号化の設定は引き継ぎません。",
                    "The encryption of single questions is not kept.",
                ),
            );
        }
        let help = self.words(path, &told.words, "help");
        for (column, ja, en) in [
            (
                "preg",
                "入力の正規表現は確かめません。",
                "The regular expression is not checked.",
            ),
            (
                "script",
                "質問内のスクリプトは実行しません。",
                "Scripts of questions are never run.",
            ),
        ] {
            if told
                .words
                .iter()
                .any(|row| !row.get(column).trim().is_empty())
            {
                self.ledger.loss(path, Text::ja_en(ja, en));
            }
        }
        for (number, question) in became.questions.iter_mut().enumerate() {
            question.required |= required && !matches!(question.kind, Kind::Statement(_));
            question.show_if.clone_from(&show_if);
            if number == 0 && !help.is_empty() {
                question.help = Some(help.clone());
            }
            for change in fit::fit(question, &self.base, &mut self.codes) {
                self.ledger.loss(path, change);
            }
        }
        self.remember(&whole, became.asked);
        became.questions
    }

    fn remember(&mut self, whole: &Whole<'a, '_>, asked: Asked) {
        self.by_code.insert(whole.code.to_owned(), asked.clone());
        self.by_qid.insert(whole.qid.to_owned(), asked);
    }

    /// The question and all that belongs to it stays verbatim.
    fn kept(&mut self, whole: &Whole<'a, '_>, reason: Text) {
        let within = Text::ja_en(
            "そのまま保存した質問の一部です。",
            "Part of a question that is kept verbatim.",
        );
        for row in whole
            .told
            .words
            .iter()
            .filter(|row| row.path != whole.path())
        {
            self.ledger.unsupported(&row.path, within.clone());
        }
        for row in whole
            .parts
            .iter()
            .chain(&whole.answers)
            .flat_map(|told| &told.words)
        {
            self.ledger.unsupported(&row.path, within.clone());
        }
        self.ledger.unsupported(whole.path(), reason);
    }

    /// A hidden question is filled by links, as a hidden field is.
    fn hidden(&mut self, whole: &Whole<'a, '_>) {
        let confidential = self.document.programme.identity == Identity::Confidential;
        let kind = match whole.told.row.get("type") {
            "N" => HiddenKind::Number,
            "S" | "T" | "U" if !confidential => HiddenKind::Text,
            "S" | "T" | "U" | "L" | "!" | "Y" | "G" | "5" => HiddenKind::Code,
            _ => {
                self.kept(
                    whole,
                    Text::ja_en(
                        "隠された質問で、値を渡す形にできないため、そのまま保存しました。",
                        "A hidden question of a type that no link can fill.",
                    ),
                );
                return self.remember(whole, Asked::Nothing);
            }
        };
        self.ledger.loss(
            whole.path(),
            Text::ja_en(
                "隠された質問は、リンクから値を受け取る隠し項目になります。",
                "A hidden question becomes a hidden field that links fill.",
            ),
        );
        let id = self.names.id(whole.code);
        let label = self.words(whole.path(), &whole.told.words, "question");
        let allowed = if kind == HiddenKind::Code {
            whole
                .answers
                .iter()
                .map(|a| a.row.get("code").to_owned())
                .collect()
        } else {
            Vec::new()
        };
        self.document.hidden_fields.push(HiddenField {
            id: id.clone(),
            field: None,
            label,
            kind,
            allowed,
            signed: false,
        });
        self.remember(whole, Asked::Field { id, kind });
    }

    /// Rows and boxes with a condition of their own are always shown.
    fn part_conditions(&mut self, whole: &Whole<'a, '_>) {
        for part in &whole.parts {
            let relevance = part.row.get("relevance").trim();
            if !matches!(relevance, "" | "1") {
                self.ledger.loss(
                    &part.row.path,
                    Text::ja_en(
                        format!("行ごとの表示条件「{relevance}」には対応せず、常に表示します。"),
                        format!("Its own condition “{relevance}” is not kept; it is always shown."),
                    ),
                );
            }
        }
    }

    /// The relevance, else the table of conditions; the two say the same where both stand.
    fn shown_if(&mut self, whole: &Whole<'a, '_>) -> Option<Condition> {
        let relevance = whole.told.row.get("relevance").trim();
        let conditions = self.conditions.get(whole.qid).cloned().unwrap_or_default();
        let stated = !relevance.is_empty() && relevance != "1";
        let condition = if stated {
            self.relevance(whole.path(), relevance)
        } else if conditions.is_empty() {
            None
        } else {
            let condition = self.scenarios(&conditions).filter(fit::is_small_enough);
            if condition.is_none() {
                self.ledger.loss(
                    whole.path(),
                    Text::ja_en(
                        "条件を表現できないため、常に表示します。",
                        "Its conditions cannot be expressed; it is always shown.",
                    ),
                );
            }
            condition
        };
        for row in conditions {
            if condition.is_some() {
                self.ledger.converted(&row.path);
            } else {
                self.ledger.unsupported(
                    &row.path,
                    Text::ja_en(
                        "この条件は表現できません。",
                        "This condition cannot be expressed.",
                    ),
                );
            }
        }
        condition
    }

    fn by_type(
        &mut self,
        whole: &Whole<'a, '_>,
        attributes: &mut Attributes<'a>,
    ) -> Option<Became> {
        match whole.told.row.get("type") {
            "L" | "!" => self.list(whole, attributes, false),
            "O" => self.list(whole, attributes, true),
            "M" | "P" => self.several(whole, attributes),
            "Y" => Some(self.fixed(whole, &[("Y", "はい", "Yes"), ("N", "いいえ", "No")])),
            "G" => Some(self.fixed(whole, &[("F", "女性", "Female"), ("M", "男性", "Male")])),
            "5" => {
                let (id, mut question) = self.begin(whole, Kind::Rating(Rating::default()));
                question.code = None;
                Some(Became {
                    questions: vec![question],
                    asked: Asked::Number { id },
                })
            }
            "S" | "T" | "U" => Some(self.words_asked(whole, attributes)),
            "N" => {
                let kind = self.number_kind(whole.qid, attributes);
                let (id, question) = self.begin(whole, kind);
                Some(Became {
                    questions: vec![question],
                    asked: Asked::Number { id },
                })
            }
            "D" => {
                let kind = Kind::Date(self.date_kind(whole, attributes));
                let (id, question) = self.begin(whole, kind);
                Some(Became {
                    questions: vec![question],
                    asked: Asked::Date { id },
                })
            }
            "X" => {
                let (_, question) = self.begin(whole, Kind::Statement(Statement {}));
                Some(Became {
                    questions: vec![question],
                    asked: Asked::Nothing,
                })
            }
            _ => self.grid(whole, attributes),
        }
    }

    /// A question with its id and text.
    pub(super) fn begin(&mut self, whole: &Whole<'a, '_>, kind: Kind) -> (String, Question) {
        let id = self.names.id(whole.code);
        let text = self.words(whole.path(), &whole.told.words, "question");
        let mut question = Question::new(&id, text, kind);
        if id != whole.code && !whole.code.is_empty() {
            question.code = Some(whole.code.to_owned());
        }
        (id, question)
    }

    fn words_asked(&mut self, whole: &Whole<'a, '_>, attributes: &mut Attributes<'a>) -> Became {
        let long = whole.told.row.get("type") != "S";
        let numbers = attributes.take(whole.qid, "numbers_only", &mut self.ledger) == Some("1");
        let kind = Kind::Text(TextAnswer {
            long,
            max_length: attributes.whole(whole.qid, "maximum_chars", &mut self.ledger),
            format: if numbers {
                TextFormat::Number
            } else {
                TextFormat::Any
            },
            voice: !numbers,
        });
        let (id, question) = self.begin(whole, kind);
        Became {
            questions: vec![question],
            asked: if numbers {
                Asked::Number { id }
            } else {
                Asked::Words { id }
            },
        }
    }

    pub(super) fn number_kind(&mut self, qid: &str, attributes: &mut Attributes<'a>) -> Kind {
        let ledger = &mut self.ledger;
        let min = attributes
            .number(qid, "min_num_value_n", ledger)
            .or_else(|| attributes.number(qid, "min_num_value", ledger));
        let max = attributes
            .number(qid, "max_num_value_n", ledger)
            .or_else(|| attributes.number(qid, "max_num_value", ledger));
        let whole = attributes.take(qid, "num_value_int_only", ledger) == Some("1");
        let rows = attributes.texts(qid, "suffix", ledger);
        let unit = self.words("", &rows, "value");
        Kind::Number(NumberAnswer {
            min,
            max,
            decimals: if whole { 0 } else { 9 },
            unit: (!unit.is_empty()).then_some(unit),
        })
    }

    fn date_kind(&mut self, whole: &Whole<'a, '_>, attributes: &mut Attributes<'a>) -> DateAnswer {
        let mut end = |attribute: &str| {
            let row = attributes.row(whole.qid, attribute)?;
            let value = row.get("value").trim();
            match value.get(..10).and_then(|date| date.parse().ok()) {
                Some(date) => {
                    self.ledger.converted(&row.path);
                    Some(date)
                }
                None => {
                    self.ledger.unsupported(
                        &row.path,
                        Text::ja_en(
                            format!("日付の範囲「{value}」は日付ではないため使えません。"),
                            format!("The limit “{value}” is not a date and cannot be used."),
                        ),
                    );
                    None
                }
            }
        };
        let (min, max) = (end("date_min"), end("date_max"));
        if let Some(format) = attributes.take(whole.qid, "date_format", &mut self.ledger)
            && format.to_ascii_lowercase().contains("hh")
        {
            self.ledger.loss(
                whole.path(),
                Text::ja_en(
                    "時刻は尋ねず、日付だけになります。",
                    "The time of day is lost; the date is asked.",
                ),
            );
        }
        DateAnswer { min, max }
    }
}
