//! What is wrong with an answer, in words for the person who answers.

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::problem::{FieldProblem, Problem};
use crate::surveys::document::{Language, Text};

/// One thing wrong with a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AnswerProblem {
    /// The question, or the unknown key that was sent.
    pub question: String,
    /// The matrix row or the part of a pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// A stable code (`required`, `range`, …).
    pub code: &'static str,
    /// What to do about it.
    pub message: Text,
}

impl AnswerProblem {
    /// All problems of a part of a submission as a refusal that names `<part>.<question>` for each,
    /// in the language of who sent it.
    pub fn refusal(part: &str, problems: Vec<Self>, language: &Language) -> Problem {
        let field = |problem: Self| FieldProblem {
            field: format!("{part}.{}", problem.question),
            message: problem.message.get(language, &Language::en()).to_owned(),
        };
        Problem::invalid_fields(problems.into_iter().map(field).collect())
    }
}

/// A fault of one value, not yet tied to its question.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    code: &'static str,
    message: Text,
}

impl Fault {
    fn new(code: &'static str, ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            code,
            message: Text::ja_en(ja, en),
        }
    }

    /// Ties the fault to a question and, where it has them, a row.
    pub fn of(self, question: &str, row: Option<&str>) -> AnswerProblem {
        AnswerProblem {
            question: question.to_owned(),
            row: row.map(str::to_owned),
            code: self.code,
            message: self.message,
        }
    }

    pub fn required_choice() -> Self {
        Self::new("required", "お選びください。", "Please choose an answer.")
    }

    pub fn required_words() -> Self {
        Self::new("required", "ご記入ください。", "Please write an answer.")
    }

    pub fn required_consent() -> Self {
        Self::new(
            "required",
            "先に進むには同意が必要です。",
            "Your consent is needed to go on.",
        )
    }

    pub fn shape() -> Self {
        Self::new(
            "shape",
            "この質問の回答として読み取れませんでした。",
            "This could not be read as an answer to the question.",
        )
    }

    pub fn number() -> Self {
        Self::new("number", "数字でご記入ください。", "Please write a number.")
    }

    pub fn scale(low: i32, high: i32) -> Self {
        Self::new(
            "range",
            format!("{low}から{high}までの整数でお答えください。"),
            format!("Please answer with a whole number from {low} to {high}."),
        )
    }

    pub fn least(min: f64) -> Self {
        Self::new(
            "range",
            format!("{min}以上の数字でご記入ください。"),
            format!("Please write a number of {min} or more."),
        )
    }

    pub fn most(max: f64) -> Self {
        Self::new(
            "range",
            format!("{max}以下の数字でご記入ください。"),
            format!("Please write a number of {max} or less."),
        )
    }

    pub fn decimals(allowed: u8) -> Self {
        if allowed == 0 {
            Self::new(
                "decimals",
                "整数でご記入ください。",
                "Please write a whole number.",
            )
        } else {
            Self::new(
                "decimals",
                format!("小数点以下は{allowed}桁まででご記入ください。"),
                format!("Please write at most {allowed} digits after the point."),
            )
        }
    }

    pub fn date() -> Self {
        Self::new(
            "date",
            "日付は 2026-04-01 のようにご記入ください。",
            "Please write the date as year-month-day, for example 2026-04-01.",
        )
    }

    pub fn earliest(min: jiff::civil::Date) -> Self {
        Self::new(
            "range",
            format!("{min} 以降の日付をご記入ください。"),
            format!("Please write a date of {min} or later."),
        )
    }

    pub fn latest(max: jiff::civil::Date) -> Self {
        Self::new(
            "range",
            format!("{max} 以前の日付をご記入ください。"),
            format!("Please write a date of {max} or earlier."),
        )
    }

    pub fn choice() -> Self {
        Self::new(
            "choice",
            "選択肢にない回答です。もう一度お選びください。",
            "This is not one of the choices. Please choose again.",
        )
    }

    pub fn one_only() -> Self {
        Self::new(
            "one_only",
            "ひとつだけお選びください。",
            "Please choose only one.",
        )
    }

    pub fn exclusive() -> Self {
        Self::new(
            "exclusive",
            "「特にない」などの選択肢は、ほかの選択肢と一緒には選べません。",
            "An answer such as “none of these” cannot be combined with others.",
        )
    }

    pub fn too_few(min: u32) -> Self {
        Self::new(
            "too_few",
            format!("{min}つ以上お選びください。"),
            format!("Please choose at least {min}."),
        )
    }

    pub fn too_many(max: u32) -> Self {
        Self::new(
            "too_many",
            format!("お選びいただけるのは{max}つまでです。"),
            format!("Please choose at most {max}."),
        )
    }

    pub fn too_long(max: usize, written: usize) -> Self {
        Self::new(
            "too_long",
            format!("{max}文字以内でご記入ください（現在{written}文字）。"),
            format!("Please write at most {max} characters (now {written})."),
        )
    }

    pub fn email() -> Self {
        Self::new(
            "email",
            "メールアドレスをご確認ください。",
            "Please check the e-mail address.",
        )
    }

    pub fn phone() -> Self {
        Self::new(
            "phone",
            "電話番号をご確認ください。",
            "Please check the telephone number.",
        )
    }

    pub fn url() -> Self {
        Self::new(
            "url",
            "https:// で始まるアドレスをご記入ください。",
            "Please write an address that starts with https://.",
        )
    }

    pub fn unknown_row() -> Self {
        Self::new(
            "unknown_row",
            "この質問にない行です。",
            "The question has no such row.",
        )
    }

    pub fn unknown_question() -> Self {
        Self::new(
            "unknown_question",
            "このアンケートにない質問です。",
            "The survey has no such question.",
        )
    }

    pub fn other_page() -> Self {
        Self::new(
            "other_page",
            "このページにない質問です。",
            "The page has no such question.",
        )
    }

    pub fn unknown_field() -> Self {
        Self::new(
            "unknown_field",
            "このアンケートで宣言されていない項目です。",
            "The survey declares no such field.",
        )
    }

    pub fn not_allowed() -> Self {
        Self::new(
            "not_allowed",
            "この項目に許された値ではありません。",
            "The field does not allow this value.",
        )
    }

    pub fn unsigned() -> Self {
        Self::new(
            "unsigned",
            "この項目は署名付きリンクでのみ受け付けます。",
            "The field is taken from signed links only.",
        )
    }
}
