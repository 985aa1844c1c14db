//! Questions one by one: scales, choices, ranges.

use super::names::is_choice_id;
use super::{LIMITS, Report};
use crate::surveys::document::{Document, Expectation, Kind, Question, Rating, RatingStyle, Text};
use crate::surveys::validate::LONGEST_TEXT;

pub(super) fn check(document: &Document, report: &mut Report) {
    for (number, page) in document.pages.iter().enumerate() {
        for (place, item) in page.questions.iter().enumerate() {
            question(&format!("pages[{number}].questions[{place}]"), item, report);
        }
    }
}

fn question(path: &str, question: &Question, report: &mut Report) {
    match &question.kind {
        Kind::Nps(nps) => ends(
            path,
            nps.low_label.as_ref(),
            nps.high_label.as_ref(),
            report,
        ),
        Kind::Csat(csat) => {
            points(path, csat.points, report);
            labels(path, &csat.labels, usize::from(csat.points), true, report);
        }
        Kind::Ces(ces) => {
            points(path, ces.points, report);
            ends(
                path,
                ces.low_label.as_ref(),
                ces.high_label.as_ref(),
                report,
            );
        }
        Kind::Rating(scale) => rating(path, scale, report),
        Kind::Expectation(pair) => expectation(path, pair, report),
        Kind::Single(single) => choices(path, "choices", single.choices.len(), 2, report),
        Kind::Emotion(emotion) => choices(path, "choices", emotion.choices.len(), 2, report),
        Kind::Multiple(multiple) => {
            let count = multiple.choices.len();
            choices(path, "choices", count, 1, report);
            let within = |bound: Option<u32>| {
                bound
                    .and_then(|bound| usize::try_from(bound).ok())
                    .is_none_or(|bound| (1..=count.max(1)).contains(&bound))
            };
            let ordered =
                !matches!((multiple.min, multiple.max), (Some(min), Some(max)) if min > max);
            if !within(multiple.min) || !within(multiple.max) || !ordered {
                report.error(
                    path,
                    "choice_count",
                    "選択数の下限と上限は、1から選択肢の数までの間で、下限を上限以下にしてください。",
                    "The least and most choices lie between 1 and the number of choices, the least not above the most.",
                );
            }
        }
        Kind::Matrix(matrix) => {
            choices(path, "rows", matrix.rows.len(), 1, report);
            choices(path, "columns", matrix.columns.len(), 2, report);
        }
        Kind::Text(text) => {
            let longest = text.max_length.and_then(|max| usize::try_from(max).ok());
            if longest.is_some_and(|max| !(1..=LONGEST_TEXT).contains(&max)) {
                report.error(
                    format!("{path}.max_length"),
                    "range",
                    format!("文字数の上限は1から{LONGEST_TEXT}までです。"),
                    format!("The most characters lie between 1 and {LONGEST_TEXT}."),
                );
            }
        }
        Kind::Number(number) => {
            let finite = [number.min, number.max]
                .into_iter()
                .flatten()
                .all(f64::is_finite);
            let ordered = !matches!((number.min, number.max), (Some(min), Some(max)) if min > max);
            if !finite || !ordered || number.decimals > 9 {
                report.error(
                    path,
                    "range",
                    "最小値は最大値以下、小数点以下は9桁までにしてください。",
                    "The least cannot be above the most; at most 9 digits follow the point.",
                );
            }
        }
        Kind::Date(date) => {
            if matches!((date.min, date.max), (Some(min), Some(max)) if min > max) {
                report.error(
                    path,
                    "range",
                    "最初の日付は最後の日付以前にしてください。",
                    "The earliest date cannot be after the latest.",
                );
            }
        }
        Kind::Consent(consent) => {
            if !is_choice_id(&consent.purpose) {
                report.error(
                    format!("{path}.purpose"),
                    "consent_purpose",
                    "同意の目的を表すコードを半角英数字で付けてください。",
                    "Please give the purpose of the consent a code of letters and digits.",
                );
            }
        }
        Kind::Statement(_) => {}
    }
}

fn points(path: &str, points: u8, report: &mut Report) {
    if !matches!(points, 5 | 7 | 10) {
        report.error(
            format!("{path}.points"),
            "scale_points",
            "段階数は5・7・10のいずれかです。ほかの尺度には評価（rating）を使ってください。",
            "The scale has 5, 7 or 10 points; use a rating for any other.",
        );
    }
}

fn rating(path: &str, rating: &Rating, report: &mut Report) {
    let most = match rating.style {
        RatingStyle::Number => 21,
        RatingStyle::Star | RatingStyle::Face => 10,
    };
    if let Some(count) = scale(path, rating.low, rating.high, most, report) {
        // Stars and faces say by themselves which end is which.
        let speaks = rating.style != RatingStyle::Number;
        labels(path, &rating.labels, count, !speaks, report);
    }
}

fn expectation(path: &str, pair: &Expectation, report: &mut Report) {
    if let Some(count) = scale(path, pair.low, pair.high, 21, report) {
        labels(path, &pair.labels, count, true, report);
    }
}

/// The number of points of a scale, if it is one.
fn scale(path: &str, low: i32, high: i32, most: i64, report: &mut Report) -> Option<usize> {
    let count = i64::from(high) - i64::from(low) + 1;
    if !(2..=most).contains(&count) {
        report.error(
            path,
            "scale_range",
            format!("尺度は2段階から{most}段階までです。"),
            format!("A scale has 2 to {most} points."),
        );
        return None;
    }
    usize::try_from(count).ok()
}

fn labels(path: &str, labels: &[Text], count: usize, wanted: bool, report: &mut Report) {
    if labels.iter().all(Text::is_empty) {
        if wanted {
            unlabelled(path, report);
        }
        return;
    }
    if labels.len() != 2 && labels.len() != count {
        report.error(
            format!("{path}.labels"),
            "labels_count",
            format!("ラベルは両端の2つ、または全{count}段階分にしてください。"),
            format!("Label the two ends, or all {count} points."),
        );
    }
}

fn ends(path: &str, low: Option<&Text>, high: Option<&Text>, report: &mut Report) {
    if low.is_none_or(Text::is_empty) || high.is_none_or(Text::is_empty) {
        unlabelled(path, report);
    }
}

fn unlabelled(path: &str, report: &mut Report) {
    report.warning(
        path,
        "scale_labels_missing",
        "尺度の両端に意味を示すラベルがないと、回答者によって解釈が分かれます。",
        "Without labels at both ends, people read the scale in different ways.",
    );
}

fn choices(path: &str, key: &str, count: usize, least: usize, report: &mut Report) {
    let path = format!("{path}.{key}");
    if count == 0 {
        report.error(
            &path,
            "choices_missing",
            "選択肢を1つ以上入れてください。",
            "Please add at least one choice.",
        );
    } else if count < least {
        report.warning(
            &path,
            "choices_few",
            "選択肢がひとつしかありません。",
            "There is only one choice.",
        );
    }
    report.at_most(&path, count, LIMITS.choices, "選択肢", "choices");
}
