//! The survey's own settings: the entry, options, scoring, counts, notes.

use serde_json::Value;

use super::Conversion;
use super::json::{entries, flag, is_blank, join, text, word};
use crate::surveys::Text;
use crate::surveys::document::{Ending, EndingLink, Limit};

const NEVER: &str = "0000-00-00 00:00:00";

impl Conversion<'_> {
    pub(super) fn entry(&mut self, path: &str, entry: &Value) {
        self.ledger.converted(path);
        if super::words::language(text(entry, "SurveyLanguage")).is_none() {
            self.ledger.loss(
                path,
                Text::ja_en(
                    "調査の言語が読み取れないため、英語とみなしました。",
                    "The survey's language is not stated; English is assumed.",
                ),
            );
        }
        let description = text(entry, "SurveyDescription");
        if !description.is_empty() && description != text(entry, "SurveyName") {
            self.ledger.loss(
                path,
                Text::ja_en(
                    format!("説明「{description}」には置き場所がありません。"),
                    format!("There is no place for the description “{description}”."),
                ),
            );
        }
        let start = text(entry, "SurveyStartDate");
        if !start.is_empty() && start != NEVER {
            self.ledger.loss(
                path,
                Text::ja_en(
                    format!("開始日時{start}は引き継ぎません。公開した時から回答できます。"),
                    format!("The start {start} is not kept; answers are taken once published."),
                ),
            );
        }
        self.expires(path, text(entry, "SurveyExpirationDate"));
    }

    /// A closing time; the file names no zone.
    fn expires(&mut self, path: &str, stated: &str) -> bool {
        if stated.is_empty() || stated == NEVER || stated == "None" {
            return true;
        }
        let read = stated
            .parse::<jiff::civil::DateTime>()
            .ok()
            .and_then(|at| at.to_zoned(jiff::tz::TimeZone::UTC).ok());
        match read {
            Some(at) => {
                self.document.answering.closes_at = Some(at.timestamp());
                self.ledger.loss(
                    path,
                    Text::ja_en(
                        format!("終了日時{stated}の時間帯が書かれていないため、協定世界時（UTC）とみなしました。"),
                        format!("The file names no time zone for the end {stated}; UTC is assumed."),
                    ),
                );
                true
            }
            None => false,
        }
    }

    /// Everything but blocks, flow and questions.
    pub(super) fn other_elements(&mut self, elements: &Value) {
        for (key, element) in entries(elements) {
            let path = join("/SurveyElements", &key);
            let payload = element.get("Payload").unwrap_or(&Value::Null);
            match text(element, "Element") {
                "SO" => {
                    self.ledger.converted(&path);
                    for (key, option) in entries(payload) {
                        self.option(&join(&join(&path, "Payload"), &key), &key, option, payload);
                    }
                }
                "QC" => self.question_count(&path, element),
                "SCO" => self.scoring(&path, payload),
                "PROJ" => self.ledger.unsupported(
                    &path,
                    Text::ja_en(
                        "Qualtrics側のプロジェクト種別です。",
                        "The kind of project within Qualtrics.",
                    ),
                ),
                "STAT" => self.ledger.unsupported(
                    &path,
                    Text::ja_en(
                        "Qualtrics側の集計情報です。",
                        "Statistics kept by Qualtrics about the survey.",
                    ),
                ),
                "RS" => self.ledger.unsupported(
                    &path,
                    Text::ja_en(
                        "回答セットの名前です。Koeでは版ごとに回答を保持します。",
                        "The name of a response set; Koe keeps responses by version.",
                    ),
                ),
                "NT" => self.ledger.unsupported(
                    &path,
                    Text::ja_en("編集者のメモです。", "Notes of the survey's editors."),
                ),
                "QO" | "QG" => self.ledger.unsupported(
                    &path,
                    Text::ja_en(
                        "クオータ（割付）には対応していません。",
                        "Quotas are not supported.",
                    ),
                ),
                _ => {}
            }
        }
    }

    fn question_count(&mut self, path: &str, element: &Value) {
        self.ledger.converted(path);
        let stated = word(element.get("SecondaryAttribute")).unwrap_or_default();
        let found = self.questions.len();
        if stated != found.to_string() {
            self.ledger.loss(
                path,
                Text::ja_en(
                    format!("ファイルには質問数{stated}とありますが、実際は{found}問です。"),
                    format!("The file says {stated} questions and holds {found}."),
                ),
            );
        }
    }

    fn scoring(&mut self, path: &str, payload: &Value) {
        let categories = payload
            .get("ScoringCategories")
            .is_some_and(|c| !is_blank(c));
        if categories {
            self.ledger.unsupported(
                path,
                Text::ja_en(
                    "採点には対応していません。Koeでは指標の数式を使います。",
                    "Scoring is not supported; Koe uses the formulas of metrics.",
                ),
            );
        } else {
            self.ledger.converted(path);
        }
    }

    fn option(&mut self, path: &str, key: &str, option: &Value, options: &Value) {
        if is_blank(option) || !self.ledger.lists(path) {
            return;
        }
        let stated = word(Some(option)).unwrap_or_default();
        let same = match key {
            // The back button is always safe, page answers are kept as they come, anyone
            // with the link may answer, and there is no time limit: as these values say.
            "BackButton" | "SaveAndContinue" => flag(Some(option)),
            "SurveyProtection" => stated == "PublicSurvey",
            "SurveyTermination" => match stated.as_str() {
                "DefaultMessage" => true,
                "Redirect" => return self.redirect(path, text(options, "EOSRedirectURL")),
                _ => false,
            },
            "EOSRedirectURL" => text(options, "SurveyTermination") == "Redirect",
            "SurveyExpiration" => self.expires(path, &stated),
            "BallotBoxStuffingPrevention" => {
                if flag(Some(option)) {
                    self.document.answering.limit = Limit::OncePerBrowser;
                }
                true
            }
            "SurveyName" | "SurveyTitle" => {
                let title = self.plain(path, &stated);
                self.document.title.set(self.base.clone(), title);
                true
            }
            "AvailableLanguages" => true,
            _ => false,
        };
        if same {
            self.ledger.converted(path);
        } else {
            self.ledger.unsupported(
                path,
                Text::ja_en(
                    format!("設定「{key}」に対応するものはKoeにありません。"),
                    format!("Koe has no counterpart to the option “{key}”."),
                ),
            );
        }
    }

    /// The address people were sent on to becomes a link on the thank-you page.
    pub(super) fn redirect(&mut self, path: &str, address: &str) {
        match self.link(address) {
            Some(link) => {
                let id = self.names.id("thanks");
                self.document.endings.push(Ending {
                    id,
                    when: None,
                    title: Text::default(),
                    message: Text::default(),
                    link: Some(link),
                });
                self.ledger.loss(
                    path,
                    Text::ja_en(
                        "自動転送はせず、終了画面のリンクにしました。",
                        "People are not sent on by themselves; the ending has a link.",
                    ),
                );
            }
            None => self.ledger.unsupported(
                path,
                Text::ja_en(
                    "転送先のURLがないか、使えない形式です。",
                    "The address to send people on to is missing or not usable.",
                ),
            ),
        }
    }

    pub(super) fn link(&self, address: &str) -> Option<EndingLink> {
        let usable = address.starts_with("https://") || address.starts_with("http://");
        let plain = !address.contains("${") && !address.contains(char::is_whitespace);
        (usable && plain).then(|| EndingLink {
            url: address.to_owned(),
            label: Text::of(self.base.clone(), address),
        })
    }
}
