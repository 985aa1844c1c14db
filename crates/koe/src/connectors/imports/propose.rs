//! A first mapping for a file, for a person to look at. Where it cannot know, it leaves out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dates::DateForm;
use super::mapping::{AllRows, Ambiguous, ColumnMapping, Mapping, Role, Target, ValueKind};
use super::sniff::{Column, Looks, Sniffed};
use super::survey_columns::Expected;
use crate::base::id::SurveyId;
use crate::surveys::document::{
    Choice, Kind, Nps, Question, Rating, RatingStyle, Single, TextAnswer,
};
use crate::surveys::{Document, Language, Text};

/// Proposes what the columns mean. With a survey its questions are looked for; without one
/// the file's own columns become questions, or texts become voices.
pub fn propose(
    sniffed: &Sniffed,
    file_name: &str,
    survey: Option<(&SurveyId, &Document)>,
    time_zone: &str,
) -> Mapping {
    let expected = survey.map(|(_, document)| Expected::of(document));
    let mut columns = Vec::new();
    let mut questions = Vec::new();
    let texts_only = sniffed.columns.iter().all(|column| {
        matches!(
            column.looks,
            Looks::Text | Looks::Identifier | Looks::Empty | Looks::Date
        )
    }) && sniffed
        .columns
        .iter()
        .any(|column| column.looks == Looks::Text);
    let mut seen = Seen::default();
    let high = common_scale(sniffed);
    for column in &sniffed.columns {
        let role = expected
            .as_ref()
            .and_then(|expected| expected.role(column))
            .or_else(|| common(column, &mut seen, sniffed.qualtrics))
            .or_else(|| {
                if survey.is_some() {
                    None
                } else if texts_only {
                    voice(column)
                } else {
                    own_question(column, high, &mut questions)
                }
            });
        if let Some(role) = role {
            columns.push(ColumnMapping {
                column: column.name.clone(),
                nth: column.nth,
                missing: unanswered(sniffed, &role, survey.map(|(_, document)| document)),
                role,
            });
        }
    }
    let title = title(file_name);
    let target = match survey {
        Some((id, _)) => Target::Survey {
            survey_id: id.clone(),
        },
        None if texts_only => Target::Voices {
            key: key(title),
            label: Text::ja_en(title, title),
        },
        None => Target::NewSurvey {
            title: Text::ja_en(title, title),
            questions,
        },
    };
    Mapping {
        layout: sniffed.layout.clone(),
        target,
        columns,
        missing: Vec::new(),
        time_zone: time_zone.to_owned(),
        all_rows: AllRows::default(),
    }
}

/// What the rows of a file are, as a person says before anything is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowsAre {
    /// Answers to a survey that the columns make.
    NewSurvey,
    /// Orders, contacts, contracts.
    Operational,
    /// Customers.
    Customers,
    /// Texts alone.
    Voices,
}

/// Proposes what the columns mean when a person has said what the rows are; `attributes` are
/// the declared keys of customers.
pub fn propose_rows(
    sniffed: &Sniffed,
    file_name: &str,
    rows_are: RowsAre,
    attributes: &[String],
    time_zone: &str,
) -> Mapping {
    let title = title(file_name);
    let mut seen = Seen::default();
    let mut questions = Vec::new();
    let mut fields = crate::connectors::names::Names::default();
    let high = common_scale(sniffed);
    let columns: Vec<ColumnMapping> = sniffed
        .columns
        .iter()
        .filter_map(|column| {
            let role = match rows_are {
                RowsAre::Customers => of_customer(column, attributes)?,
                RowsAre::NewSurvey => common(column, &mut seen, sniffed.qualtrics)
                    .or_else(|| own_question(column, high, &mut questions))?,
                RowsAre::Operational | RowsAre::Voices => {
                    match common(column, &mut seen, sniffed.qualtrics) {
                        // Rows of one customer stay rows of their own.
                        Some(Role::RespondentKey {}) if rows_are == RowsAre::Operational => {
                            Role::Customer {
                                identifier: "external:import".to_owned(),
                            }
                        }
                        Some(role) => role,
                        None => value(column, &mut fields)?,
                    }
                }
            };
            Some(ColumnMapping {
                column: column.name.clone(),
                nth: column.nth,
                missing: Vec::new(),
                role,
            })
        })
        .collect();
    let label = Text::ja_en(title, title);
    let target = match rows_are {
        RowsAre::NewSurvey => Target::NewSurvey {
            title: label,
            questions,
        },
        RowsAre::Operational => Target::Operational {
            key: key(title),
            stream_kind: "orders".to_owned(),
            label,
        },
        RowsAre::Customers => Target::Customers {},
        RowsAre::Voices => Target::Voices {
            key: key(title),
            label,
        },
    };
    Mapping {
        layout: sniffed.layout.clone(),
        target,
        columns,
        missing: Vec::new(),
        time_zone: time_zone.to_owned(),
        all_rows: AllRows::default(),
    }
}

/// What a column says about a customer, by its name and the declared attributes.
fn of_customer(column: &Column, attributes: &[String]) -> Option<Role> {
    let name = column.name.to_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| name == *word);
    let identifier = |kind: &str| {
        Some(Role::Customer {
            identifier: kind.to_owned(),
        })
    };
    if column.looks == Looks::Empty {
        None
    } else if column.looks == Looks::Email {
        identifier("email")
    } else if is(&["phone", "tel", "telephone", "電話", "電話番号"]) {
        identifier("phone")
    } else if is(&["name", "氏名", "名前", "お名前", "顧客名"]) {
        Some(Role::CustomerName {})
    } else if is(&["id", "customer id", "customer_id", "顧客id", "会員番号"]) {
        identifier("external:import")
    } else {
        attributes
            .iter()
            .find(|known| **known == key(&column.name))
            .map(|known| Role::Attribute { key: known.clone() })
    }
}

/// A coded value or a text, by what the cells are; identifiers say nothing by themselves.
fn value(column: &Column, fields: &mut crate::connectors::names::Names) -> Option<Role> {
    let kind = match column.looks {
        Looks::Integer => ValueKind::Integer,
        Looks::Number => ValueKind::Number,
        Looks::Date => ValueKind::Date,
        Looks::Code => ValueKind::Code,
        Looks::Text => {
            return Some(Role::Text {
                field: fields.id(&key(&column.name)),
            });
        }
        Looks::Empty | Looks::Email | Looks::Identifier => return None,
    };
    Some(Role::Value {
        field: fields.id(&key(&column.name)),
        kind,
        values: BTreeMap::new(),
    })
}

/// A file's name without folder and ending.
fn title(file_name: &str) -> &str {
    file_name
        .rsplit(['/', '\\'])
        .next()
        .and_then(|name| name.split('.').next())
        .filter(|name| !name.is_empty())
        .unwrap_or("import")
}

/// Qualtrics writes -99 for a question that was seen and not answered, unless a choice has
/// that value.
fn unanswered(sniffed: &Sniffed, role: &Role, document: Option<&Document>) -> Vec<String> {
    const UNANSWERED: &str = "-99";
    let Role::Answer {
        question,
        choice: None,
        ..
    } = role
    else {
        return Vec::new();
    };
    let is_value = document
        .and_then(|document| document.question(question))
        .is_some_and(|asked| {
            asked.kind.choices().iter().any(|one| {
                one.value
                    .as_ref()
                    .is_some_and(|value| value.to_string() == UNANSWERED)
            })
        });
    if sniffed.qualtrics && !is_value {
        vec![UNANSWERED.to_owned()]
    } else {
        Vec::new()
    }
}

/// Roles that only one column has.
#[derive(Default)]
struct Seen {
    key: bool,
    respondent: bool,
    time: bool,
}

/// What a column of any file may be, by name and content.
fn common(column: &Column, seen: &mut Seen, qualtrics: bool) -> Option<Role> {
    // Older Qualtrics exports name columns V1 … V10 and say what they are in the second row.
    let name = if qualtrics && column.name.starts_with('V') && !column.label.is_empty() {
        &column.label
    } else {
        &column.name
    };
    let name = name.to_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| name == *word);
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if column.looks == Looks::Empty {
        return None;
    }
    if is(&[
        "responseid",
        "response id",
        "record id",
        "id",
        "comment id",
        "#",
        "回答id",
        "番号",
    ]) && !seen.key
    {
        seen.key = true;
        return Some(Role::RecordKey {});
    }
    if has(&["respondent", "回答者"]) && !seen.respondent {
        seen.respondent = true;
        return Some(Role::RespondentKey {});
    }
    if qualtrics
        && is(&[
            "startdate",
            "status",
            "finished",
            "progress",
            "ipaddress",
            "responseset",
        ])
    {
        return None;
    }
    let dated = column.looks == Looks::Date && !seen.time;
    if dated && (!qualtrics || is(&["enddate", "recordeddate"])) {
        seen.time = true;
        return Some(Role::OccurredAt {
            forms: if column.date_forms.is_empty() {
                vec![DateForm::DayFirst, DateForm::MonthFirst]
            } else {
                column.date_forms.clone()
            },
            by: None,
            ambiguous: Ambiguous::LeaveOut,
        });
    }
    if column.looks == Looks::Email {
        return Some(Role::Customer {
            identifier: "email".to_owned(),
        });
    }
    if is(&[
        "externalreference",
        "externaldatareference",
        "customer id",
        "customer_id",
        "顧客id",
        "会員番号",
    ]) {
        return Some(Role::Customer {
            identifier: "external:import".to_owned(),
        });
    }
    if has(&["duration (in seconds)"]) {
        return Some(Role::DurationSeconds {});
    }
    let none = BTreeMap::new;
    if is(&[
        "unit",
        "unit_code",
        "store_code",
        "組織コード",
        "店舗コード",
        "拠点コード",
    ]) {
        return Some(Role::Unit { values: none() });
    }
    if is(&["touchpoint", "touchpoint_code", "接点", "接点コード"]) {
        return Some(Role::Touchpoint { values: none() });
    }
    if is(&["userlanguage", "language", "言語"]) {
        return Some(Role::Language {});
    }
    None
}

fn voice(column: &Column) -> Option<Role> {
    (column.looks == Looks::Text).then(|| Role::Text {
        field: key(&column.name),
    })
}

/// The least and greatest number of a column that may be a scale: whole numbers from 0 to 10.
fn scale_of(column: &Column) -> Option<(i32, i32)> {
    let numbers: Vec<i32> = column
        .values
        .iter()
        .filter_map(|v| v.parse().ok())
        .collect();
    let (low, high) = (*numbers.iter().min()?, *numbers.iter().max()?);
    let fits = column.looks == Looks::Integer && !column.more_values && low >= 0 && high >= 2;
    (fits && high <= 10).then_some((low, high))
}

/// The highest point of the file's scales: questions of one file mostly share one.
fn common_scale(sniffed: &Sniffed) -> i32 {
    sniffed
        .columns
        .iter()
        .filter_map(scale_of)
        .map(|(_, high)| high)
        .max()
        .unwrap_or(5)
}

/// Whether a column holds recommendations from 0 to 10: by its words, as its
/// numbers alone may be any scale.
fn asks_to_recommend(column: &Column) -> bool {
    const WORDS: [&str; 7] = ["nps", "recommend", "推奨", "すすめ", "勧め", "薦め", "紹介"];
    let words = format!("{} {}", column.name, column.label).to_lowercase();
    // A file of few answers may lack the ends; more than five points it must show.
    let wide = scale_of(column).is_some_and(|(_, high)| high > 5);
    wide && WORDS.iter().any(|word| words.contains(word))
}

/// A question made of a column, for files that bring their own.
fn own_question(column: &Column, high: i32, questions: &mut Vec<Question>) -> Option<Role> {
    let label = if column.label.is_empty() {
        &column.name
    } else {
        &column.label
    };
    let text = both(label);
    let kind = match column.looks {
        Looks::Integer if asks_to_recommend(column) => Kind::Nps(Nps::default()),
        Looks::Integer => {
            let (low, _) = scale_of(column)?;
            Kind::Rating(Rating {
                style: RatingStyle::Number,
                low: low.min(1),
                high,
                labels: Vec::new(),
            })
        }
        // A column with one value says something by being filled; that is for a person to map.
        Looks::Code if column.values.len() > 1 => {
            let mut names = crate::connectors::names::Names::default();
            Kind::Single(Single {
                choices: column
                    .values
                    .iter()
                    .map(|value| Choice::new(names.code(value), both(value)))
                    .collect(),
                ..Single::default()
            })
        }
        Looks::Text => Kind::Text(TextAnswer {
            long: true,
            voice: true,
            ..TextAnswer::default()
        }),
        _ => return None,
    };
    let mut names = crate::connectors::names::Names::default();
    for question in questions.iter() {
        names.id(&question.id);
    }
    let id = names.id(&column.name);
    questions.push(Question::new(&id, text, kind));
    Some(Role::Answer {
        question: id,
        row: None,
        choice: None,
        values: BTreeMap::new(),
    })
}

fn both(words: &str) -> Text {
    Text::of(Language::ja(), words).with(Language::en(), words)
}

/// A stable key out of a name.
pub fn key(name: &str) -> String {
    let key: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .take(40)
        .collect();
    let key = key.trim_matches('_').to_owned();
    if key.starts_with(|c: char| c.is_ascii_alphabetic()) {
        key
    } else {
        format!("f{key}")
    }
}
