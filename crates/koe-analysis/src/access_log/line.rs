//! One line of a log, cut into its fields.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::format::{Duration, Format};
use super::time::instant;

/// What is wrong with a line: the first field that is not what the format says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// No address before the time.
    Address,
    /// No time in brackets, or none that exists.
    Time,
    /// No request in quotes.
    Request,
    /// No status from 100 to 599.
    Status,
    /// No number of bytes and no `-`.
    Bytes,
    /// Referrer or user agent are missing.
    Fields,
    /// The time a request took is neither a number nor `-`.
    Duration,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "no address before the time",
            Self::Time => "no time in brackets that exists",
            Self::Request => "no request in quotes",
            Self::Status => "no status from 100 to 599",
            Self::Bytes => "neither bytes nor `-` after the status",
            Self::Fields => "referrer or user agent are missing",
            Self::Duration => "the time it took is neither a number nor `-`",
        })
    }
}

/// The fields of a line, quotes taken off, escapes left as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    pub address: &'a [u8],
    pub time_ms: i64,
    pub request: &'a [u8],
    pub status: u16,
    pub bytes: u64,
    /// Empty where the log has none or says `-`.
    pub referrer: &'a [u8],
    /// Empty where the log has none or says `-`.
    pub agent: &'a [u8],
    pub duration_us: Option<u64>,
}

/// A field, and whether it stood in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    pub text: &'a [u8],
    pub quoted: bool,
}

/// What stands before the fields that formats differ in.
pub struct Skeleton<'a> {
    /// Everything before the time.
    pub head: &'a [u8],
    pub time_ms: i64,
    pub request: &'a [u8],
    pub status: u16,
    pub bytes: u64,
    /// Everything after the bytes.
    pub tail: &'a [u8],
}

/// Cuts a line up to its bytes.
pub fn skeleton(line: &[u8]) -> Result<Skeleton<'_>, Fault> {
    let open = line
        .windows(2)
        .position(|pair| pair == b" [")
        .ok_or(Fault::Time)?;
    let head = &line[..open];
    let rest = &line[open + 2..];
    let close = rest
        .iter()
        .position(|byte| *byte == b']')
        .ok_or(Fault::Time)?;
    let time_ms = instant(&rest[..close]).ok_or(Fault::Time)?;
    let mut fields = Fields(&rest[close + 1..]);
    let request = fields
        .next()
        .filter(|field| field.quoted)
        .ok_or(Fault::Request)?;
    let status = fields.next().and_then(|field| whole(field.text));
    let status = status
        .and_then(|status| u16::try_from(status).ok())
        .filter(|status| (100..600).contains(status))
        .ok_or(Fault::Status)?;
    let bytes = match fields.next().ok_or(Fault::Bytes)?.text {
        b"-" => 0,
        digits => whole(digits).ok_or(Fault::Bytes)?,
    };
    Ok(Skeleton {
        head,
        time_ms,
        request: request.text,
        status,
        bytes,
        tail: fields.0,
    })
}

/// Reads a line of a format.
pub fn read<'a>(line: &'a [u8], format: &Format) -> Result<Line<'a>, Fault> {
    let Skeleton {
        head,
        time_ms,
        request,
        status,
        bytes,
        tail,
    } = skeleton(line)?;
    let address = head
        .split(|byte| *byte == b' ')
        .nth(usize::from(format.host_first))
        // A list of proxies: the first is the visitor.
        .map(|address| address.strip_suffix(b",").unwrap_or(address))
        .filter(|address| is_address(address))
        .ok_or(Fault::Address)?;
    let mut read = Line {
        address,
        time_ms,
        request,
        status,
        bytes,
        referrer: b"",
        agent: b"",
        duration_us: None,
    };
    let mut needed = usize::from(format.referrer.is_some()) * 2;
    for (place, field) in Fields(tail).enumerate() {
        if format.referrer == Some(place) && field.quoted {
            read.referrer = given(field.text);
            needed -= 1;
        } else if format.agent() == Some(place) && field.quoted {
            read.agent = given(field.text);
            needed -= 1;
        } else if let Some(duration) = format.duration.filter(|known| known.place == place) {
            read.duration_us = duration_us(field.text, duration)?;
        } else if place > format.last() {
            break;
        }
    }
    if needed > 0 {
        return Err(Fault::Fields);
    }
    Ok(read)
}

fn given(text: &[u8]) -> &[u8] {
    if text == b"-" { b"" } else { text }
}

fn is_address(address: &[u8]) -> bool {
    let of_address = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'-' | b'_' | b'%')
    };
    !address.is_empty() && address != b"-" && address.iter().all(of_address)
}

fn duration_us(text: &[u8], duration: Duration) -> Result<Option<u64>, Fault> {
    let text = text.get(duration.prefix..).ok_or(Fault::Duration)?;
    if text == b"-" {
        return Ok(None);
    }
    let microseconds = decimal_us(text).ok_or(Fault::Duration)?;
    Ok(Some(microseconds / duration.unit.per_second()))
}

/// A decimal number times a million, further digits cut off.
pub fn decimal_us(text: &[u8]) -> Option<u64> {
    let (before, after) = match text.iter().position(|byte| *byte == b'.') {
        Some(point) => (&text[..point], &text[point + 1..]),
        None => (text, &b""[..]),
    };
    if before.is_empty() || !after.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digit = |at: usize| u64::from(after.get(at).map_or(0, |digit| digit - b'0'));
    let parts = (0..6).fold(0, |value, at| value * 10 + digit(at));
    whole(before)?.checked_mul(1_000_000)?.checked_add(parts)
}

/// A number of at most 18 digits.
fn whole(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    digits.iter().try_fold(0, |value, digit| {
        digit
            .is_ascii_digit()
            .then(|| value * 10 + u64::from(digit - b'0'))
    })
}

/// The fields of what is left of a line: words, and texts in quotes.
pub struct Fields<'a>(pub &'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        let start = self.0.iter().position(|byte| *byte != b' ')?;
        let rest = &self.0[start..];
        if rest[0] != b'"' {
            let end = rest.iter().position(|byte| *byte == b' ');
            let (text, rest) = rest.split_at(end.unwrap_or(rest.len()));
            self.0 = rest;
            return Some(Field {
                text,
                quoted: false,
            });
        }
        let mut at = 1;
        // A quote ends the field where a blank or the end follows: servers that
        // escape nothing write quotes inside quotes.
        while at < rest.len() {
            match rest[at] {
                b'\\' => at += 2,
                b'"' if matches!(rest.get(at + 1), None | Some(b' ')) => {
                    self.0 = &rest[at + 1..];
                    return Some(Field {
                        text: &rest[1..at],
                        quoted: true,
                    });
                }
                _ => at += 1,
            }
        }
        // Cut off in the middle: no field.
        self.0 = b"";
        None
    }
}

/// The text of a field: `\"`, `\\` and `\xhh`, as Apache and nginx write them.
pub fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let hexadecimal = |place: usize| {
            let digit = char::from(*text.get(place)?).to_digit(16)?;
            u8::try_from(digit).ok()
        };
        match (text[at], text.get(at + 1)) {
            (b'\\', Some(b'x')) if hexadecimal(at + 2).and(hexadecimal(at + 3)).is_some() => {
                let high = hexadecimal(at + 2).unwrap_or_default();
                plain.push(high * 16 + hexadecimal(at + 3).unwrap_or_default());
                at += 4;
            }
            (b'\\', Some(byte @ (b'"' | b'\\'))) => {
                plain.push(*byte);
                at += 2;
            }
            (byte, _) => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    Cow::Owned(plain)
}
