//! Settings of questions and blocks: which say the same in Koe, and which are lost.

use serde_json::Value;

use super::Conversion;
use super::inventory::OWN;
use super::json::{entries, flag, is_blank, join, number, text, word};
use crate::surveys::Text;

/// What the settings ask of a question, whatever its kind.
#[derive(Debug, Default)]
pub(super) struct Asks {
    pub required: bool,
    pub shuffle: bool,
    pub min_choices: Option<u32>,
    pub max_choices: Option<u32>,
    pub content: Content,
    pub max_length: Option<u32>,
}

/// What an entry field must hold.
#[derive(Debug, Default, PartialEq)]
pub(super) enum Content {
    #[default]
    Any,
    Email,
    Phone,
    Number {
        min: Option<f64>,
        max: Option<f64>,
        decimals: Option<u8>,
    },
    Date,
}

impl Conversion<'_> {
    /// Goes through a question's settings; what a kind of question sees to itself was settled
    /// before (`handled`).
    pub(super) fn settings(&mut self, path: &str, payload: &Value, handled: &[&str]) -> Asks {
        let mut asks = Asks::default();
        for (key, setting) in entries(payload) {
            // Logic and other parts of the question are no settings; they are seen to elsewhere.
            let part = OWN.contains(&key.as_str()) || handled.contains(&key.as_str());
            let path = join(path, &key);
            if part || is_blank(setting) || !self.ledger.lists(&path) {
                continue;
            }
            match key.as_str() {
                "Validation" => self.validation(&path, setting, &mut asks),
                "Randomization" => self.randomization(&path, setting, &mut asks),
                "Configuration" => self.configuration(&path, setting),
                "DataVisibility" => {
                    let hidden = flag(setting.get("Hidden")) || flag(setting.get("Private"));
                    if hidden {
                        self.no_counterpart(&path, &key);
                    } else {
                        self.ledger.converted(&path);
                    }
                }
                // The order in which choice groups are shown; the choices' own order follows it.
                "ChoiceGroupOrder" | "AnswerGroupOrder" => self.ledger.loss(
                    &path,
                    Text::ja_en(
                        "選択肢のグループ分けは失われます。順序は選択肢の順に従います。",
                        "The grouping is lost; the order is that of the choices.",
                    ),
                ),
                "QuestionJS" => self.ledger.unsupported(
                    &path,
                    Text::ja_en(
                        "質問内のスクリプトは実行しません。",
                        "Scripts of questions are never run.",
                    ),
                ),
                "DynamicChoices" | "DynamicAnswers" | "DynamicChoicesData" => {
                    self.ledger.unsupported(
                        &path,
                        Text::ja_en(
                            "前の質問からの選択肢の引き継ぎには対応していません。",
                            "Choices carried forward from another question are not supported.",
                        ),
                    );
                }
                "DefaultChoices" => self.ledger.unsupported(
                    &path,
                    Text::ja_en(
                        "あらかじめ選ばれた回答には対応していません。",
                        "Answers chosen beforehand are not supported.",
                    ),
                ),
                "GradingData" => self.ledger.unsupported(
                    &path,
                    Text::ja_en("採点には対応していません。", "Scoring is not supported."),
                ),
                _ => self.no_counterpart(&path, &key),
            }
        }
        asks
    }

    fn no_counterpart(&mut self, path: &str, key: &str) {
        self.ledger.unsupported(
            path,
            Text::ja_en(
                format!("設定「{key}」に対応するものはKoeにありません。"),
                format!("Koe has no counterpart to the setting “{key}”."),
            ),
        );
    }

    fn validation(&mut self, path: &str, validation: &Value, asks: &mut Asks) {
        self.ledger.converted(path);
        let settings = validation.get("Settings").unwrap_or(validation);
        match text(settings, "ForceResponse") {
            "ON" => asks.required = true,
            "RequestResponse" => self.ledger.loss(
                path,
                Text::ja_en(
                    "未回答時の確認（回答のお願い）は出さず、任意の質問になります。",
                    "People are not asked again when they leave it out; it is optional.",
                ),
            ),
            _ => {}
        }
        let whole = |key: &str| number(settings.get(key)).map(|n| n.clamp(0.0, 1e6) as u32);
        let characters = ["MaxChars", "TotalChars", "TotalChar", "MaxChar", "CharMax"];
        let kind = text(settings, "Type");
        match kind {
            "" | "None" | "ForceResponse" | "ChoicesTotal" => {}
            "MinChoices" => asks.min_choices = whole("MinChoices"),
            "MaxChoices" => asks.max_choices = whole("MaxChoices"),
            "ChoiceRange" => {
                asks.min_choices = whole("MinChoices");
                asks.max_choices = whole("MaxChoices");
            }
            "TotalChar" | "MaxChar" | "MaxChars" | "CharRange" => {
                asks.max_length = characters.iter().find_map(|key| whole(key));
                if kind == "CharRange" {
                    self.not_checked(path, "CharRange (minimum)");
                } else if asks.max_length.is_none() {
                    self.not_checked(path, kind);
                }
            }
            "ContentType" => self.content(path, settings, asks),
            other => self.not_checked(path, other),
        }
        let limits = settings.get("ValidNumber").unwrap_or(&Value::Null);
        for (key, limit) in entries(limits) {
            if asks.content != Content::Any && !is_blank(limit) && number(Some(limit)).is_none() {
                self.not_checked(path, &format!("ValidNumber {key}"));
            }
        }
        for key in ["CustomValidation", "MinSeconds", "MaxSeconds"] {
            if settings.get(key).is_some_and(|value| !is_blank(value)) {
                self.not_checked(path, key);
            }
        }
    }

    fn content(&mut self, path: &str, settings: &Value, asks: &mut Asks) {
        asks.content = match text(settings, "ContentType") {
            "ValidEmail" => Content::Email,
            "ValidPhone" => Content::Phone,
            "ValidNumber" => {
                let limits = settings.get("ValidNumber").unwrap_or(settings);
                Content::Number {
                    min: number(limits.get("Min")),
                    max: number(limits.get("Max")),
                    decimals: number(limits.get("NumDecimals")).map(|n| n.clamp(0.0, 9.0) as u8),
                }
            }
            "ValidDate" => Content::Date,
            other => {
                self.not_checked(path, other);
                Content::Any
            }
        };
    }

    fn not_checked(&mut self, path: &str, what: &str) {
        self.ledger.loss(
            path,
            Text::ja_en(
                format!("入力チェック「{what}」は行いません。"),
                format!("The check “{what}” is not made."),
            ),
        );
    }

    fn randomization(&mut self, path: &str, setting: &Value, asks: &mut Asks) {
        self.ledger.converted(path);
        let kind = text(setting, "Type");
        match kind {
            "" | "None" => {}
            "All" => asks.shuffle = true,
            _ => {
                asks.shuffle = true;
                self.ledger.loss(
                    path,
                    Text::ja_en(
                        format!("ランダム化「{kind}」の細かな指定は失われ、全体を並べ替えます。"),
                        format!(
                            "The details of the randomisation “{kind}” are lost; all is shuffled."
                        ),
                    ),
                );
            }
        }
        let subset = word(setting.get("TotalRandSubset")).unwrap_or_default();
        if !subset.is_empty() && subset != "0" {
            self.ledger.loss(
                path,
                Text::ja_en(
                    "一部だけを選んで表示する指定は失われ、すべて表示します。",
                    "Showing only some of them is lost; all are shown.",
                ),
            );
        }
    }

    fn configuration(&mut self, path: &str, configuration: &Value) {
        self.ledger.converted(path);
        // The description's source says nothing to people who answer.
        let layout: Vec<String> = entries(configuration)
            .into_iter()
            .filter(|(key, value)| !is_blank(value) && !QUIET.contains(&key.as_str()))
            .map(|(key, _)| key)
            .collect();
        if !layout.is_empty() {
            self.ledger.loss(
                path,
                Text::ja_en(
                    format!("表示の設定（{}）は引き継ぎません。", layout.join("、")),
                    format!(
                        "Settings of the layout ({}) are not kept.",
                        layout.join(", ")
                    ),
                ),
            );
        }
    }

    pub(super) fn block_options(&mut self, path: &str, options: Option<&Value>) {
        for (key, option) in options.map(entries).unwrap_or_default() {
            let path = join(path, &key);
            if is_blank(option) {
                continue;
            }
            match key.as_str() {
                // How the editor folds and locks a block says nothing to people who answer.
                "BlockLocking" | "BlockVisibility" => self.ledger.converted(&path),
                "RandomizeQuestions" if text(options.unwrap_or(option), &key) == "false" => {
                    self.ledger.converted(&path);
                }
                "Looping" if word(Some(option)).as_deref() == Some("None") => {
                    self.ledger.converted(&path);
                }
                _ => self.ledger.unsupported(
                    &path,
                    Text::ja_en(
                        format!("ブロックの設定「{key}」には対応していません。"),
                        format!("The block option “{key}” is not supported."),
                    ),
                ),
            }
        }
    }
}

/// Members of a configuration that change nothing in Koe's one layout.
const QUIET: [&str; 5] = [
    "QuestionDescriptionOption",
    "MobileFirst",
    "TextPosition",
    "WhiteSpace",
    "Autoscale",
];
