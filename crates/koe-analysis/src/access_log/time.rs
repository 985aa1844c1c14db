//! When a request came.

use crate::calendar::Date;

const DAY_MS: i64 = 86_400_000;

/// Milliseconds since 1970-01-01 UTC of `17/May/2015:10:05:03 +0000` or of
/// `2015-05-17T10:05:03+00:00`; parts of a second may follow the seconds. `None` for
/// anything else, days that do not exist included.
pub fn instant(text: &[u8]) -> Option<i64> {
    let (date, rest) = if text.get(2) == Some(&b'/') {
        let date = Date::new(
            number(text.get(7..11)?)?,
            month(text.get(3..6)?)?,
            number(text.get(0..2)?)?,
        );
        if text.get(6) != Some(&b'/') || text.get(11) != Some(&b':') {
            return None;
        }
        (date.ok()?, text.get(12..)?)
    } else {
        let date = Date::new(
            number(text.get(0..4)?)?,
            number(text.get(5..7)?)?,
            number(text.get(8..10)?)?,
        );
        let marks = [4, 7].map(|at| text.get(at) == Some(&b'-'));
        if marks != [true, true] || !matches!(text.get(10)?, b'T' | b' ') {
            return None;
        }
        (date.ok()?, text.get(11..)?)
    };
    let (hour, minute, second) = (
        number(rest.get(0..2)?)?,
        number(rest.get(3..5)?)?,
        number(rest.get(6..8)?)?,
    );
    // A minute may have a leap second.
    if rest[2] != b':' || rest[5] != b':' || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (fraction_ms, zone) = fraction(rest.get(8..)?)?;
    let seconds = i64::from(hour * 3_600 + minute * 60 + second);
    let local = i64::from(date.days_since_epoch()) * DAY_MS + seconds * 1_000 + fraction_ms;
    Some(local - offset_ms(zone)?)
}

/// `2015-05-17T10:05:03Z` of milliseconds since 1970-01-01 UTC.
pub fn shown(instant_ms: i64) -> String {
    let days = i32::try_from(instant_ms.div_euclid(DAY_MS)).unwrap_or(i32::MAX);
    let date = Date::from_days_since_epoch(days);
    let seconds = instant_ms.rem_euclid(DAY_MS) / 1_000;
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{date}T{hour:02}:{minute:02}:{second:02}Z")
}

fn number(digits: &[u8]) -> Option<i32> {
    digits.iter().try_fold(0, |value, digit| {
        digit
            .is_ascii_digit()
            .then(|| value * 10 + i32::from(digit - b'0'))
    })
}

fn month(name: &[u8]) -> Option<i32> {
    const NAMES: [&[u8; 3]; 12] = [
        b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
        b"Dec",
    ];
    let place = NAMES.iter().position(|known| known.as_slice() == name)?;
    i32::try_from(place + 1).ok()
}

/// Milliseconds of `.123`, and what follows; 0 where there is none.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some(digits) = text.strip_prefix(b".") else {
        return Some((0, text));
    };
    let length = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if length == 0 {
        return None;
    }
    let place = |at: usize| digits[..length].get(at).map_or(0, |digit| digit - b'0');
    let ms = i64::from(place(0)) * 100 + i64::from(place(1)) * 10 + i64::from(place(2));
    Some((ms, &digits[length..]))
}

/// Milliseconds of ` +0900`, `+09:00` or `Z`.
fn offset_ms(zone: &[u8]) -> Option<i64> {
    let zone = zone.strip_prefix(b" ").unwrap_or(zone);
    if zone == b"Z" {
        return Some(0);
    }
    let sign = match zone.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let minutes = match zone.len() {
        5 => &zone[3..5],
        6 if zone[3] == b':' => &zone[4..6],
        _ => return None,
    };
    let (hours, minutes) = (number(&zone[1..3])?, number(minutes)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    Some(sign * i64::from(hours * 60 + minutes) * 60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_usual_formats_are_read() {
        // `date -u -d '2015-05-17 10:05:03' +%s` is 1431857103.
        let cases = [
            ("17/May/2015:10:05:03 +0000", Some(1_431_857_103_000)),
            ("17/May/2015:19:05:03 +0900", Some(1_431_857_103_000)),
            ("17/May/2015:06:35:03 -0330", Some(1_431_857_103_000)),
            ("17/May/2015:10:05:03.250 +0000", Some(1_431_857_103_250)),
            ("2015-05-17T10:05:03+00:00", Some(1_431_857_103_000)),
            ("2015-05-17T19:05:03.2+09:00", Some(1_431_857_103_200)),
            ("2015-05-17T10:05:03Z", Some(1_431_857_103_000)),
            ("29/Feb/2016:00:00:00 +0000", Some(1_456_704_000_000)),
            ("29/Feb/2015:00:00:00 +0000", None),
            ("17/Mai/2015:10:05:03 +0000", None),
            ("17/May/2015:24:05:03 +0000", None),
            ("17/May/2015:10:05:03", None),
            ("17/May/2015:10:05:03 +9", None),
            ("17/May/2015 10:05:03 +0000", None),
            ("", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(instant(text.as_bytes()), wanted, "{text}");
        }
        assert_eq!(shown(1_431_857_103_250), "2015-05-17T10:05:03Z");
    }
}
