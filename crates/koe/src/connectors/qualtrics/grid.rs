//! Questions of rows: matrices, side by side, rankings, sliders, sums.

use std::collections::HashMap;

use serde_json::Value;

use super::Conversion;
use super::choices::Listed;
use super::json::{entries, flag, join, number, text};
use super::logic::Asked;
use super::question::Became;
use super::settings::Asks;
use super::words::Words;
use crate::surveys::Text;
use crate::surveys::document::{
    Choice, CodeValue, Kind, Matrix, NumberAnswer, Question, Rating, RatingStyle, TextAnswer,
};

/// The most questions that one grid of fields may become.
const MOST_FIELDS: usize = 400;

impl<'a> Conversion<'a> {
    /// A matrix, also as a column of a side-by-side question (`base` is then its full id).
    pub(super) fn matrix(
        &mut self,
        path: &str,
        id: &str,
        words: &Words<'a>,
        heading: &str,
    ) -> Option<Became> {
        let several = match (text(words.own, "Selector"), text(words.own, "SubSelector")) {
            ("Likert", "SingleAnswer" | "") => false,
            ("Likert", "DL" | "DropDown" | "DND") => {
                self.ledger.loss(
                    path,
                    Text::ja_en(
                        "ドロップダウンではなく、表の形で表示します。",
                        "Shown as a grid instead of drop-down lists.",
                    ),
                );
                false
            }
            ("Likert", "MultipleAnswer") => true,
            ("TE", _) => return self.text_grid(path, id, words, heading),
            _ => return None,
        };
        let handled = ["RecodeValues", "ChoiceDataExportTags"];
        let asks = self.settings(path, words.own, &handled);
        let rows = self.listed(path, words, "Choices", "ChoiceOrder", false);
        let columns = self.listed(path, words, "Answers", "AnswerOrder", several);
        self.choice_groups(path, words.own);
        if rows.choices.is_empty() || columns.choices.is_empty() {
            return None;
        }
        let id = self.names.id(id);
        let kind = Kind::Matrix(Matrix {
            rows: rows.rows(),
            columns: columns.choices,
            multiple: several,
            shuffle: asks.shuffle,
        });
        let said = self.headed(heading, path, words);
        let mut question = Question::new(&id, said, kind);
        question.required = asks.required;
        let tag = match text(words.own, "DataExportTag") {
            "" => id.clone(),
            tag => tag.to_owned(),
        };
        if tag != id {
            question.code = Some(tag.clone());
        }
        let mut questions = vec![question];
        // Words of a row's own become a question below the grid.
        for row in rows.choices.iter().filter(|row| row.write_in) {
            let kind = Kind::Text(TextAnswer {
                voice: true,
                ..TextAnswer::default()
            });
            let own_id = self.names.id(&format!("{id}_{}_text", row.id));
            let mut question = Question::new(own_id, row.label.clone(), kind);
            question.code = Some(format!("{tag}_{}_TEXT", row.id));
            questions.push(question);
        }
        Some(Became {
            questions,
            asked: Asked::Matrix {
                id,
                several,
                rows: rows.codes,
                columns: columns.codes,
            },
        })
    }

    /// A question's text below the heading of the question around it.
    fn headed(&mut self, heading: &str, path: &str, words: &Words<'a>) -> Text {
        let own = self.words(path, words, "QuestionText");
        if heading.is_empty() {
            return own;
        }
        let mut both = Text::default();
        for (language, said) in own.iter() {
            both.set(language.clone(), format!("{heading}\n{said}"));
        }
        both
    }

    pub(super) fn side_by_side(
        &mut self,
        path: &str,
        id: &str,
        words: &Words<'a>,
    ) -> Option<Became> {
        let columns = words
            .own
            .get("AdditionalQuestions")
            .map(entries)
            .unwrap_or_default();
        let list = join(path, "AdditionalQuestions");
        let heading = self.plain(path, text(words.own, "QuestionText"));
        // The statements stand here once more than in the columns.
        self.settings(path, words.own, &["RecodeValues", "ChoiceDataExportTags"]);
        let _ = self.listed(path, words, "Choices", "ChoiceOrder", false);
        self.choice_groups(path, words.own);
        let mut questions = Vec::new();
        let mut parts = HashMap::new();
        for (key, column) in columns {
            let path = join(&list, &key);
            let inside = words.inside(column, &["AdditionalQuestions", &key]);
            let name = format!("{id}_{key}");
            match self.matrix(&path, &name, &inside, &heading) {
                Some(became) => {
                    self.ledger.converted(&path);
                    questions.extend(became.questions);
                    parts.insert(key, became.asked);
                }
                None => self.ledger.unsupported(
                    &path,
                    Text::ja_en(
                        "この列の種類に対応するものはKoeにありません。",
                        "Koe has nothing for this kind of column.",
                    ),
                ),
            }
        }
        if questions.is_empty() {
            return None;
        }
        self.ledger.loss(
            path,
            Text::ja_en(
                "横に並べた列は、それぞれ別の質問として順に表示します。",
                "The columns side by side become questions one after the other.",
            ),
        );
        Some(Became {
            questions,
            asked: Asked::Parts(parts),
        })
    }

    /// Fields for words by row and column.
    fn text_grid(
        &mut self,
        path: &str,
        id: &str,
        words: &Words<'a>,
        heading: &str,
    ) -> Option<Became> {
        let asks = self.settings(path, words.own, &["RecodeValues", "ChoiceDataExportTags"]);
        let rows = self.listed(path, words, "Choices", "ChoiceOrder", false);
        let columns = self.listed(path, words, "Answers", "AnswerOrder", false);
        let columns = if columns.choices.is_empty() {
            vec![None]
        } else {
            columns.choices.into_iter().map(Some).collect()
        };
        if rows.choices.is_empty() || rows.choices.len() * columns.len() > MOST_FIELDS {
            return None;
        }
        let long = matches!(text(words.own, "SubSelector"), "Essay" | "Long" | "Medium");
        let heading = self.headed(heading, path, words);
        let tag = text(words.own, "DataExportTag").to_owned();
        let mut questions = Vec::new();
        let mut parts: HashMap<String, Asked> = HashMap::new();
        for row in &rows.choices {
            let mut cells = HashMap::new();
            for column in &columns {
                let end = column
                    .as_ref()
                    .map_or(String::new(), |c| format!("_{}", c.id));
                let cell = self.names.id(&format!("{id}_{}{end}", row.id));
                let mut said = beneath(&heading, &row.label);
                if let Some(column) = column {
                    said = beneath(&said, &column.label);
                }
                let kind = Kind::Text(TextAnswer {
                    long,
                    voice: true,
                    max_length: asks.max_length,
                    ..TextAnswer::default()
                });
                let mut question = Question::new(&cell, said, kind);
                question.required = asks.required;
                question.code = Some(format!("{tag}_{}{end}", row.id));
                questions.push(question);
                let key = column.as_ref().map_or(String::new(), |c| c.id.clone());
                cells.insert(key, Asked::Words { id: cell });
            }
            let key = key_of(&rows, &row.id);
            parts.insert(key, Asked::Parts(cells));
        }
        self.separate(path);
        Some(Became {
            questions,
            asked: Asked::Parts(parts),
        })
    }

    fn separate(&mut self, path: &str) {
        self.ledger.loss(
            path,
            Text::ja_en(
                "一つの表ではなく、欄ごとに別の質問になります。",
                "Each field becomes a question of its own instead of one table.",
            ),
        );
    }

    /// A ranking becomes a grid of items and ranks.
    pub(super) fn rank_order(&mut self, path: &str, id: &str, words: &Words<'a>) -> Option<Became> {
        let handled = ["RecodeValues", "ChoiceDataExportTags"];
        let asks = self.settings(path, words.own, &handled);
        let items = self.listed(path, words, "Choices", "ChoiceOrder", false);
        self.choice_groups(path, words.own);
        if items.choices.is_empty() {
            return None;
        }
        let columns = (1..=items.choices.len())
            .map(|rank| Choice {
                value: i64::try_from(rank).ok().map(CodeValue::Integer),
                ..Choice::new(
                    rank.to_string(),
                    Text::of(self.base.clone(), rank.to_string()),
                )
            })
            .collect();
        self.ledger.loss(
            path,
            Text::ja_en(
                "並べ替えではなく、項目ごとに順位を選ぶ表になります。同順位は防ぎません。",
                "Instead of sorting, a rank is chosen for each item; ties are not prevented.",
            ),
        );
        let id = self.names.id(id);
        let text = self.words(path, words, "QuestionText");
        let kind = Kind::Matrix(Matrix {
            rows: items.rows(),
            columns,
            multiple: false,
            shuffle: asks.shuffle,
        });
        let mut question = Question::new(&id, text, kind);
        question.required = asks.required;
        let parts = items
            .codes
            .iter()
            .map(|(key, row)| (key.clone(), row.clone()))
            .collect();
        Some(Became::one(
            question,
            Asked::Matrix {
                id,
                several: false,
                rows: parts,
                columns: HashMap::new(),
            },
        ))
    }

    /// A slider becomes a number for each statement, stars become a rating.
    pub(super) fn slider(&mut self, path: &str, id: &str, words: &Words<'a>) -> Option<Became> {
        let configuration = words
            .own
            .get("Configuration")
            .cloned()
            .unwrap_or(Value::Null);
        let limit = |keys: [&str; 2]| keys.iter().find_map(|key| number(configuration.get(*key)));
        let handled = ["RecodeValues", "ChoiceDataExportTags", "Configuration"];
        self.ledger.converted(&join(path, "Configuration"));
        if flag(configuration.get("NotApplicable")) {
            self.ledger.loss(
                &join(path, "Configuration"),
                Text::ja_en(
                    "「該当しない」は選べません。空欄のままにできます。",
                    "“Not applicable” cannot be chosen; the field can be left empty.",
                ),
            );
        }
        match text(words.own, "Selector") {
            "STAR" => {
                let stars = limit(["StarCount", "CSSliderMax"]).unwrap_or(5.0).max(2.0);
                if stars > 10.0 {
                    self.ledger.loss(
                        &join(path, "Configuration"),
                        Text::ja_en("星は10個までです。", "There are at most ten stars."),
                    );
                }
                let high = stars.min(10.0) as i32;
                let kind = Kind::Rating(Rating {
                    style: RatingStyle::Star,
                    low: 1,
                    high,
                    labels: Vec::new(),
                });
                if text(&configuration, "StarType") == "continuous" {
                    self.ledger.loss(
                        &join(path, "Configuration"),
                        Text::ja_en("半分の星は選べません。", "Parts of a star cannot be given."),
                    );
                }
                self.fields(path, id, words, &handled, |_| kind.clone())
            }
            "HSLIDER" | "HBAR" | "VSLIDER" | "VBAR" => {
                self.ledger.loss(
                    path,
                    Text::ja_en(
                        "スライダーではなく、数値の入力欄になります。",
                        "A field for a number instead of a slider.",
                    ),
                );
                let decimals = limit(["NumDecimals", "NumDecimals"]).unwrap_or(0.0);
                let kind = Kind::Number(NumberAnswer {
                    min: limit(["CSSliderMin", "CSSliderMin"]).or(Some(0.0)),
                    max: limit(["CSSliderMax", "CSSliderMax"]).or(Some(100.0)),
                    decimals: decimals.clamp(0.0, 9.0) as u8,
                    unit: None,
                });
                self.fields(path, id, words, &handled, |_| kind.clone())
            }
            _ => None,
        }
    }

    /// Numbers that should add up become numbers that need not.
    pub(super) fn constant_sum(
        &mut self,
        path: &str,
        id: &str,
        words: &Words<'a>,
    ) -> Option<Became> {
        if words
            .own
            .get("Answers")
            .is_some_and(|answers| !entries(answers).is_empty())
        {
            return None;
        }
        self.ledger.loss(
            path,
            Text::ja_en(
                "合計が決まった値になるかは確かめません。",
                "That the numbers add up to the total is not checked.",
            ),
        );
        let kind = Kind::Number(NumberAnswer {
            min: Some(0.0),
            ..NumberAnswer::default()
        });
        let handled = ["RecodeValues", "ChoiceDataExportTags"];
        self.fields(path, id, words, &handled, |_| kind.clone())
    }

    /// One question for each statement; a single one is the question itself.
    pub(super) fn fields(
        &mut self,
        path: &str,
        id: &str,
        words: &Words<'a>,
        handled: &[&str],
        kind: impl Fn(&Asks) -> Kind,
    ) -> Option<Became> {
        let asks = self.settings(path, words.own, handled);
        let rows = self.listed(path, words, "Choices", "ChoiceOrder", false);
        self.choice_groups(path, words.own);
        if rows.choices.is_empty() || rows.choices.len() > MOST_FIELDS {
            return None;
        }
        let heading = self.words(path, words, "QuestionText");
        let tag = text(words.own, "DataExportTag").to_owned();
        let alone = rows.choices.len() == 1;
        let mut questions = Vec::new();
        let mut parts = HashMap::new();
        for row in &rows.choices {
            let own_id = if alone {
                self.names.id(id)
            } else {
                self.names.id(&format!("{id}_{}", row.id))
            };
            let mut question = Question::new(&own_id, beneath(&heading, &row.label), kind(&asks));
            question.required = asks.required;
            question.code = Some(format!("{tag}_{}", row.id));
            let asked = match &question.kind {
                Kind::Text(_) => Asked::Words { id: own_id },
                Kind::Rating(_) => Asked::Scale {
                    id: own_id,
                    points: HashMap::new(),
                },
                _ => Asked::Number { id: own_id },
            };
            questions.push(question);
            parts.insert(key_of(&rows, &row.id), asked);
        }
        if !alone {
            self.separate(path);
        }
        Some(Became {
            questions,
            asked: Asked::Parts(parts),
        })
    }
}

/// The file's key of a row.
fn key_of(rows: &Listed, code: &str) -> String {
    rows.codes
        .iter()
        .find(|(_, known)| *known == code)
        .map(|(key, _)| key.clone())
        .unwrap_or_default()
}

/// A label below a heading, in every language either has.
fn beneath(heading: &Text, label: &Text) -> Text {
    if label.is_empty() {
        return heading.clone();
    }
    let mut both = heading.clone();
    for (language, said) in label.iter() {
        let above = heading.exact(language).unwrap_or_default();
        both.set(
            language.clone(),
            format!("{above}\n{said}").trim().to_owned(),
        );
    }
    both
}
