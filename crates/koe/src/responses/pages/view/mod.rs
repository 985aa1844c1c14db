//! A page as the template draws it: every text said, every field filled in.

mod parts;
mod question;

use std::collections::BTreeMap;

use serde::Serialize;

use super::sitting::Sitting;
use super::texts::{Texts, autonym, own_language};
use super::theme::{Colours, colours};
use crate::base::text::Language as OwnLanguage;
use crate::org::Organisation;
use crate::surveys::document::{Document, Identity, Language, Text};
use crate::surveys::piping::Speaker;
use crate::surveys::{AnswerProblem, Flow, Next};
pub use question::QuestionView;

/// What stands around every page: the brand and the language.
#[derive(Serialize)]
pub struct Frame {
    /// Language tag.
    pub lang: String,
    /// The survey's name; of the window too.
    pub title: String,
    /// Colours.
    pub colours: Colours,
    /// Address of the logo.
    pub logo: Option<String>,
    /// Who asks.
    pub brand: String,
    /// Address of the script, when it was built.
    pub script: Option<&'static str>,
}

/// A language to switch to.
#[derive(Serialize)]
pub struct LanguageView {
    tag: String,
    name: String,
    current: bool,
}

/// One entry of the error summary.
#[derive(Serialize)]
pub struct ErrorView {
    /// Id of the field at fault; empty when it is none of the page's.
    target: String,
    label: String,
    message: String,
}

/// What is said about the data.
#[derive(Serialize)]
pub struct PrivacyView {
    purpose: String,
    controller: String,
    retention: String,
    policy_url: Option<String>,
    confidential: bool,
    /// Shown at once on the first page, folded on the others.
    open: bool,
}

/// A page of questions.
#[derive(Serialize)]
pub struct PageView {
    frame: Frame,
    action: String,
    start: String,
    now_ms: i64,
    page: String,
    shown: String,
    heading: Option<String>,
    questions: Vec<QuestionView>,
    errors: Vec<ErrorView>,
    /// A sentence above the page.
    note: Option<String>,
    preview: bool,
    percent: u8,
    left: String,
    back: bool,
    last: bool,
    languages: Vec<LanguageView>,
    privacy: PrivacyView,
}

/// Everything a page is made from.
pub struct Making<'a> {
    /// Logic of the version.
    pub flow: &'a Flow<'a>,
    /// Whose survey.
    pub organisation: &'a Organisation,
    /// Where the person stands.
    pub sitting: &'a Sitting,
    /// The page shown.
    pub page: &'a str,
    /// What is wrong with what was sent.
    pub problems: &'a [AnswerProblem],
    /// A sentence above the page.
    pub note: Option<String>,
    /// Facts about the customer.
    pub customer: &'a BTreeMap<String, String>,
    /// Koe's own texts.
    pub texts: &'a Texts,
    /// Where the form goes.
    pub action: String,
    /// The signed start.
    pub start: &'a str,
    /// Address of the logo.
    pub logo: Option<String>,
    /// Address of the script.
    pub script: Option<&'static str>,
    /// Now.
    pub now_ms: i64,
}

/// The frame of a survey's pages.
pub fn frame(
    document: &Document,
    organisation: &Organisation,
    language: &Language,
    logo: Option<String>,
    script: Option<&'static str>,
) -> Frame {
    Frame {
        lang: language.to_string(),
        title: document
            .title
            .get(language, &document.base_language())
            .to_owned(),
        colours: colours(document.theme.accent.as_deref()),
        logo,
        brand: organisation.name.clone(),
        script,
    }
}

impl Making<'_> {
    fn language(&self) -> Language {
        self.flow
            .document()
            .language_for([self.sitting.language.as_str()])
    }

    /// The page.
    pub fn view(self) -> PageView {
        let document = self.flow.document();
        let language = self.language();
        let own = own_language(language.as_str());
        let speaker = Speaker {
            flow: self.flow,
            language: &language,
            answers: &self.sitting.answers,
            fields: &self.sitting.fields,
            customer: self.customer,
        };
        let asked =
            self.flow
                .visible_questions(self.page, &self.sitting.answers, &self.sitting.fields);
        let drawing = question::Drawing {
            speaker: &speaker,
            texts: self.texts,
            own,
            filled: self.sitting.filled(self.page),
            problems: self.problems,
            seed: seed(self.sitting.id.as_str()),
        };
        let questions: Vec<QuestionView> = asked.iter().map(|one| drawing.question(one)).collect();
        let progress = self
            .flow
            .progress(self.page, &self.sitting.answers, &self.sitting.fields);
        let last = matches!(
            self.flow
                .next_page(Some(self.page), &self.sitting.answers, &self.sitting.fields),
            Next::End(_)
        ) && progress.remaining <= 1;
        let left = match progress.remaining {
            0 | 1 => self.texts.say(own, "last_page", &[]),
            more => self
                .texts
                .say(own, "pages_left", &[("count", &more.to_string())]),
        };
        let back = self
            .flow
            .previous_page(self.page, &self.sitting.answers, &self.sitting.fields)
            .is_some();
        PageView {
            frame: frame(
                document,
                self.organisation,
                &language,
                self.logo,
                self.script,
            ),
            action: self.action,
            start: self.start.to_owned(),
            now_ms: self.now_ms,
            shown: asked
                .iter()
                .map(|one| one.id.as_str())
                .collect::<Vec<_>>()
                .join(" "),
            heading: document
                .page(self.page)
                .and_then(|page| page.title.as_ref())
                .map(|title| speaker.say(title))
                .filter(|title| !title.trim().is_empty()),
            errors: errors(self.problems, &questions, &language),
            questions,
            note: self.note,
            preview: self.sitting.preview,
            percent: progress.percent(),
            left,
            back,
            last,
            languages: languages(document, &language),
            privacy: privacy(
                document,
                self.organisation,
                &language,
                self.texts,
                own,
                !back,
            ),
            page: self.page.to_owned(),
        }
    }
}

/// A number that stays the same within one sitting, for orders of chance.
fn seed(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The error summary in the order of the page; what is on no question first.
fn errors(
    problems: &[AnswerProblem],
    questions: &[QuestionView],
    language: &Language,
) -> Vec<ErrorView> {
    let place = |problem: &AnswerProblem| {
        let id = problem
            .question
            .strip_suffix(".other")
            .unwrap_or(&problem.question);
        questions.iter().position(|one| one.id() == id)
    };
    let mut in_order: Vec<&AnswerProblem> = problems.iter().collect();
    in_order.sort_by_key(|problem| place(problem));
    in_order
        .into_iter()
        .map(|problem| {
            let asked = place(problem).and_then(|at| questions.get(at));
            let row = problem.row.as_deref();
            ErrorView {
                target: asked.map(|one| one.target(row)).unwrap_or_default(),
                label: asked.map_or_else(|| problem.question.clone(), |one| one.label(row)),
                message: in_language(&problem.message, language),
            }
        })
        .collect()
}

/// A message of Koe's own, which exists in Japanese and English.
pub fn in_language(message: &Text, language: &Language) -> String {
    let own = Language::parse(own_language(language.as_str()).tag());
    message
        .get(own.as_ref().unwrap_or(language), &Language::en())
        .to_owned()
}

fn languages(document: &Document, current: &Language) -> Vec<LanguageView> {
    if document.languages.len() < 2 {
        return Vec::new();
    }
    document
        .languages
        .iter()
        .map(|language| LanguageView {
            tag: language.to_string(),
            name: autonym(language.as_str()).to_owned(),
            current: language == current,
        })
        .collect()
}

/// The survey's own words, else the organisation's.
fn privacy(
    document: &Document,
    organisation: &Organisation,
    language: &Language,
    texts: &Texts,
    own: OwnLanguage,
    open: bool,
) -> PrivacyView {
    let base = document.base_language();
    let of = |text: &Text, fallback: &BTreeMap<String, String>| {
        if !text.is_empty() {
            return text.get(language, &base).to_owned();
        }
        fallback
            .get(language.as_str())
            .or_else(|| fallback.get(own.tag()))
            .or_else(|| fallback.values().find(|words| !words.trim().is_empty()))
            .cloned()
            .unwrap_or_default()
    };
    let controller = of(
        &document.privacy.controller,
        &organisation.privacy.controller,
    );
    let days = document
        .privacy
        .retention_days
        .or(organisation.privacy.retention_days);
    PrivacyView {
        purpose: of(&document.privacy.purpose, &organisation.privacy.purpose),
        controller: if controller.is_empty() {
            organisation.name.clone()
        } else {
            controller
        },
        retention: days
            .map(|days| retention(days, texts, own))
            .unwrap_or_default(),
        policy_url: document
            .privacy
            .policy_url
            .clone()
            .or_else(|| organisation.privacy.policy_url.clone())
            .filter(|url| is_web_address(url)),
        confidential: document.programme.identity == Identity::Confidential,
        open,
    }
}

fn retention(days: u32, texts: &Texts, own: OwnLanguage) -> String {
    let (key, count) = match days {
        days if days >= 365 && days % 365 == 0 => ("privacy.years", days / 365),
        days => ("privacy.days", days),
    };
    texts.say(own, key, &[("count", &count.to_string())])
}

/// Whether an address may stand in a link: nothing that runs.
pub fn is_web_address(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    ["https://", "http://", "mailto:", "tel:"]
        .iter()
        .any(|scheme| lower.starts_with(scheme))
}

/// A page that only says something.
#[derive(Serialize)]
pub struct NoticeView {
    /// Around it.
    pub frame: Frame,
    /// Heading.
    pub title: String,
    /// What is said; may have lines.
    pub message: String,
    /// Where one may go on: address and words.
    pub link: Option<(String, String)>,
    /// Whether it thanks for an answer.
    pub thanks: bool,
    /// Whether nothing of it counted.
    pub preview: bool,
    /// Address at which the next person answers, on a shared device.
    pub again: Option<String>,
}
