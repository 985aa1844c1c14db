//! What is promised to the people who answer, and how the page looks.

use super::{LIMITS, Report};
use crate::surveys::document::{Audience, Document, HiddenKind, Identity, Kind, TextFormat};

pub(super) fn check(document: &Document, report: &mut Report) {
    languages(document, report);
    promises(document, report);
    looks(document, report);
    if document.programme.identity == Identity::Confidential {
        confidential(document, report);
    } else if document.programme.audience == Audience::Employees {
        report.warning(
            "programme.identity",
            "employees_identified",
            "従業員アンケートが記名になっています。率直な回答を得るには匿名をお勧めします。",
            "This employee survey is identified; people answer more frankly when it is confidential.",
        );
    }
}

fn languages(document: &Document, report: &mut Report) {
    if document.languages.is_empty() {
        report.error(
            "languages",
            "language_missing",
            "言語を1つ以上選んでください。",
            "Please choose at least one language.",
        );
    }
    report.at_most(
        "languages",
        document.languages.len(),
        LIMITS.languages,
        "言語",
        "languages",
    );
    for (number, language) in document.languages.iter().enumerate() {
        if document.languages[..number].contains(language) {
            report.error(
                format!("languages[{number}]"),
                "language_duplicate",
                format!("言語 {language} が重なっています。"),
                format!("The language {language} stands twice."),
            );
        }
    }
}

fn promises(document: &Document, report: &mut Report) {
    if let Some(url) = &document.privacy.policy_url
        && !is_address(url, &["https://", "http://"])
    {
        address("privacy.policy_url", report);
    }
    if matches!(document.privacy.retention_days, Some(days) if !(1..=36_500).contains(&days)) {
        report.error(
            "privacy.retention_days",
            "range",
            "保存期間は1日から36,500日までです。",
            "Answers are kept from 1 to 36,500 days.",
        );
    }
    for (number, ending) in document.endings.iter().enumerate() {
        if let Some(link) = &ending.link
            && !is_address(&link.url, &["https://", "http://", "mailto:", "tel:"])
        {
            address(&format!("endings[{number}].link.url"), report);
        }
    }
}

fn looks(document: &Document, report: &mut Report) {
    if let Some(logo) = &document.theme.logo {
        if !is_logo(logo) {
            report.error(
                "theme.logo",
                "logo_form",
                "ロゴはPNG・JPEG・WebP・GIF・SVGの画像にしてください。",
                "The logo is a PNG, JPEG, WebP, GIF or SVG picture.",
            );
        }
        if logo.len() > LIMITS.logo {
            report.error(
                "theme.logo",
                "logo_size",
                "ロゴの画像が大きすぎます。200 kB以下にしてください。",
                "The logo is too large; please keep it below 200 kB.",
            );
        }
    }
    if let Some(accent) = &document.theme.accent {
        match luminance(accent) {
            None => report.error(
                "theme.accent",
                "accent_form",
                "色は #165e83 のように指定してください。",
                "Write the colour as #rrggbb, for example #165e83.",
            ),
            Some(luminance) if contrast_with_white(luminance) < 4.5 => report.warning(
                "theme.accent",
                "accent_contrast",
                "色が薄く、白い文字との明暗の差が足りません（4.5:1以上が目安）。",
                "The colour is too light under white text (4.5:1 or more is readable).",
            ),
            Some(_) => {}
        }
    }
}

fn confidential(document: &Document, report: &mut Report) {
    for (number, page) in document.pages.iter().enumerate() {
        for (place, question) in page.questions.iter().enumerate() {
            let Kind::Text(text) = &question.kind else {
                continue;
            };
            if matches!(text.format, TextFormat::Email | TextFormat::Phone) {
                report.error(
                    format!("pages[{number}].questions[{place}]"),
                    "confidential_identity",
                    "匿名調査では、メールアドレスや電話番号を尋ねられません。",
                    "A confidential programme cannot ask for an e-mail address or a telephone number.",
                );
            }
        }
    }
    for (number, field) in document.hidden_fields.iter().enumerate() {
        if field.kind == HiddenKind::Text {
            report.error(
                format!("hidden_fields[{number}]"),
                "confidential_identity",
                "匿名調査では、文字の隠し項目は個人を示しうるため使えません。コードか数値にしてください。",
                "A confidential programme takes no hidden field of words, which may point at a person; use a code or a number.",
            );
        }
    }
}

fn is_address(url: &str, beginnings: &[&str]) -> bool {
    url.len() <= 2_000
        && !url
            .chars()
            .any(|character| character.is_whitespace() || character.is_control())
        && beginnings
            .iter()
            .any(|beginning| url.len() > beginning.len() && url.starts_with(beginning))
}

fn address(path: &str, report: &mut Report) {
    report.error(
        path,
        "url_form",
        "https:// で始まるアドレスを入力してください。",
        "Please write an address that starts with https://.",
    );
}

/// A picture inside the document, or one uploaded to this installation.
fn is_logo(logo: &str) -> bool {
    let inside = logo.strip_prefix("data:image/").is_some_and(|rest| {
        ["png", "jpeg", "webp", "gif", "svg+xml"]
            .iter()
            .any(|kind| {
                rest.strip_prefix(kind)
                    .and_then(|rest| rest.strip_prefix(";base64,"))
                    .is_some_and(|data| {
                        !data.is_empty()
                            && data.bytes().all(|byte| {
                                byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
                            })
                    })
            })
    });
    let uploaded = logo.strip_prefix("/files/").is_some_and(|name| {
        !name.is_empty()
            && !name.contains("..")
            && name.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/')
            })
    });
    inside || uploaded
}

/// Relative luminance of `#rrggbb` (WCAG 2.2, "relative luminance"), 0 to 1.
fn luminance(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#')?;
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let channel = |from: usize| {
        let value = f64::from(u8::from_str_radix(&digits[from..from + 2], 16).unwrap_or(0)) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    Some(0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4))
}

/// Contrast ratio with white (WCAG 2.2, "contrast ratio").
fn contrast_with_white(luminance: f64) -> f64 {
    1.05 / (luminance + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_wcag() {
        let contrast = |colour| contrast_with_white(luminance(colour).unwrap());
        assert!((contrast("#000000") - 21.0).abs() < 1e-9);
        assert!((contrast("#ffffff") - 1.0).abs() < 1e-9);
        assert!((contrast("#767676") - 4.54).abs() < 0.01);
        assert_eq!(luminance("165e83"), None);
        assert_eq!(luminance("#165e8"), None);
        assert_eq!(luminance("#漢字"), None);
    }

    #[test]
    fn logos_cannot_carry_anything_but_a_picture() {
        for good in [
            "data:image/png;base64,iVBOR/+=",
            "data:image/svg+xml;base64,PHN2Zz4=",
            "/files/logo-1.png",
        ] {
            assert!(is_logo(good), "{good}");
        }
        for bad in [
            "https://elsewhere.example/logo.png",
            "data:text/html;base64,AAAA",
            "data:image/png;base64,",
            "data:image/png;base64,AA\"onload=",
            "/files/../secret",
            "/etc/passwd",
            "javascript:alert(1)",
        ] {
            assert!(!is_logo(bad), "{bad}");
        }
    }
}
