//! The survey's own settings and texts, and the tables without a counterpart.

use super::Conversion;
use super::tables::Row;
use crate::surveys::document::{
    Ending, EndingLink, HiddenField, HiddenKind, Identity, Kind, Limit, Page, Question, Statement,
};
use crate::surveys::{Language, Text};

impl<'a> Conversion<'a> {
    /// Whether each question has a page of its own.
    pub(super) fn one_by_one(&self) -> bool {
        self.tables
            .rows("surveys")
            .first()
            .is_some_and(|row| row.get("format") == "S")
    }

    pub(super) fn survey(&mut self) {
        let tables = self.tables;
        for row in tables.rows("surveys") {
            for (column, value) in row.filled() {
                self.setting(&format!("{}/{column}", row.path), column, value.trim(), row);
            }
        }
        let texts: Vec<&Row> = tables.rows("surveys_languagesettings").iter().collect();
        for row in &texts {
            let language = self.language_of(row);
            if !self.document.languages.contains(&language) {
                self.document.languages.push(language);
            }
            for (column, value) in row.filled() {
                self.survey_text(&format!("{}/{column}", row.path), column, value, row);
            }
        }
        let mut opening = Vec::new();
        for column in ["surveyls_description", "surveyls_welcometext"] {
            let mut said = Text::default();
            for row in &texts {
                let path = format!("{}/{column}", row.path);
                let language = self.language_of(row);
                let words = row.get(column);
                if !words.trim().is_empty() {
                    let words = self.plain(&path, words);
                    said.set(language, words);
                }
            }
            if !said.is_empty() {
                let id = self.names.id(column.trim_start_matches("surveyls_"));
                opening.push(Question::new(id, said, Kind::Statement(Statement {})));
            }
        }
        if !opening.is_empty() {
            let id = self.names.id("welcome");
            self.document.pages.push(Page::new(id, opening));
        }
    }

    fn setting(&mut self, path: &str, column: &str, value: &str, row: &Row) {
        let inherited = matches!(value, "I" | "inherit" | "-1" | "E" | "*");
        match (column, value) {
            ("sid" | "language", _) => self.ledger.converted(path),
            ("additional_languages", codes) => {
                self.ledger.converted(path);
                for code in codes.split_whitespace() {
                    if let Ok(language) = Language::parse(&code.replace('_', "-"))
                        && !self.document.languages.contains(&language)
                    {
                        self.document.languages.push(language);
                    }
                }
            }
            ("anonymized", "Y") => {
                self.document.programme.identity = Identity::Confidential;
                self.ledger.converted(path);
            }
            ("anonymized", "N") => self.ledger.converted(path),
            ("anonymized", _) => self.ledger.loss(
                path,
                Text::ja_en(
                    "匿名かどうかはLimeSurvey側の既定値によるため、記名とみなしました。",
                    "Whether it is anonymous is up to the installation; identified is assumed.",
                ),
            ),
            ("expires", at) => self.expires(path, at),
            ("startdate", at) => self.ledger.loss(
                path,
                Text::ja_en(
                    format!("開始日時{at}は引き継ぎません。公開した時から回答できます。"),
                    format!("The start {at} is not kept; answers are taken once published."),
                ),
            ),
            ("format", "G" | "S") => self.ledger.converted(path),
            ("format", "A") => self.ledger.loss(
                path,
                Text::ja_en(
                    "一画面にまとめず、グループごとのページになります。",
                    "A page for each group instead of all on one.",
                ),
            ),
            ("format", _) => self.ledger.loss(
                path,
                Text::ja_en(
                    "表示形式はLimeSurvey側の既定値によるため、グループごとのページにしました。",
                    "The format is up to the installation; a page for each group is assumed.",
                ),
            ),
            ("usecookie", "Y") => {
                self.document.answering.limit = Limit::OncePerBrowser;
                self.ledger.converted(path);
            }
            // Koe always keeps page answers as they come and lets people go back.
            ("usecookie", "N") | ("allowsave" | "allowprev" | "datestamp", "Y") => {
                self.ledger.converted(path);
            }
            _ if inherited => self.ledger.unsupported(
                path,
                Text::ja_en(
                    "LimeSurvey側の既定値に従う設定で、値はファイルにありません。",
                    "Follows the installation; the value is not in the file.",
                ),
            ),
            _ => {
                let _ = row;
                self.ledger.unsupported(
                    path,
                    Text::ja_en(
                        format!("調査の設定「{column}」に対応するものはKoeにありません。"),
                        format!("Koe has no counterpart to the setting “{column}”."),
                    ),
                );
            }
        }
    }

    fn expires(&mut self, path: &str, stated: &str) {
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
            }
            None => self.ledger.unsupported(
                path,
                Text::ja_en(
                    format!("終了日時「{stated}」を読めません。"),
                    format!("The end “{stated}” is not a time."),
                ),
            ),
        }
    }

    fn survey_text(&mut self, path: &str, column: &str, value: &str, row: &Row) {
        let language = self.language_of(row);
        match column {
            "surveyls_survey_id" | "surveyls_language" => self.ledger.converted(path),
            "surveyls_title" => {
                self.ledger.converted(path);
                let mut title = Text::of(language.clone(), self.plain(path, value));
                let mut changes = Vec::new();
                super::fit::shorten(
                    &mut title,
                    crate::surveys::check::LIMITS.label,
                    &mut changes,
                );
                changes
                    .into_iter()
                    .for_each(|change| self.ledger.loss(path, change));
                if let Some(words) = title.exact(&language) {
                    self.document.title.set(language, words);
                }
            }
            "surveyls_description"
            | "surveyls_welcometext"
            | "surveyls_endtext"
            | "surveyls_url"
            | "surveyls_urldescription" => self.ledger.converted(path),
            "surveyls_policy_notice" => {
                let words = self.plain(path, value);
                self.document.privacy.purpose.set(language, words);
                self.ledger.loss(
                    path,
                    Text::ja_en(
                        "利用目的として表示します。同意のチェックは求めません。",
                        "Shown as the purpose of use; no box has to be ticked.",
                    ),
                );
            }
            _ => self.ledger.unsupported(
                path,
                Text::ja_en(
                    format!("「{column}」の文面に対応するものはKoeにありません。"),
                    format!("Koe has no counterpart to the text “{column}”."),
                ),
            ),
        }
    }

    /// The thank-you page, once everything it may pipe in is known.
    pub(super) fn endings(&mut self) {
        let mut message = Text::default();
        let mut label = Text::default();
        let mut address: Option<(String, String)> = None;
        for row in self.tables.rows("surveys_languagesettings") {
            let language = self.language_of(row);
            let said = row.get("surveyls_endtext");
            if !said.trim().is_empty() {
                let words = self.plain(&format!("{}/surveyls_endtext", row.path), said);
                message.set(language.clone(), words);
            }
            let words = row.get("surveyls_urldescription");
            if !words.trim().is_empty() {
                let words = self.plain(&format!("{}/surveyls_urldescription", row.path), words);
                label.set(language, words);
            }
            let url = row.get("surveyls_url").trim();
            if !url.is_empty() {
                let path = format!("{}/surveyls_url", row.path);
                match &address {
                    None => address = Some((url.to_owned(), path)),
                    Some((first, _)) if first == url => {}
                    Some(_) => self.ledger.loss(
                        &path,
                        Text::ja_en(
                            "言語ごとに違うURLは一つにまとめました。",
                            "One address is kept for all languages.",
                        ),
                    ),
                }
            }
        }
        let link = address.and_then(|(url, path)| {
            let usable = ["https://", "http://"]
                .iter()
                .any(|start| url.starts_with(start))
                && !url.contains(['{', ' ']);
            if !usable {
                self.ledger.unsupported(
                    &path,
                    Text::ja_en("使えない形式のURLです。", "The address cannot be used."),
                );
                return None;
            }
            if label.is_empty() {
                label.set(self.base.clone(), url.clone());
            }
            Some(EndingLink {
                url,
                label: std::mem::take(&mut label),
            })
        });
        if !message.is_empty() || link.is_some() {
            let id = self.names.id("thanks");
            self.document.endings.push(Ending {
                id,
                when: None,
                title: Text::default(),
                message,
                link,
            });
        }
    }

    /// Tables that no rule above reads.
    pub(super) fn rest(&mut self) {
        let tables = self.tables;
        for row in tables.rows("survey_url_parameters") {
            let name = row.get("parameter");
            if name.is_empty() {
                continue;
            }
            self.ledger.converted(&row.path);
            let target = row.get("targetqid");
            if !matches!(target, "" | "0") {
                self.ledger.loss(
                    &row.path,
                    Text::ja_en(
                        "質問に入れる値としてではなく、隠し項目として受け取ります。",
                        "Received as a hidden field instead of filling in a question.",
                    ),
                );
            }
            let confidential = self.document.programme.identity == Identity::Confidential;
            let id = self.names.id(name);
            self.document.hidden_fields.push(HiddenField {
                id,
                field: None,
                label: Text::of(self.base.clone(), name),
                kind: if confidential {
                    HiddenKind::Code
                } else {
                    HiddenKind::Text
                },
                allowed: Vec::new(),
                signed: false,
            });
        }
        for (names, ja, en) in [
            (
                &["quota", "quota_members", "quota_languagesettings"][..],
                "クオータ（割付）には対応していません。",
                "Quotas are not supported.",
            ),
            (
                &["assessments"],
                "評価（採点結果の表示）には対応していません。",
                "Assessments shown to people are not supported.",
            ),
            (
                &["defaultvalues", "defaultvalue_l10ns", "defaultvalues_l10ns"],
                "あらかじめ入っている回答には対応していません。",
                "Answers filled in beforehand are not supported.",
            ),
        ] {
            for row in names.iter().flat_map(|name| tables.rows(name)) {
                self.ledger.unsupported(&row.path, Text::ja_en(ja, en));
            }
        }
    }
}
