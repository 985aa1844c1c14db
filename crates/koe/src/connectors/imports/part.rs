//! One row of a file, read by the mapping: a part of a record, often all of it.

use std::collections::BTreeMap;

use koe_lake::Value;
use serde::{Deserialize, Serialize};

use super::dates::{self, DateForm, Reading};
use super::faults::{Effect, RowFault};
use super::mapping::{Ambiguous, Role, ValueKind};
use super::plan::{Asks, Plan, Planned};
use super::rows::RawRow;
use crate::surveys::Text;

/// When an experience took place, as far as one row says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// The row does not say.
    #[default]
    Unknown,
    /// Milliseconds since 1970-01-01 UTC.
    At(i64),
    /// Two allowed forms read it differently; the first counts when nothing else does.
    Assumed(i64),
}

/// What one row says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The row's number in the file.
    pub row: u64,
    /// The record's key.
    pub key: Option<String>,
    /// The respondent's key.
    pub respondent: Option<String>,
    /// When.
    pub when: When,
    /// Code of the touchpoint.
    pub touchpoint: Option<String>,
    /// Code of the unit.
    pub unit: Option<String>,
    /// Code of the offering.
    pub offering: Option<String>,
    /// Kind of channel.
    pub channel: Option<String>,
    /// Identifiers of the customer: kind and value.
    pub identifiers: Vec<(String, String)>,
    /// The customer's name.
    pub name: Option<String>,
    /// Attributes of the customer.
    pub attributes: BTreeMap<String, String>,
    /// Language tag.
    pub language: Option<String>,
    /// How long answering took.
    pub duration_ms: Option<i64>,
    /// One answer a question, as typed.
    pub answers: BTreeMap<String, String>,
    /// Boxes taken and cells of matrices: question, row (or nothing), choice.
    pub taken: Vec<(String, Option<String>, String)>,
    /// Written-in words: question, choice (or nothing), words.
    pub written: Vec<(String, Option<String>, String)>,
    /// Words by question, several rows may give several.
    pub words: Vec<(String, String)>,
    /// Hidden fields.
    pub fields: BTreeMap<String, String>,
    /// Coded values.
    pub values: BTreeMap<String, Value>,
    /// Free texts by name.
    pub texts: Vec<(String, String)>,
}

impl Plan<'_> {
    /// Reads one row; none when it is left out, and the faults say why.
    pub fn part(&self, raw: &RawRow, faults: &mut Vec<RowFault>) -> Option<Part> {
        let mut part = Part {
            row: raw.number,
            ..Part::default()
        };
        let before = faults.len();
        for column in &self.columns {
            self.column(column, raw, &mut part, faults);
        }
        let left_out = faults[before..]
            .iter()
            .any(|fault| fault.effect == Effect::LeftOut);
        (!left_out).then_some(part)
    }

    /// Reads one cell of a row.
    pub(super) fn column(
        &self,
        column: &Planned<'_>,
        raw: &RawRow,
        part: &mut Part,
        faults: &mut Vec<RowFault>,
    ) {
        let Some(cell) = self.said(column, raw.cell(column.place)) else {
            return;
        };
        let mut fault = |code: &str, effect: Effect, message: Text| {
            faults.push(RowFault::new(
                raw.number,
                column.name,
                cell,
                code,
                effect,
                message,
            ));
        };
        let coded = || {
            Some(
                column
                    .value(cell)
                    .cloned()
                    .unwrap_or_else(|| cell.to_owned()),
            )
        };
        match column.role {
            Role::RecordKey {} => part.key = Some(cell.to_owned()),
            Role::RespondentKey {} => part.respondent = Some(cell.to_owned()),
            Role::Touchpoint { .. } => part.touchpoint = coded(),
            Role::Unit { .. } => part.unit = coded(),
            Role::Offering { .. } => part.offering = coded(),
            Role::Channel { .. } => part.channel = coded(),
            Role::Customer { identifier } => {
                part.identifiers.push((identifier.clone(), cell.to_owned()));
            }
            Role::CustomerName {} => part.name = Some(cell.to_owned()),
            Role::Attribute { key } => {
                part.attributes.insert(key.clone(), cell.to_owned());
            }
            Role::Language {} => match language(cell) {
                Some(tag) => part.language = Some(tag),
                None => fault(
                    "unknown_language",
                    Effect::CellLeftOut,
                    Text::ja_en("言語コードではありません。", "This is not a language code."),
                ),
            },
            Role::DurationSeconds {} => match cell.parse::<f64>() {
                Ok(seconds) if (0.0..1e9).contains(&seconds) => {
                    part.duration_ms = Some((seconds * 1_000.0).round() as i64);
                }
                _ => fault(
                    "not_a_number",
                    Effect::CellLeftOut,
                    Text::ja_en("秒数ではありません。", "This is not a number of seconds."),
                ),
            },
            Role::OccurredAt { ambiguous, .. } => {
                let by = column.by.map_or("", |place| raw.cell(place));
                let forms = column.forms(by);
                self.when(cell, forms, *ambiguous, part, &mut fault);
            }
            Role::Answer {
                question,
                row,
                choice,
                ..
            } => {
                answer(
                    column,
                    cell,
                    question,
                    row.as_ref(),
                    choice.as_ref(),
                    part,
                    &mut fault,
                );
            }
            Role::WriteIn { question, choice } => {
                part.written
                    .push((question.clone(), choice.clone(), cell.to_owned()));
            }
            Role::TextBy { .. } => {
                let by = column.by.map_or("", |place| raw.cell(place));
                match column.value(by) {
                    Some(question) => part.words.push((question.clone(), cell.to_owned())),
                    None => fault(
                        "unknown_question",
                        Effect::CellLeftOut,
                        Text::ja_en(
                            format!("「{by}」に対応する質問が割り当てられていません。"),
                            format!("No question is assigned to “{by}”."),
                        ),
                    ),
                }
            }
            Role::Field { field } => {
                part.fields.insert(field.clone(), cell.to_owned());
            }
            Role::Value { field, kind, .. } => {
                let written = column.value(cell).map_or(cell, String::as_str);
                match value(written, *kind) {
                    Some(value) => {
                        part.values.insert(field.clone(), value);
                    }
                    None => fault(
                        "wrong_kind",
                        Effect::CellLeftOut,
                        Text::ja_en(
                            "項目の種類（数・日付など）に合わない値です。",
                            "The value does not fit the kind of the field.",
                        ),
                    ),
                }
            }
            Role::Text { field } => part.texts.push((field.clone(), cell.to_owned())),
        }
    }

    fn when(
        &self,
        cell: &str,
        forms: &[DateForm],
        ambiguous: Ambiguous,
        part: &mut Part,
        fault: &mut dyn FnMut(&str, Effect, Text),
    ) {
        match dates::read(cell, forms, &self.zone) {
            Reading::Moment(at) => part.when = When::At(at),
            Reading::Unreadable => fault(
                "unreadable_date",
                Effect::LeftOut,
                Text::ja_en(
                    "指定された形式の日付として読めません。",
                    "This is no date in any of the given forms.",
                ),
            ),
            Reading::Ambiguous(moments) => {
                let said: Vec<String> = moments.iter().map(|at| day(*at, &self.zone)).collect();
                let (effect, done) = match ambiguous {
                    Ambiguous::LeaveOut => (
                        Effect::LeftOut,
                        (
                            "行を除外しました。".to_owned(),
                            "The row is left out.".to_owned(),
                        ),
                    ),
                    Ambiguous::FirstForm => {
                        part.when = When::Assumed(moments[0]);
                        let first = &said[0];
                        (
                            Effect::Assumed,
                            (
                                format!("指定に従い{first}としました。"),
                                format!("As the mapping says, {first} is taken."),
                            ),
                        )
                    }
                };
                fault(
                    "ambiguous_date",
                    effect,
                    Text::ja_en(
                        format!("{}のどちらとも読めます。{}", said.join("と"), done.0),
                        format!("This may be {}. {}", said.join(" or "), done.1),
                    ),
                );
            }
        }
    }
}

fn day(at: i64, zone: &jiff::tz::TimeZone) -> String {
    jiff::Timestamp::from_millisecond(at)
        .map(|at| at.to_zoned(zone.clone()).date().to_string())
        .unwrap_or_default()
}

fn answer(
    column: &Planned<'_>,
    cell: &str,
    question: &str,
    row: Option<&String>,
    choice: Option<&String>,
    part: &mut Part,
    fault: &mut dyn FnMut(&str, Effect, Text),
) {
    let mut unknown = |cell: &str| {
        fault(
            "unknown_choice",
            Effect::CellLeftOut,
            Text::ja_en(
                format!("「{cell}」は質問「{question}」の選択肢にありません。"),
                format!("“{cell}” is not a choice of the question “{question}”."),
            ),
        );
    };
    if let Some(choice) = choice {
        // A box holds the choice's own value or words, or a plain yes. A value that happens to
        // be 0 or -99 is the choice; else those mean that the box was left empty.
        let own = column.value(cell) == Some(choice);
        let yes = matches!(
            cell.to_lowercase().as_str(),
            "1" | "true" | "yes" | "y" | "x" | "はい" | "○" | "✓"
        );
        let no = matches!(
            cell.to_lowercase().as_str(),
            "0" | "-99" | "false" | "no" | "n" | "いいえ" | "×"
        );
        if own || yes {
            part.taken
                .push((question.to_owned(), row.cloned(), choice.clone()));
        } else if !no {
            unknown(cell);
        }
        return;
    }
    match column.asks {
        Asks::Choice => match column.value(cell) {
            Some(choice) if row.is_some() => {
                part.taken
                    .push((question.to_owned(), row.cloned(), choice.clone()));
            }
            Some(choice) => {
                part.answers.insert(question.to_owned(), choice.clone());
            }
            None => unknown(cell),
        },
        Asks::Choices => {
            // Labels may hold commas, so the whole cell is tried before its pieces.
            if let Some(choice) = column.value(cell) {
                part.taken
                    .push((question.to_owned(), row.cloned(), choice.clone()));
                return;
            }
            for piece in cell
                .split([';', ',', '\n', '、'])
                .map(str::trim)
                .filter(|p| !p.is_empty())
            {
                match column.value(piece) {
                    Some(choice) => {
                        part.taken
                            .push((question.to_owned(), row.cloned(), choice.clone()));
                    }
                    None => unknown(piece),
                }
            }
        }
        Asks::Typed | Asks::Nothing => {
            let typed = column
                .value(cell)
                .cloned()
                .unwrap_or_else(|| cell.to_owned());
            match row {
                Some(row) => part
                    .taken
                    .push((question.to_owned(), Some(row.clone()), typed)),
                None => {
                    part.answers.insert(question.to_owned(), typed);
                }
            }
        }
    }
}

fn value(cell: &str, kind: ValueKind) -> Option<Value> {
    match kind {
        ValueKind::Integer => cell.parse().ok().map(Value::Integer),
        ValueKind::Number => {
            let number: f64 = cell.replace(',', "").parse().ok()?;
            number.is_finite().then_some(Value::Number(number))
        }
        ValueKind::Code => Some(Value::Code(cell.to_owned())),
        ValueKind::Flag => match cell.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "y" | "はい" => Some(Value::Flag(true)),
            "0" | "false" | "no" | "n" | "いいえ" => Some(Value::Flag(false)),
            _ => None,
        },
        ValueKind::Date => {
            let date = [DateForm::YearFirst, DateForm::Compact]
                .iter()
                .find_map(|form| dates::date(cell, *form))?;
            let days = date.since(jiff::civil::date(1970, 1, 1)).ok()?.get_days();
            Some(Value::Date { date: days })
        }
    }
}

fn language(cell: &str) -> Option<String> {
    let tag = cell.replace('_', "-");
    crate::surveys::Language::parse(&tag)
        .ok()
        .map(|language| language.to_string())
}
