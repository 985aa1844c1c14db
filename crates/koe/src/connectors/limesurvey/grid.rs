//! Questions of rows and columns.

use std::collections::HashMap;

use super::attributes::Attributes;
use super::logic::Asked;
use super::question::{Became, Whole};
use super::{Conversion, Told};
use crate::surveys::Text;
use crate::surveys::document::{Choice, CodeValue, Kind, Matrix, Question, Row, TextAnswer};

/// The most questions that one grid of fields may become.
const MOST_FIELDS: usize = 400;

impl<'a> Conversion<'a> {
    pub(super) fn grid(
        &mut self,
        whole: &Whole<'a, '_>,
        attributes: &mut Attributes<'a>,
    ) -> Option<Became> {
        let rows = whole.on_scale(0);
        match whole.told.row.get("type") {
            "A" => self.scale(whole, attributes, 5),
            "B" => self.scale(whole, attributes, 10),
            "C" => self.worded(
                whole,
                attributes,
                &[
                    ("Y", "はい", "Yes"),
                    ("U", "どちらともいえない", "Uncertain"),
                    ("N", "いいえ", "No"),
                ],
            ),
            "E" => self.worded(
                whole,
                attributes,
                &[
                    ("I", "増えた", "Increase"),
                    ("S", "変わらない", "Same"),
                    ("D", "減った", "Decrease"),
                ],
            ),
            "F" => {
                let (columns, codes) = self.choices(&whole.answers, "answer");
                self.matrix(whole, attributes, columns, codes, false)
            }
            "H" => {
                self.ledger.loss(
                    whole.path(),
                    Text::ja_en(
                        "縦横を入れ替えず、行ごとに尋ねる表になります。",
                        "Asked row by row instead of column by column.",
                    ),
                );
                let (columns, codes) = self.choices(&whole.answers, "answer");
                self.matrix(whole, attributes, columns, codes, false)
            }
            "1" => self.dual(whole, attributes),
            "R" => self.ranking(whole, attributes),
            "K" => {
                let kind = self.number_kind(whole.qid, attributes);
                self.fields(whole, rows, &[], &kind)
            }
            "Q" => {
                let kind = words_kind();
                self.fields(whole, rows, &[], &kind)
            }
            ";" => {
                let kind = words_kind();
                self.fields(whole, rows, &whole.on_scale(1), &kind)
            }
            ":" => {
                let boxes = attributes.take(whole.qid, "multiflexible_checkbox", &mut self.ledger);
                if boxes == Some("1") {
                    let (columns, codes) = self.choices(&whole.on_scale(1), "question");
                    return self.matrix(whole, attributes, columns, codes, true);
                }
                let min = attributes.number(whole.qid, "multiflexible_min", &mut self.ledger);
                let max = attributes.number(whole.qid, "multiflexible_max", &mut self.ledger);
                let mut kind = self.number_kind(whole.qid, attributes);
                if let Kind::Number(number) = &mut kind {
                    number.min = number.min.or(min);
                    number.max = number.max.or(max);
                }
                self.fields(whole, rows, &whole.on_scale(1), &kind)
            }
            _ => None,
        }
    }

    fn rows(&mut self, rows: &[&Told<'a>]) -> (Vec<Row>, HashMap<String, String>) {
        let (choices, codes) = self.choices(rows, "question");
        let rows = choices
            .into_iter()
            .map(|choice| Row {
                id: choice.id,
                label: choice.label,
            })
            .collect();
        (rows, codes)
    }

    fn matrix(
        &mut self,
        whole: &Whole<'a, '_>,
        attributes: &mut Attributes<'a>,
        columns: Vec<Choice>,
        codes: HashMap<String, String>,
        several: bool,
    ) -> Option<Became> {
        let (rows, row_codes) = self.rows(&whole.on_scale(0));
        if rows.is_empty() || columns.is_empty() {
            return None;
        }
        let shuffle = self.shuffled(whole.qid, attributes, "subquestion_order");
        let kind = Kind::Matrix(Matrix {
            rows,
            columns,
            multiple: several,
            shuffle,
        });
        let (id, question) = self.begin(whole, kind);
        Some(Became {
            questions: vec![question],
            asked: Asked::Matrix {
                id,
                several,
                rows: row_codes,
                columns: codes,
            },
        })
    }

    /// Columns 1 to `points`.
    fn scale(
        &mut self,
        whole: &Whole<'a, '_>,
        attributes: &mut Attributes<'a>,
        points: i64,
    ) -> Option<Became> {
        let columns: Vec<Choice> = (1..=points)
            .map(|point| Choice {
                value: Some(CodeValue::Integer(point)),
                ..Choice::new(
                    point.to_string(),
                    Text::of(self.base.clone(), point.to_string()),
                )
            })
            .collect();
        let codes = columns
            .iter()
            .map(|c| (c.id.clone(), c.id.clone()))
            .collect();
        self.matrix(whole, attributes, columns, codes, false)
    }

    /// Columns that the type itself brings along.
    fn worded(
        &mut self,
        whole: &Whole<'a, '_>,
        attributes: &mut Attributes<'a>,
        columns: &[(&str, &str, &str)],
    ) -> Option<Became> {
        let languages = self.document.languages.clone();
        if languages
            .iter()
            .any(|l| l.as_str() != "ja" && l.as_str() != "en")
        {
            self.ledger.loss(
                whole.path(),
                Text::ja_en(
                    "列の文言は日本語と英語のみで、ほかの言語は英語になります。",
                    "Its columns are worded in Japanese and English only; other languages get English.",
                ),
            );
        }
        let columns: Vec<Choice> = columns
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
        let codes = columns
            .iter()
            .map(|c| (c.id.clone(), c.id.clone()))
            .collect();
        self.matrix(whole, attributes, columns, codes, false)
    }

    /// Two scales for the same rows become two matrices.
    fn dual(&mut self, whole: &Whole<'a, '_>, attributes: &mut Attributes<'a>) -> Option<Became> {
        let mut questions = Vec::new();
        let mut scales = Vec::new();
        for (scale, header) in [(0, "dualscale_headerA"), (1, "dualscale_headerB")] {
            let answers: Vec<&Told<'a>> = whole
                .answers
                .iter()
                .copied()
                .filter(|answer| answer.row.number("scale_id") == scale)
                .collect();
            let (columns, codes) = self.choices(&answers, "answer");
            let became = self.matrix(whole, attributes, columns, codes, false);
            let rows = attributes.texts(whole.qid, header, &mut self.ledger);
            let heading = self.words(whole.path(), &rows, "value");
            let (made, asked) = became.map_or((Vec::new(), Asked::Nothing), |became| {
                (became.questions, became.asked)
            });
            scales.push(asked);
            for mut question in made {
                question.text = beneath(&question.text, &heading);
                question.code = Some(format!("{}_{scale}", whole.code));
                questions.push(question);
            }
        }
        self.ledger.loss(
            whole.path(),
            Text::ja_en(
                "二つの尺度は、それぞれ別の表になります。",
                "The two scales become two grids.",
            ),
        );
        (!questions.is_empty()).then_some(Became {
            questions,
            asked: Asked::Scales(scales),
        })
    }

    /// A ranking becomes a grid of items and ranks.
    fn ranking(
        &mut self,
        whole: &Whole<'a, '_>,
        attributes: &mut Attributes<'a>,
    ) -> Option<Became> {
        // Older versions keep the items as answers, newer ones as subquestions.
        let (items, column) = if whole.answers.is_empty() {
            (whole.on_scale(0), "question")
        } else {
            (whole.answers.clone(), "answer")
        };
        let (choices, _) = self.choices(&items, column);
        if choices.is_empty() {
            return None;
        }
        let most = attributes
            .whole(whole.qid, "max_answers", &mut self.ledger)
            .map_or(choices.len(), |most| choices.len().min(most as usize));
        let columns = (1..=most)
            .map(|rank| Choice {
                value: i64::try_from(rank).ok().map(CodeValue::Integer),
                ..Choice::new(
                    rank.to_string(),
                    Text::of(self.base.clone(), rank.to_string()),
                )
            })
            .collect();
        let rows = choices
            .into_iter()
            .map(|choice| Row {
                id: choice.id,
                label: choice.label,
            })
            .collect();
        self.ledger.loss(
            whole.path(),
            Text::ja_en(
                "並べ替えではなく、項目ごとに順位を選ぶ表になります。同順位は防ぎません。",
                "Instead of sorting, a rank is chosen for each item; ties are not prevented.",
            ),
        );
        let kind = Kind::Matrix(Matrix {
            rows,
            columns,
            ..Matrix::default()
        });
        let (_, question) = self.begin(whole, kind);
        Some(Became {
            questions: vec![question],
            asked: Asked::Nothing,
        })
    }

    /// One question for each field.
    fn fields(
        &mut self,
        whole: &Whole<'a, '_>,
        rows: Vec<&Told<'a>>,
        columns: &[&Told<'a>],
        kind: &Kind,
    ) -> Option<Became> {
        let (rows, _) = self.choices(&rows, "question");
        let (columns, _) = self.choices(columns, "question");
        let columns: Vec<Option<Choice>> = if columns.is_empty() {
            vec![None]
        } else {
            columns.into_iter().map(Some).collect()
        };
        if rows.is_empty() || rows.len() * columns.len() > MOST_FIELDS {
            return None;
        }
        let heading = self.words(whole.path(), &whole.told.words, "question");
        let mut questions = Vec::new();
        let mut parts = HashMap::new();
        for row in &rows {
            for column in &columns {
                let end = column
                    .as_ref()
                    .map_or(String::new(), |c| format!("_{}", c.id));
                let part = format!("{}{end}", row.id);
                let name = format!("{}_{part}", whole.code);
                let id = self.names.id(&name);
                let mut text = beneath(&heading, &row.label);
                if let Some(column) = column {
                    text = beneath(&text, &column.label);
                }
                let mut question = Question::new(&id, text, kind.clone());
                if id != name {
                    question.code = Some(name);
                }
                questions.push(question);
                let asked = match kind {
                    Kind::Text(_) => Asked::Words { id },
                    _ => Asked::Number { id },
                };
                parts.insert(part, asked);
            }
        }
        self.ledger.loss(
            whole.path(),
            Text::ja_en(
                "一つの表ではなく、欄ごとに別の質問になります。",
                "Each field becomes a question of its own instead of one table.",
            ),
        );
        Some(Became {
            questions,
            asked: Asked::Parts(parts),
        })
    }
}

fn words_kind() -> Kind {
    Kind::Text(TextAnswer {
        voice: true,
        ..TextAnswer::default()
    })
}

/// A label below a heading, in every language either has.
fn beneath(heading: &Text, label: &Text) -> Text {
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
