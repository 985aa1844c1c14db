//! Problems of a document and the limits it keeps to.

use serde::Serialize;
use utoipa::ToSchema;

use crate::surveys::document::Text;

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SurveyProblemSeverity)]
pub enum Severity {
    /// Publishing waits until it is mended.
    Error,
    /// Worth a look; publishing is possible.
    Warning,
}

/// Something wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SurveyProblem)]
pub struct Problem {
    /// Where: `pages[0].questions[2].choices[1]`, or a key of the document.
    pub path: String,
    /// How much it matters.
    pub severity: Severity,
    /// A stable code (`id_duplicate`, `condition_forward`, …).
    pub code: &'static str,
    /// What is wrong and what to do.
    pub message: Text,
}

/// The sizes a document keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Languages.
    pub languages: usize,
    /// Pages.
    pub pages: usize,
    /// Questions over all pages.
    pub questions: usize,
    /// Choices, columns or rows of one question.
    pub choices: usize,
    /// Skips after one page.
    pub skips: usize,
    /// Thank-you pages.
    pub endings: usize,
    /// Hidden fields.
    pub hidden_fields: usize,
    /// Allowed values of one hidden field.
    pub allowed: usize,
    /// Depth of a condition.
    pub nesting: usize,
    /// Tests in one condition.
    pub tests: usize,
    /// Characters of a question, a message or a purpose.
    pub text: usize,
    /// Characters of a label, a title or a code for exports.
    pub label: usize,
    /// Bytes of a logo inside the document.
    pub logo: usize,
    /// Elements kept from another tool.
    pub foreign: usize,
    /// Lake fields of the whole survey.
    pub lake_fields: usize,
}

/// The limits of every document.
pub const LIMITS: Limits = Limits {
    languages: 50,
    pages: 200,
    questions: 500,
    choices: 1_000,
    skips: 50,
    endings: 50,
    hidden_fields: 50,
    allowed: 1_000,
    nesting: 20,
    tests: 500,
    text: 10_000,
    label: 1_000,
    logo: 300_000,
    foreign: 5_000,
    lake_fields: koe_lake::MAX_FIELDS,
};

/// Problems as they are found; past five hundred nobody reads on.
#[derive(Default)]
pub(super) struct Report {
    problems: Vec<Problem>,
}

const MOST_PROBLEMS: usize = 500;

impl Report {
    pub fn error(
        &mut self,
        path: impl Into<String>,
        code: &'static str,
        ja: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.add(path.into(), Severity::Error, code, Text::ja_en(ja, en));
    }

    pub fn warning(
        &mut self,
        path: impl Into<String>,
        code: &'static str,
        ja: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.add(path.into(), Severity::Warning, code, Text::ja_en(ja, en));
    }

    /// Says that there are too many of something.
    pub fn at_most(&mut self, path: &str, count: usize, limit: usize, ja: &str, en: &str) {
        if count > limit {
            self.error(
                path,
                "too_many",
                format!("{ja}は{limit}件までです（現在{count}件）。"),
                format!("There can be at most {limit} {en} (now {count})."),
            );
        }
    }

    fn add(&mut self, path: String, severity: Severity, code: &'static str, message: Text) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem {
                path,
                severity,
                code,
                message,
            });
        }
    }

    /// The problems, errors first, otherwise in the document's order.
    pub fn finish(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| problem.severity);
        self.problems
    }
}
