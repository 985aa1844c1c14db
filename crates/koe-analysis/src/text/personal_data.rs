//! E-mail addresses, phone numbers, card numbers and Japanese postal codes in
//! free texts.
//!
//! These have a form that can be told from ordinary figures. Names, addresses and
//! places of work have none and are not found; who shows a text to others must
//! know that.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::Span;

/// What a masked stretch is replaced with. Always of one length, so that it does
/// not give away how long the hidden text was.
pub const MASK: &str = "●●●";

/// What kind of personal data it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An e-mail address.
    Email,
    /// A phone number: Japanese, British, or international with a plus sign.
    Phone,
    /// A payment card number that passes the check digit.
    Card,
    /// A Japanese postal code.
    PostalCode,
}

/// A piece of personal data in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalData {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// Finds personal data, from left to right and without overlap. Full-width
/// characters, and the dashes Japanese keyboards offer (ー among them), count as
/// their plain forms.
///
/// - E-mail: `local@domain.tld`.
/// - Phone: 10 or 11 digits from a leading 0 (Japan: MIC numbering plan; United
///   Kingdom: Ofcom numbering plan), in one piece or in up to four groups; `+` and
///   8 to 15 digits (ITU-T E.164), a bracketed 0 allowed.
/// - Card: 14 to 19 digits in one piece or in the groups printed on cards, with a
///   valid check digit (Luhn, US patent 2,950,048; ISO/IEC 7812-1) and a first
///   digit from 2 to 6.
/// - Postal code: 〒 and seven digits, or three digits, a hyphen and four digits
///   on their own.
///
/// Prices, dates, ratings, counts and room numbers do not have these forms.
#[must_use]
pub fn find_personal_data(text: &str) -> Vec<PersonalData> {
    let plain: Vec<char> = text.chars().map(plain).collect();
    let mut found: Vec<PersonalData> = Vec::new();
    let mut at = 0;
    while at < plain.len() {
        let from = found.last().map_or(0, |data| data.span.end);
        match starts_here(&plain, from, at) {
            Some(data) => {
                at = data.span.end;
                found.push(data);
            }
            None => at += 1,
        }
    }
    found
}

/// Replaces each piece of personal data with [`MASK`]. `found` must be in order
/// and without overlap, as [`find_personal_data`] gives it; anything else is
/// skipped.
#[must_use]
pub fn mask(text: &str, found: &[PersonalData]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut characters = text.chars();
    let mut at = 0;
    for data in found.iter().filter(|data| data.span.start < data.span.end) {
        if data.span.start < at {
            continue;
        }
        let before = data.span.start - at;
        masked.extend(characters.by_ref().take(before));
        let hidden = characters
            .by_ref()
            .take(data.span.end - data.span.start)
            .count();
        if hidden > 0 {
            masked.push_str(MASK);
        }
        at = data.span.end;
    }
    masked.extend(characters);
    masked
}

/// One character in plain form, so that positions stay the same.
fn plain(character: char) -> char {
    match character {
        '！'..='～' => char::from_u32(character as u32 - 0xFEE0).unwrap_or(character),
        '\u{3000}' | '\u{00A0}' => ' ',
        other => other,
    }
}

/// Dashes people type between the groups of a number.
fn is_dash(character: char) -> bool {
    matches!(
        character,
        '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | 'ー' | 'ｰ' | '─'
    )
}

fn starts_here(text: &[char], from: usize, at: usize) -> Option<PersonalData> {
    let data = |start, end, kind| PersonalData {
        span: Span { start, end },
        kind,
    };
    match text[at] {
        '@' => {
            let (start, end) = email(text, from, at)?;
            Some(data(start, end, Kind::Email))
        }
        '〒' => Some(data(at, marked_postal_code(text, at)?, Kind::PostalCode)),
        '+' | '(' | '0'..='9' => {
            if continues_a_word(text, from, at) {
                return None;
            }
            // Most specific first: a card number may begin like a phone number.
            let number = Number::read(text, at)?;
            let (end, kind) = number
                .card()
                .map(|end| (end, Kind::Card))
                .or_else(|| number.phone(text).map(|end| (end, Kind::Phone)))
                .or_else(|| number.postal_code(text).map(|end| (end, Kind::PostalCode)))?;
            Some(data(at, end, kind))
        }
        _ => None,
    }
}

/// Whether what stands at `at` is the tail of a longer word or number, such as an
/// order code, an amount or a decimal.
fn continues_a_word(text: &[char], from: usize, at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).filter(|&i| i >= from).map(|i| text[i]);
    match before(1) {
        Some(c) if c.is_ascii_alphabetic() => {
            let word = text[from..at].rsplit(|c| !c.is_ascii_alphabetic()).next();
            let word: String = word.unwrap_or_default().iter().collect();
            !["tel", "fax", "phone"].contains(&word.to_lowercase().as_str())
        }
        Some(c) if c.is_ascii_digit() => true,
        Some('+' | '¥' | '$' | '£' | '€' | '#' | '_' | '/') => true,
        Some(c) if is_dash(c) || matches!(c, '.' | ',') => {
            before(2).is_some_and(|c| c.is_ascii_alphanumeric())
        }
        _ => false,
    }
}

fn email(text: &[char], from: usize, at: usize) -> Option<(usize, usize)> {
    let is_local = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c);
    let mut start = at;
    while start > from && is_local(text[start - 1]) {
        start -= 1;
    }
    // A sentence may lead into the address: "(mail:taro@…", "…taro@…".
    while start < at && !text[start].is_ascii_alphanumeric() && text[start] != '_' {
        start += 1;
    }
    let mut end = at + 1;
    while end < text.len() && (text[end].is_ascii_alphanumeric() || "-.".contains(text[end])) {
        end += 1;
    }
    while end > at && "-.".contains(text[end - 1]) {
        end -= 1;
    }
    let domain: String = text[at + 1..end.max(at + 1)].iter().collect();
    let labels: Vec<&str> = domain.split('.').collect();
    let top = labels.last()?;
    let valid = start < at
        && labels.len() >= 2
        && labels.iter().all(|label| !label.is_empty())
        && top.len() >= 2
        && top.chars().all(|c| c.is_ascii_alphabetic());
    valid.then_some((start, end))
}

fn marked_postal_code(text: &[char], at: usize) -> Option<usize> {
    let digits = |from: usize, n: usize| {
        text.get(from..from + n)
            .is_some_and(|part| part.iter().all(char::is_ascii_digit))
    };
    let mut start = at + 1;
    while text.get(start) == Some(&' ') {
        start += 1;
    }
    let dashed = text.get(start + 3).is_some_and(|&c| is_dash(c));
    let rest = start + 3 + usize::from(dashed);
    (digits(start, 3) && digits(rest, 4) && !digits(rest + 4, 1)).then_some(rest + 4)
}

/// Whether a unit follows, so that the digits say how much or which room.
fn is_counted(text: &[char], end: usize) -> bool {
    text.get(end)
        .is_some_and(|c| "号円個件名人室点%".contains(*c))
}

/// A run of digit groups with the marks between them.
struct Number {
    plus: bool,
    groups: Vec<Group>,
}

struct Group {
    digits: String,
    end: usize,
    /// What stands between this group and the one before it.
    gap: Gap,
    bracketed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    Space,
    Dash,
    Dot,
}

impl Number {
    /// Reads as many groups as there are, at most as many as any form has, from a
    /// digit, a plus sign or an opening bracket.
    fn read(text: &[char], at: usize) -> Option<Self> {
        const MOST_GROUPS: usize = 7;
        let plus = text[at] == '+';
        let mut number = Self {
            plus,
            groups: Vec::new(),
        };
        let mut next = at + usize::from(plus);
        while number.groups.len() < MOST_GROUPS {
            let Some(group) = Group::read(text, next, number.groups.last()) else {
                break;
            };
            next = group.end;
            number.groups.push(group);
        }
        (!number.groups.is_empty()).then_some(number)
    }

    /// The first so many groups as one string, if they stand alone: the next
    /// group, if any, is set apart by a space only.
    fn leading(&self, groups: usize) -> Option<(String, usize)> {
        let taken = self.groups.get(..groups)?;
        let apart = self
            .groups
            .get(groups)
            .is_none_or(|next| next.gap == Gap::Space);
        let digits = taken.iter().map(|group| group.digits.as_str()).collect();
        apart.then_some((digits, taken.last()?.end))
    }

    fn sizes(&self, groups: usize) -> Vec<usize> {
        let taken = self.groups.iter().take(groups);
        taken.map(|group| group.digits.len()).collect()
    }

    fn card(&self) -> Option<usize> {
        if self.plus || self.groups.iter().any(|group| group.bracketed) {
            return None;
        }
        (1..=self.groups.len()).rev().find_map(|groups| {
            let (digits, end) = self.leading(groups)?;
            let printed = matches!(
                self.sizes(groups)[..],
                [14..=19] | [4, 4, 4, 4] | [4, 6, 5] | [4, 6, 4] | [4, 4, 4, 4, 3] | [6, 13]
            );
            let issued = matches!(digits.as_bytes()[0], b'2'..=b'6');
            (printed && issued && passes_luhn(&digits)).then_some(end)
        })
    }

    fn phone(&self, text: &[char]) -> Option<usize> {
        (1..=self.groups.len().min(6)).rev().find_map(|groups| {
            let (digits, end) = self.leading(groups)?;
            let sizes = self.sizes(groups);
            let taken = &self.groups[..groups];
            let dots = taken.iter().filter(|group| group.gap == Gap::Dot).count();
            if dots > 0 && dots + 1 < groups {
                return None;
            }
            let valid = if self.plus {
                (8..=15).contains(&digits.len()) && !digits.starts_with('0')
            } else if let Some(abroad) = digits.strip_prefix("00") {
                ["81", "44"]
                    .iter()
                    .any(|country| abroad.starts_with(country))
                    && (11..=13).contains(&abroad.len())
            } else {
                let national =
                    (10..=11).contains(&digits.len()) && digits.starts_with('0') && groups <= 4;
                let (first, last) = (sizes[0], *sizes.last()?);
                national && (groups == 1 || ((2..=5).contains(&first) && last >= 3))
            };
            // A second group in brackets, (0), belongs to international numbers;
            // other brackets stand round the area code or the exchange.
            let brackets = taken.iter().filter(|group| group.bracketed).count();
            let counted = groups == 1 && is_counted(text, end);
            (valid && brackets <= 1 && !counted).then_some(end)
        })
    }

    fn postal_code(&self, text: &[char]) -> Option<usize> {
        let alone = !self.plus && self.groups.len() >= 2 && self.sizes(2) == [3, 4];
        let dashed = self
            .groups
            .get(1)
            .is_some_and(|g| g.gap == Gap::Dash && !g.bracketed);
        let (_, end) = self.leading(2).filter(|_| alone && dashed)?;
        let counted = text
            .get(end)
            .is_some_and(|c| "号円個件名人室%".contains(*c));
        (!counted).then_some(end)
    }
}

impl Group {
    /// Reads the gap and the digits that follow the group `before`.
    fn read(text: &[char], from: usize, before: Option<&Self>) -> Option<Self> {
        let mut at = from;
        let mut gap = Gap::None;
        if before.is_some() {
            while text.get(at) == Some(&' ') {
                gap = Gap::Space;
                at += 1;
            }
            match text.get(at) {
                Some(&c) if is_dash(c) => {
                    gap = Gap::Dash;
                    at += 1;
                }
                Some('.') if gap == Gap::None => {
                    gap = Gap::Dot;
                    at += 1;
                }
                _ => {}
            }
            while gap == Gap::Dash && text.get(at) == Some(&' ') {
                at += 1;
            }
        }
        if at > from + 3 {
            return None;
        }
        let bracketed = text.get(at) == Some(&'(');
        at += usize::from(bracketed);
        let start = at;
        while text.get(at).is_some_and(char::is_ascii_digit) {
            at += 1;
        }
        let digits: String = text[start..at].iter().collect();
        if bracketed {
            if text.get(at) != Some(&')') {
                return None;
            }
            at += 1;
        }
        let joined = gap != Gap::None || bracketed || before.is_none_or(|group| group.bracketed);
        let ends_a_word = text
            .get(at)
            .is_some_and(|c| c.is_ascii_alphabetic() || *c == '_');
        (!digits.is_empty() && joined && !ends_a_word).then_some(Self {
            digits,
            end: at,
            gap,
            bracketed,
        })
    }
}

/// The check digit of card numbers.
fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, byte)| {
            let digit = u32::from(byte - b'0');
            match (i % 2, digit * 2) {
                (0, _) => digit,
                (_, double) if double > 9 => double - 9,
                (_, double) => double,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}
