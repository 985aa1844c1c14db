//! Multiple-choice questions: one, several, recommendation.

use std::collections::HashMap;

use serde_json::Value;

use super::Conversion;
use super::json::{entries, flag, is_blank, join, text, word};
use super::logic::Asked;
use super::question::Became;
use super::words::Words;
use crate::connectors::names::{Names, is_code};
use crate::surveys::Text;
use crate::surveys::document::{
    Choice, CodeValue, Kind, Layout, Multiple, Nps, Question, Row, Single,
};

/// Choices, answers or statements with the codes the file's keys became.
pub(super) struct Listed {
    pub choices: Vec<Choice>,
    pub codes: HashMap<String, String>,
    pub values: HashMap<String, CodeValue>,
}

impl Listed {
    pub fn rows(&self) -> Vec<Row> {
        self.choices
            .iter()
            .map(|choice| Row {
                id: choice.id.clone(),
                label: choice.label.clone(),
            })
            .collect()
    }
}

/// The members of a list in the order in which they are shown.
pub(super) fn in_order<'v>(
    payload: &'v Value,
    list: &str,
    order: &str,
) -> Vec<(String, &'v Value)> {
    let mut places: HashMap<String, usize> = HashMap::new();
    for (_, key) in payload.get(order).map(entries).unwrap_or_default() {
        let place = places.len();
        places
            .entry(word(Some(key)).unwrap_or_default())
            .or_insert(place);
    }
    let mut sorted = payload.get(list).map(entries).unwrap_or_default();
    // What the order does not name follows as it is written.
    sorted.sort_by_key(|(key, _)| places.get(key).copied().unwrap_or(usize::MAX));
    sorted
}

/// The points 0 to 10 of a recommendation by the file's keys: the keys themselves, or else
/// what is shown, or what is recorded.
fn points(payload: &Value) -> Option<HashMap<String, i64>> {
    let choices = payload.get("Choices").map(entries).unwrap_or_default();
    let complete = |read: &dyn Fn(&str, &Value) -> Option<String>| {
        let points: HashMap<String, i64> = choices
            .iter()
            .filter_map(|(key, choice)| {
                let point = read(key, choice)?.trim().parse().ok()?;
                Some((key.clone(), point))
            })
            .collect();
        let mut sorted: Vec<i64> = points.values().copied().collect();
        sorted.sort_unstable();
        (choices.len() == 11 && sorted.iter().copied().eq(0..=10)).then_some(points)
    };
    complete(&|key, _| Some(key.to_owned()))
        .or_else(|| complete(&|_, choice| word(choice.get("Display"))))
        .or_else(|| complete(&|key, _| word(payload.get("RecodeValues")?.get(key))))
}

impl<'a> Conversion<'a> {
    pub(super) fn multiple_choice(
        &mut self,
        path: &str,
        id: &str,
        words: &Words<'a>,
    ) -> Option<Became> {
        let selector = text(words.own, "Selector");
        match selector {
            "NPS" => {
                if let Some(became) = self.recommendation(path, id, words) {
                    return Some(became);
                }
            }
            "SAVR" | "SAHR" | "SACOL" | "DL" | "SB" | "MAVR" | "MAHR" | "MACOL" | "MSB" => {}
            _ => return None,
        }
        let several = selector.starts_with('M');
        if matches!(selector, "SAHR" | "SACOL" | "MAHR" | "MACOL" | "SB" | "MSB") {
            self.ledger.loss(
                path,
                Text::ja_en(
                    "横並び・列・リストボックスの配置は失われ、縦に並びます。",
                    "The arrangement is lost: choices stand one below the other.",
                ),
            );
        }
        let handled = ["RecodeValues", "ChoiceDataExportTags"];
        let asks = self.settings(path, words.own, &handled);
        let listed = self.listed(path, words, "Choices", "ChoiceOrder", several);
        self.choice_groups(path, words.own);
        if listed.choices.is_empty() {
            return None;
        }
        let id = self.names.id(id);
        let kind = if several {
            Kind::Multiple(Multiple {
                choices: listed.choices,
                min: asks.min_choices,
                max: asks.max_choices,
                shuffle: asks.shuffle,
            })
        } else {
            Kind::Single(Single {
                choices: listed.choices,
                layout: if selector == "DL" {
                    Layout::Dropdown
                } else {
                    Layout::List
                },
                shuffle: asks.shuffle,
            })
        };
        let text = self.words(path, words, "QuestionText");
        let mut question = Question::new(&id, text, kind);
        question.required = asks.required;
        Some(Became::one(
            question,
            Asked::Choices {
                id,
                several,
                codes: listed.codes,
                values: listed.values,
            },
        ))
    }

    /// A recommendation question, when its points are 0 to 10.
    fn recommendation(&mut self, path: &str, id: &str, words: &Words<'a>) -> Option<Became> {
        let points = points(words.own)?;
        let handled = ["ColumnLabels", "RecodeValues"];
        let asks = self.settings(path, words.own, &handled);
        for (key, choice) in words.own.get("Choices").map(entries).unwrap_or_default() {
            let path = join(&join(path, "Choices"), &key);
            self.ledger.converted(&path);
            let display = text(choice, "Display");
            let point = points.get(&key).map(ToString::to_string);
            if !display.is_empty() && Some(display) != point.as_deref() {
                self.ledger.loss(
                    &path,
                    Text::ja_en(
                        "点ごとの文言は失われます。",
                        "The words of a single point are lost.",
                    ),
                );
            }
        }
        self.same_recodes(path, words.own, &points);
        let mut nps = Nps::default();
        let labels_path = join(path, "ColumnLabels");
        let labels = words
            .own
            .get("ColumnLabels")
            .map(entries)
            .unwrap_or_default();
        self.ledger.converted(&labels_path);
        for (place, (key, label)) in labels.iter().enumerate() {
            let inside = words.inside(label, &["ColumnLabels", key]);
            let said = self.words(&join(&labels_path, key), &inside, "Display");
            if said.is_empty() {
                continue;
            }
            if place == 0 {
                nps.low_label = Some(said);
            } else if place + 1 == labels.len() {
                nps.high_label = Some(said);
            } else {
                self.ledger.loss(
                    &labels_path,
                    Text::ja_en(
                        "中間のラベルは失われます。",
                        "The label in the middle is lost.",
                    ),
                );
            }
        }
        let id = self.names.id(id);
        let text = self.words(path, words, "QuestionText");
        let mut question = Question::new(&id, text, Kind::Nps(nps));
        question.required = asks.required;
        Some(Became::one(question, Asked::Scale { id, points }))
    }

    /// Recodes of a scale whose points are values already.
    fn same_recodes(&mut self, path: &str, payload: &Value, points: &HashMap<String, i64>) {
        let Some(recodes) = payload.get("RecodeValues").filter(|value| !is_blank(value)) else {
            return;
        };
        let path = join(path, "RecodeValues");
        self.ledger.converted(&path);
        if entries(recodes)
            .iter()
            .any(|(key, value)| word(Some(value)) != points.get(key).map(ToString::to_string))
        {
            self.ledger.loss(
                &path,
                Text::ja_en(
                    "推奨度の値は常に0〜10です。別の値への置き換えは失われます。",
                    "A recommendation is always 0 to 10; other values are lost.",
                ),
            );
        }
    }

    /// Reads a list of choices with codes, recodes and flags.
    pub(super) fn listed(
        &mut self,
        path: &str,
        words: &Words<'a>,
        list: &str,
        order: &str,
        several: bool,
    ) -> Listed {
        // In a matrix the statements are the rows, and recodes belong to the columns.
        let rows = list == "Choices" && words.own.get("Answers").is_some();
        let recodes = words
            .own
            .get("RecodeValues")
            .filter(|value| !rows && !is_blank(value));
        let tags = words
            .own
            .get("ChoiceDataExportTags")
            .filter(|value| list == "Choices" && !is_blank(value));
        let mut names = Names::default();
        let mut listed = Listed {
            choices: Vec::new(),
            codes: HashMap::new(),
            values: HashMap::new(),
        };
        let list_path = join(path, list);
        let members = in_order(words.own, list, order);
        if recodes.is_some() {
            self.ledger.converted(&join(path, "RecodeValues"));
        }
        for (key, choice) in &members {
            let path_of = join(&list_path, key);
            self.ledger.converted(&path_of);
            let inside = words.inside(choice, &[list, key]);
            let mut made = Choice {
                label: self.words(&path_of, &inside, "Display"),
                ..Choice::default()
            };
            let tag = tags
                .and_then(|tags| word(tags.get(key)))
                .unwrap_or_default();
            made.id = names.code(if is_code(&tag) { &tag } else { key });
            if !tag.is_empty() && made.id != tag {
                self.ledger.loss(
                    &join(path, "ChoiceDataExportTags"),
                    Text::ja_en(
                        format!("書き出し名「{tag}」は「{}」になります。", made.id),
                        format!("The export name “{tag}” becomes “{}”.", made.id),
                    ),
                );
            }
            if !rows {
                let recode = recodes.and_then(|recodes| word(recodes.get(key)));
                let value = recode.clone().unwrap_or_else(|| key.clone());
                made.value = CodeValue::parse(value.trim());
                match &made.value {
                    Some(value) => {
                        listed.values.insert(key.clone(), value.clone());
                    }
                    None if recode.is_some() => self.ledger.loss(
                        &join(path, "RecodeValues"),
                        Text::ja_en(
                            format!("値「{value}」は整数でも小数でもないため失われます。"),
                            format!(
                                "The value “{value}” is no whole number or decimal; it is lost."
                            ),
                        ),
                    ),
                    None => {}
                }
            }
            self.choice_flags(&path_of, choice, &mut made, rows, several);
            listed.codes.insert(key.clone(), made.id.clone());
            listed.choices.push(made);
        }
        if tags.is_some() {
            self.ledger.converted(&join(path, "ChoiceDataExportTags"));
        }
        self.stray_recodes(path, recodes, &listed);
        listed
    }

    fn stray_recodes(&mut self, path: &str, recodes: Option<&Value>, listed: &Listed) {
        for (key, _) in recodes.map(entries).unwrap_or_default() {
            if !listed.codes.contains_key(&key) {
                self.ledger.loss(
                    &join(path, "RecodeValues"),
                    Text::ja_en(
                        format!("存在しない選択肢{key}の値は失われます。"),
                        format!("The value of choice {key}, which does not exist, is lost."),
                    ),
                );
            }
        }
    }

    fn choice_flags(
        &mut self,
        path: &str,
        choice: &Value,
        made: &mut Choice,
        row: bool,
        several: bool,
    ) {
        for (key, value) in entries(choice) {
            if is_blank(value) {
                continue;
            }
            match key.as_str() {
                "Display" | "DisplayLogic" | "InPageDisplayLogic" => {}
                // The size of a field is the answer page's own affair.
                "TextEntrySize" | "InputHeight" | "InputWidth" => {}
                "TextEntry" if !flag(Some(value)) => {}
                "TextEntry" => {
                    made.write_in = true;
                    if row {
                        self.ledger.loss(
                            path,
                            Text::ja_en(
                                "行の中の自由記入欄は、表の下の別の質問になります。",
                                "The field inside the row becomes a question below the grid.",
                            ),
                        );
                    }
                }
                "ExclusiveAnswer" if !flag(Some(value)) => {}
                "ExclusiveAnswer" if several && !row => made.exclusive = true,
                // Of one answer every other is excluded anyway.
                "ExclusiveAnswer" if !several => {}
                _ => self.ledger.loss(
                    path,
                    Text::ja_en(
                        format!("選択肢の設定「{key}」は引き継ぎません。"),
                        format!("The setting “{key}” of a choice is not kept."),
                    ),
                ),
            }
        }
        for key in ["DisplayLogic", "InPageDisplayLogic"] {
            if choice.get(key).is_some_and(|logic| !is_blank(logic)) {
                self.ledger.unsupported(
                    &join(path, key),
                    Text::ja_en(
                        "選択肢ごとの表示条件には対応していません。",
                        "Display logic of single choices is not supported.",
                    ),
                );
                self.ledger
                    .loss(path, Text::ja_en("常に表示します。", "It is always shown."));
            }
        }
    }

    pub(super) fn choice_groups(&mut self, path: &str, payload: &Value) {
        let list = join(path, "ChoiceGroups");
        for (key, group) in payload.get("ChoiceGroups").map(entries).unwrap_or_default() {
            if !is_blank(group) {
                self.ledger.unsupported(
                    &join(&list, &key),
                    Text::ja_en(
                        "選択肢の見出し（グループ）には対応していません。選択肢は残ります。",
                        "Headings over choices are not supported; the choices stay.",
                    ),
                );
            }
        }
    }
}
