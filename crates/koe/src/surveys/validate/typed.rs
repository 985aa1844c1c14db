//! Reading what people type: numbers, dates, addresses, words.

use jiff::civil::Date;

use crate::surveys::document::{SAFE_INTEGER, TextFormat};
use crate::surveys::width::{digits, plain};

/// A decimal number without exponent; thousands may be set off by commas.
pub(super) fn number(text: &str) -> Option<f64> {
    let typed = digits(text);
    let typed = without_thousands(&typed)?;
    let unsigned = typed.strip_prefix(['-', '+']).unwrap_or(&typed);
    let decimal = unsigned
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && unsigned.bytes().any(|byte| byte.is_ascii_digit());
    if !decimal {
        return None;
    }
    typed.parse().ok().and_then(usable)
}

/// A finite number whose whole part every reader keeps exactly; minus zero becomes zero.
pub(super) fn usable(number: f64) -> Option<f64> {
    (number.is_finite() && number.abs() <= SAFE_INTEGER as f64).then_some(number + 0.0)
}

/// Takes out commas that stand where thousands do; any other comma makes it no number.
fn without_thousands(text: &str) -> Option<String> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let mut joined = first.to_owned();
    let lead = first.trim_start_matches(['-', '+']).len();
    for group in groups {
        if group.len() != 3 || !(1..=3).contains(&lead) {
            return None;
        }
        joined.push_str(group);
    }
    if let Some(fraction) = fraction {
        joined.push('.');
        joined.push_str(fraction);
    }
    Some(joined)
}

/// How many digits follow the point in the shortest way to write a number.
pub(super) fn decimals(number: f64) -> usize {
    number
        .to_string()
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.len())
}

/// A date, year first: `2026-04-01`, `2026/4/1`, `2026.4.1`, `2026年4月1日` or `20260401`.
pub(super) fn date(text: &str) -> Option<Date> {
    let typed = digits(text);
    let typed = typed.strip_suffix('日').unwrap_or(&typed);
    let parts: Vec<&str> = if typed.len() == 8 && typed.bytes().all(|byte| byte.is_ascii_digit()) {
        vec![&typed[..4], &typed[4..6], &typed[6..]]
    } else {
        typed
            .split(['-', '/', '.', '年', '月'])
            .map(str::trim)
            .collect()
    };
    let [year, month, day] = parts[..] else {
        return None;
    };
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Words without control characters and outer blanks, line ends as `\n`.
pub(super) fn words(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|character| if character == '\r' { '\n' } else { character })
        .filter(|character| !character.is_control() || matches!(character, '\n' | '\t'))
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Words in the form a text question wants; `None` when they are not of that form.
pub(super) fn formatted(text: &str, format: TextFormat) -> Option<String> {
    match format {
        TextFormat::Any => Some(text.to_owned()),
        TextFormat::Email => Some(plain(text)).filter(|text| is_email(text)),
        TextFormat::Phone => Some(digits(text)).filter(|text| is_phone(text)),
        TextFormat::Number => {
            let typed = digits(text);
            number(&typed).and_then(|_| without_thousands(&typed))
        }
        TextFormat::Url => Some(plain(text)).filter(|text| is_web_address(text)),
    }
}

/// A plausible mailbox: `local@domain.tld`, 254 characters at most (RFC 5321, section 4.5.3).
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let clean = |part: &str| {
        !part.chars().any(|character| {
            character.is_whitespace() || matches!(character, '@' | '<' | '>' | ',')
        })
    };
    text.len() <= 254
        && (1..=64).contains(&local.len())
        && clean(local)
        && clean(domain)
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty())
}

/// Digits with the signs people put between them; 5 to 20 digits.
fn is_phone(text: &str) -> bool {
    let count = text.bytes().filter(u8::is_ascii_digit).count();
    (5..=20).contains(&count)
        && text
            .char_indices()
            .all(|(place, character)| match character {
                '0'..='9' | ' ' | '-' | '(' | ')' | '.' => true,
                '+' => place == 0,
                _ => false,
            })
}

/// An `http` or `https` address with a host.
fn is_web_address(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    text.len() <= 2_000
        && !text.chars().any(char::is_whitespace)
        && rest.is_some_and(|rest| {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            !host.is_empty() && !host.starts_with('.') && host.contains('.')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_numbers_are_read_whatever_their_width() {
        for (typed, read) in [
            ("１２３", Some(123.0)),
            ("−１．５", Some(-1.5)),
            ("ー3", Some(-3.0)),
            ("1,234,567.5", Some(1_234_567.5)),
            (".5", Some(0.5)),
            ("-0", Some(0.0)),
            ("1,23", None),
            ("1e5", None),
            ("12abc", None),
            ("", None),
            (".", None),
            ("inf", None),
            ("9007199254740993", None),
            ("1.2.3", None),
        ] {
            assert_eq!(number(typed), read, "{typed}");
        }
    }

    #[test]
    fn typed_dates_are_read_year_first_only() {
        let day = Some(jiff::civil::date(2026, 4, 1));
        for typed in [
            "2026-04-01",
            "２０２６／４／１",
            "2026.4.1",
            "2026年4月1日",
            "２０２６年 ４月 １日",
            "20260401",
        ] {
            assert_eq!(date(typed), day, "{typed}");
        }
        for typed in [
            "1/4/2026",
            "04/01/26",
            "2026-02-30",
            "2026-13-01",
            "昨日",
            "2026-04",
            "",
        ] {
            assert_eq!(date(typed), None, "{typed}");
        }
    }

    #[test]
    fn formats_are_checked_after_widths_are_made_one() {
        for (format, typed, kept) in [
            (
                TextFormat::Email,
                "ｔａｒｏ＠example.co.jp ",
                Some("taro@example.co.jp"),
            ),
            (TextFormat::Email, "taro@example", None),
            (TextFormat::Email, "a b@example.jp", None),
            (TextFormat::Email, "@example.jp", None),
            (TextFormat::Email, "a@example..jp", None),
            (
                TextFormat::Phone,
                "０３ー１２３４ー５６７８",
                Some("03-1234-5678"),
            ),
            (
                TextFormat::Phone,
                "+81 3 1234 5678",
                Some("+81 3 1234 5678"),
            ),
            (TextFormat::Phone, "1234", None),
            (TextFormat::Phone, "電話", None),
            (TextFormat::Number, "１,０００", Some("1000")),
            (TextFormat::Number, "0012", Some("0012")),
            (TextFormat::Number, "x", None),
            (
                TextFormat::Url,
                "https://example.com/a?b=c",
                Some("https://example.com/a?b=c"),
            ),
            (TextFormat::Url, "javascript:alert(1)", None),
            (TextFormat::Url, "https://", None),
        ] {
            assert_eq!(formatted(typed, format).as_deref(), kept, "{typed}");
        }
    }

    #[test]
    fn words_lose_control_characters_but_keep_lines() {
        assert_eq!(words(" a\r\nb\rc\u{0}\u{7}\t d \n"), "a\nb\nc\t d");
    }
}
