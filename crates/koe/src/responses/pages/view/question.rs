//! One question as the template draws it.

use serde::Serialize;

use super::in_language;
use super::parts::{Field, Group, OptionView, faces, shuffled_rows};
use crate::base::text::Language as OwnLanguage;
use crate::responses::pages::texts::Texts;
use crate::surveys::document::{
    Choice, Kind, Layout, Question, RatingStyle, Row, Text, TextFormat, shown_order,
};
use crate::surveys::piping::Speaker;
use crate::surveys::{Answer, AnswerProblem, Answers};

/// What the answers of one question are drawn from.
pub struct Drawing<'a> {
    pub speaker: &'a Speaker<'a>,
    pub texts: &'a Texts,
    pub own: OwnLanguage,
    pub filled: &'a Answers,
    pub problems: &'a [AnswerProblem],
    pub seed: u64,
}

/// A question.
#[derive(Serialize)]
pub struct QuestionView {
    id: String,
    text: String,
    help: Option<String>,
    hint: Option<String>,
    required: bool,
    /// Which part of the template draws it.
    draw: &'static str,
    /// The name of its field.
    name: String,
    errors: Vec<String>,
    /// Scales, choices.
    groups: Vec<Group>,
    /// Fields to write in.
    field: Option<Field>,
}

impl QuestionView {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The id of the element that an error of a row leads to.
    pub fn target(&self, row: Option<&str>) -> String {
        if self.field.is_some() {
            return self.name.clone();
        }
        let group = row
            .and_then(|row| self.groups.iter().find(|group| group.row == row))
            .or_else(|| self.groups.first());
        group
            .and_then(|group| group.options.first())
            .map_or_else(|| format!("q-{}", self.id), |option| option.id.clone())
    }

    /// How the error summary calls it.
    pub fn label(&self, row: Option<&str>) -> String {
        let part = row
            .and_then(|row| self.groups.iter().find(|group| group.row == row))
            .map(|group| group.label.as_str())
            .filter(|label| !label.is_empty());
        match part {
            Some(part) => part.to_owned(),
            None => self.text.clone(),
        }
    }
}

impl Drawing<'_> {
    fn say(&self, text: &Text) -> String {
        self.speaker.say(text)
    }

    fn message(&self, problem: &AnswerProblem) -> String {
        in_language(&problem.message, self.speaker.language)
    }

    fn answer(&self, question: &Question) -> Option<&Answer> {
        self.filled.get(&question.id)
    }

    /// The question.
    pub fn question(&self, question: &Question) -> QuestionView {
        let own_problems: Vec<&AnswerProblem> = self
            .problems
            .iter()
            .filter(|problem| {
                problem
                    .question
                    .strip_suffix(".other")
                    .unwrap_or(&problem.question)
                    == question.id
            })
            .collect();
        let mut view = QuestionView {
            id: question.id.clone(),
            text: self.say(&question.text),
            help: question
                .help
                .as_ref()
                .map(|help| self.say(help))
                .filter(|h| !h.is_empty()),
            hint: None,
            required: question.required,
            draw: "list",
            name: format!("a.{}", question.id),
            errors: Vec::new(),
            groups: Vec::new(),
            field: None,
        };
        self.draw(question, &mut view);
        for problem in own_problems {
            let message = self.message(problem);
            let row = problem
                .row
                .as_deref()
                .filter(|_| !problem.question.ends_with(".other"));
            match view
                .groups
                .iter_mut()
                .find(|group| Some(group.row.as_str()) == row)
            {
                Some(group) => group.error = Some(message),
                None if !view.errors.contains(&message) => view.errors.push(message),
                None => {}
            }
        }
        view
    }

    fn draw(&self, question: &Question, view: &mut QuestionView) {
        match &question.kind {
            Kind::Nps(nps) => {
                let own = |key| self.texts.say(self.own, key, &[]);
                let low = nps
                    .low_label
                    .as_ref()
                    .map_or_else(|| own("nps.low"), |l| self.say(l));
                let high = nps
                    .high_label
                    .as_ref()
                    .map_or_else(|| own("nps.high"), |l| self.say(l));
                view.draw = "scale";
                view.groups = vec![self.scale(question, None, (0, 10), low, high)];
            }
            Kind::Csat(csat) => self.labelled_scale(question, &csat.labels, view),
            Kind::Ces(ces) => {
                let label = |l: &Option<Text>| l.as_ref().map_or_else(String::new, |l| self.say(l));
                let ends = (label(&ces.low_label), label(&ces.high_label));
                view.draw = "scale";
                let scale = (1, i32::from(ces.points));
                view.groups = vec![self.scale(question, None, scale, ends.0, ends.1)];
            }
            Kind::Rating(rating) => {
                self.labelled_scale(question, &rating.labels, view);
                match rating.style {
                    RatingStyle::Number => {}
                    RatingStyle::Star => view.draw = "stars",
                    RatingStyle::Face => {
                        view.draw = "faces";
                        faces(&mut view.groups);
                    }
                }
                if rating.style != RatingStyle::Number {
                    let ends = (rating.labels.first(), rating.labels.last());
                    if let (Some(group), (Some(low), Some(high))) = (view.groups.first_mut(), ends)
                    {
                        group.low = self.say(low);
                        group.high = self.say(high);
                    }
                }
            }
            Kind::Single(single) => {
                view.draw = match single.layout {
                    Layout::List => "list",
                    Layout::Dropdown => "dropdown",
                };
                let choices = shown_order(&single.choices, single.shuffle, self.seed);
                view.groups = vec![self.choices(question, &choices)];
            }
            Kind::Multiple(multiple) => {
                view.draw = "boxes";
                view.hint = Some(self.how_many(multiple.min, multiple.max));
                let choices = shown_order(&multiple.choices, multiple.shuffle, self.seed);
                view.groups = vec![self.choices(question, &choices)];
            }
            Kind::Emotion(emotion) => {
                view.draw = if emotion.multiple {
                    "pill_boxes"
                } else {
                    "pills"
                };
                view.hint = emotion.multiple.then(|| self.how_many(None, None));
                let choices: Vec<&Choice> = emotion.choices.iter().collect();
                view.groups = vec![self.choices(question, &choices)];
            }
            Kind::Matrix(matrix) => {
                view.draw = if matrix.multiple {
                    "matrix_boxes"
                } else {
                    "matrix"
                };
                let rows = shuffled_rows(&matrix.rows, matrix.shuffle, self.seed);
                view.groups = rows
                    .iter()
                    .map(|row| self.matrix_row(question, row, &matrix.columns))
                    .collect();
            }
            Kind::Expectation(pair) => {
                view.draw = "pair";
                let ends =
                    |end: Option<&Text>| end.map_or_else(String::new, |label| self.say(label));
                let (low, high) = (ends(pair.labels.first()), ends(pair.labels.last()));
                let scale = (pair.low, pair.high);
                let named = |label: &Text, key| {
                    if label.is_empty() {
                        self.texts.say(self.own, key, &[])
                    } else {
                        self.say(label)
                    }
                };
                view.groups = [
                    ("expectation", named(&pair.expectation_label, "expected")),
                    ("result", named(&pair.result_label, "experienced")),
                ]
                .into_iter()
                .map(|(part, label)| Group {
                    label,
                    ..self.scale(question, Some(part), scale, low.clone(), high.clone())
                })
                .collect();
            }
            Kind::Consent(consent) => {
                view.draw = "consent";
                let given = matches!(self.answer(question), Some(Answer::Flag(true)))
                    || self.typed(question) == "true";
                view.groups = vec![Group {
                    options: vec![OptionView {
                        checked: given,
                        ..OptionView::new(&question.id, None, "true", self.say(&consent.statement))
                    }],
                    ..Group::of(question, None)
                }];
            }
            Kind::Text(_) | Kind::Number(_) | Kind::Date(_) => self.field(question, view),
            Kind::Statement(_) => view.draw = "statement",
        }
    }

    fn field(&self, question: &Question, view: &mut QuestionView) {
        let mut field = Field {
            value: self.typed(question),
            kind: "text",
            ..Field::default()
        };
        view.draw = "field";
        match &question.kind {
            Kind::Text(text) => {
                (field.kind, field.mode, field.complete) = match text.format {
                    TextFormat::Any => ("text", None, None),
                    TextFormat::Email => ("text", Some("email"), Some("email")),
                    TextFormat::Phone => ("text", Some("tel"), Some("tel")),
                    TextFormat::Number => ("text", Some("numeric"), None),
                    TextFormat::Url => ("text", Some("url"), Some("url")),
                };
                if text.long {
                    view.draw = "area";
                }
                view.hint = text.max_length.map(|max| {
                    self.texts
                        .say(self.own, "hint.length", &[("max", &max.to_string())])
                });
            }
            Kind::Number(number) => {
                field.short = true;
                field.mode = Some(if number.decimals == 0 {
                    "numeric"
                } else {
                    "decimal"
                });
                if number.min.is_none_or(|min| min < 0.0) {
                    // The numeric keyboards of phones have no minus.
                    field.mode = Some("text");
                }
                field.unit = number.unit.as_ref().map(|unit| self.say(unit));
            }
            Kind::Date(date) => {
                (field.kind, field.short) = ("date", true);
                field.min = date.min.map(|day| day.to_string());
                field.max = date.max.map(|day| day.to_string());
            }
            _ => {}
        }
        view.field = Some(field);
    }

    /// What stands in a field to write in.
    fn typed(&self, question: &Question) -> String {
        match self.answer(question) {
            Some(Answer::Text(text)) => text.clone(),
            Some(Answer::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    fn how_many(&self, min: Option<u32>, max: Option<u32>) -> String {
        let (min, max) = (min.filter(|min| *min > 1), max);
        let text = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
        let key = match (min, max) {
            (None, None) => "hint.any",
            (Some(_), None) => "hint.at_least",
            (None, Some(_)) => "hint.at_most",
            (Some(_), Some(_)) => "hint.between",
        };
        self.texts
            .say(self.own, key, &[("min", &text(min)), ("max", &text(max))])
    }

    /// A scale in a row with its ends named, or below each other when every
    /// point has a name of its own.
    fn labelled_scale(&self, question: &Question, labels: &[Text], view: &mut QuestionView) {
        let (low, high) = question.kind.scale().unwrap_or_default();
        let points = usize::try_from(high - low + 1).unwrap_or(0);
        let every = labels.len() == points && labels.iter().all(|label| !label.is_empty());
        let end = |label: Option<&Text>| match labels.len() {
            0 => String::new(),
            _ => label.map_or_else(String::new, |label| self.say(label)),
        };
        let mut group = self.scale(
            question,
            None,
            (low, high),
            end(labels.first()),
            end(labels.last()),
        );
        view.draw = "scale";
        if every && points > 2 {
            for (option, label) in group.options.iter_mut().zip(labels) {
                option.label = self.say(label);
                option.aloud.clear();
            }
            group.low.clear();
            group.high.clear();
            view.draw = "list";
        }
        view.groups = vec![group];
    }

    fn scale(
        &self,
        question: &Question,
        part: Option<&str>,
        (low, high): (i32, i32),
        low_label: String,
        high_label: String,
    ) -> Group {
        let answer = self.answer(question);
        let answer = match part {
            Some(part) => answer.and_then(|answer| answer.part(part)),
            None => answer.cloned(),
        };
        let chosen = match answer {
            Some(Answer::Number(number)) => number.to_string(),
            Some(Answer::Text(text)) => text,
            _ => String::new(),
        };
        let options = (low..=high)
            .map(|point| {
                let value = point.to_string();
                let end = match point {
                    point if point == low => &low_label,
                    point if point == high => &high_label,
                    _ => "",
                };
                OptionView {
                    checked: value == chosen,
                    aloud: if end.is_empty() {
                        String::new()
                    } else {
                        format!("{value} {end}")
                    },
                    ..OptionView::new(&question.id, part, &value, value.clone())
                }
            })
            .collect();
        Group {
            options,
            low: low_label,
            high: high_label,
            ..Group::of(question, part)
        }
    }

    fn choices(&self, question: &Question, choices: &[&Choice]) -> Group {
        let chosen = self
            .answer(question)
            .map(Answer::chosen)
            .unwrap_or_default();
        let options = choices
            .iter()
            .map(|choice| OptionView {
                checked: chosen.contains(&choice.id.as_str()),
                only: choice.exclusive,
                write_in: choice.write_in.then(|| {
                    let words = self
                        .filled
                        .write_in(&question.id, &choice.id)
                        .unwrap_or_default();
                    (format!("o.{}.{}", question.id, choice.id), words.to_owned())
                }),
                ..OptionView::new(&question.id, None, &choice.id, self.label(choice))
            })
            .collect();
        Group {
            options,
            ..Group::of(question, None)
        }
    }

    fn label(&self, choice: &Choice) -> String {
        let label = self.say(&choice.label);
        if label.is_empty() {
            choice.id.clone()
        } else {
            label
        }
    }

    fn matrix_row(&self, question: &Question, row: &Row, columns: &[Choice]) -> Group {
        let answer = self
            .answer(question)
            .and_then(|answer| answer.part(&row.id));
        let chosen: Vec<&str> = answer.as_ref().map(Answer::chosen).unwrap_or_default();
        let options = columns
            .iter()
            .map(|column| OptionView {
                checked: chosen.contains(&column.id.as_str()),
                only: column.exclusive,
                ..OptionView::new(&question.id, Some(&row.id), &column.id, self.label(column))
            })
            .collect();
        Group {
            label: self.say(&row.label),
            options,
            ..Group::of(question, Some(&row.id))
        }
    }
}
