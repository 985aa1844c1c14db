//! Characters into tokens.

use super::{InvalidExpression, MAX_LENGTH, MAX_NAME, Operator, Problem};

/// One token of a formula.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Name(String),
    Operator(Operator),
    Open,
    Close,
    Comma,
}

/// A token and where it begins and ends, in characters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub token: Token,
    pub start: usize,
    pub end: usize,
}

/// Whether an operand may have this name at all.
pub(super) fn is_name(name: &str) -> bool {
    let length = name.chars().count();
    (1..=MAX_NAME).contains(&length) && name.chars().all(|c| c != '`' && !c.is_control())
}

/// Whether the name can stand in a formula without back quotes.
pub(super) fn is_bare_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(begins_name)
        && characters.all(continues_name)
        && name.chars().all(|c| plain(c) == c)
        && is_name(name)
}

fn begins_name(character: char) -> bool {
    character.is_alphabetic() || character == '_'
}

fn continues_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.' | ':')
}

/// What a Japanese keyboard leaves full-width counts as its plain form, and so do
/// the signs of school arithmetic.
fn plain(character: char) -> char {
    match character {
        '！'..='～' => char::from_u32(character as u32 - 0xFEE0).unwrap_or(character),
        '×' => '*',
        '÷' => '/',
        '−' | '–' => '-',
        '、' => ',',
        other => other,
    }
}

/// Splits a formula into tokens.
pub(super) fn tokens(formula: &str) -> Result<Vec<Placed>, InvalidExpression> {
    let original: Vec<char> = formula.chars().collect();
    let fail = |position, problem| Err(InvalidExpression { position, problem });
    if original.len() > MAX_LENGTH {
        return fail(MAX_LENGTH, Problem::TooLong);
    }
    let text: Vec<char> = original.iter().copied().map(plain).collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let character = text[at];
        at += 1;
        let token = match character {
            white if white.is_whitespace() => continue,
            '+' => Token::Operator(Operator::Add),
            '-' => Token::Operator(Operator::Subtract),
            '*' => Token::Operator(Operator::Multiply),
            '/' => Token::Operator(Operator::Divide),
            '(' => Token::Open,
            ')' => Token::Close,
            ',' => Token::Comma,
            '0'..='9' | '.' => {
                at = end_of_number(&text, start);
                let written: String = text[start..at].iter().collect();
                match written.parse::<f64>() {
                    Ok(number) if number.is_finite() => Token::Number(number),
                    _ => return fail(start, Problem::NotANumber(written)),
                }
            }
            '`' => {
                let length = text[at..].iter().position(|&c| c == '`');
                let Some(length) = length else {
                    return fail(start, Problem::BadName);
                };
                // Between back quotes a name is taken as it was written.
                let name: String = original[at..at + length].iter().collect();
                if !is_name(&name) {
                    return fail(start, Problem::BadName);
                }
                at += length + 1;
                Token::Name(name)
            }
            letter if begins_name(letter) => {
                while at < text.len() && continues_name(text[at]) {
                    at += 1;
                }
                let name: String = text[start..at].iter().collect();
                if !is_name(&name) {
                    return fail(start, Problem::BadName);
                }
                Token::Name(name)
            }
            _ => return fail(start, Problem::UnexpectedCharacter(original[start])),
        };
        tokens.push(Placed {
            token,
            start,
            end: at,
        });
    }
    Ok(tokens)
}

/// Where a number that begins at `start` ends: digits, points and an exponent,
/// with any letters stuck to them, so that "2x" is refused as a whole.
fn end_of_number(text: &[char], start: usize) -> usize {
    let mut at = start;
    while at < text.len() {
        let in_exponent = matches!(text[at], '+' | '-')
            && at > start
            && matches!(text[at - 1], 'e' | 'E')
            && text.get(at + 1).is_some_and(char::is_ascii_digit)
            && text[start..at - 1]
                .iter()
                .all(|c| c.is_ascii_digit() || *c == '.');
        if !(text[at].is_alphanumeric() || text[at] == '.' || text[at] == '_' || in_exponent) {
            break;
        }
        at += 1;
    }
    at
}
