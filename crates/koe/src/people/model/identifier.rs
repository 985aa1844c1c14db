//! What identifies a person: an e-mail address, a telephone number, an id in
//! another system. Normalised, so that the same person is found however the
//! identifier was written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

/// What kind of identifier it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdentifierKind {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// An id in the named system, such as `crm` or `loyalty`.
    External(String),
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email => f.write_str("email"),
            Self::Phone => f.write_str("phone"),
            Self::External(system) => write!(f, "external:{system}"),
        }
    }
}

impl FromStr for IdentifierKind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "email" => Ok(Self::Email),
            "phone" => Ok(Self::Phone),
            _ => text
                .strip_prefix("external:")
                .filter(|system| {
                    (1..=40).contains(&system.len())
                        && system.bytes().all(|b| {
                            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-')
                        })
                })
                .map(|system| Self::External(system.to_owned()))
                .ok_or("must be email, phone or external:<system>, the system in small letters, digits, _ and -"),
        }
    }
}

impl Serialize for IdentifierKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IdentifierKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A normalised identifier; only [`Identifier::read`] and the store make one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ToSchema)]
pub struct Identifier {
    /// `email`, `phone`, or `external:<system>`.
    #[schema(value_type = String)]
    kind: IdentifierKind,
    /// E-mail addresses in small letters, telephone numbers as `+819012345678`,
    /// ids of other systems as given.
    value: String,
}

impl Identifier {
    /// Normalises what somebody wrote. `calling_code` is the country calling
    /// code of telephone numbers written without one, such as `81`.
    ///
    /// # Errors
    /// What would be accepted, in words.
    pub fn read(
        kind: IdentifierKind,
        text: &str,
        calling_code: &str,
    ) -> Result<Self, &'static str> {
        let value = match &kind {
            IdentifierKind::Email => {
                email(text).ok_or("must be an e-mail address such as name@example.com")?
            }
            IdentifierKind::Phone => phone(text, calling_code)
                .ok_or("must be a telephone number such as 090-1234-5678 or +81 90 1234 5678")?,
            IdentifierKind::External(_) => external(text).ok_or("must have 1 to 200 characters")?,
        };
        Ok(Self { kind, value })
    }

    /// One read back from the store, where it was normalised when written.
    pub fn stored(kind: &str, value: String) -> Option<Self> {
        let kind = kind.parse().ok()?;
        Some(Self { kind, value })
    }

    /// Its kind.
    pub fn kind(&self) -> &IdentifierKind {
        &self.kind
    }

    /// Its normalised value.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// The values that a text of unknown kind may stand for: as an address, as a
/// telephone number, as an id of some system. Matching the kind is for the
/// asker: an id of another system may look like a telephone number.
pub fn candidates(text: &str, calling_code: &str) -> Vec<Identifier> {
    let mut found = Vec::new();
    for kind in [IdentifierKind::Email, IdentifierKind::Phone] {
        found.extend(Identifier::read(kind, text, calling_code));
    }
    found
}

fn email(text: &str) -> Option<String> {
    let text: String = text.trim().nfkc().collect::<String>().to_lowercase();
    let (local, domain) = text.rsplit_once('@')?;
    let fits = !local.is_empty()
        && !local.contains('@')
        && !domain.is_empty()
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && text.len() <= 254
        && !text.contains(|c: char| {
            c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';')
        });
    fits.then_some(text)
}

/// E.164 (ITU-T): `+`, country calling code, national number; 7 to 15 digits.
///
/// Numbers without a country code are taken as the organisation's own
/// country's: the trunk prefix 0 is dropped, and a number that lost its zero
/// in a spreadsheet is taken as if it still had it.
fn phone(text: &str, calling_code: &str) -> Option<String> {
    let text: String = text.trim().nfkc().collect();
    let text = text.strip_prefix("tel:").unwrap_or(&text);
    // `+81 (0)90 …`: the bracketed zero is only for those who dial at home.
    let text = if text.starts_with('+') {
        text.replace("(0)", "")
    } else {
        text.to_owned()
    };
    let international = text.starts_with('+');
    let mut digits = String::new();
    for c in text.chars().skip(usize::from(international)) {
        match c {
            '0'..='9' => digits.push(c),
            ' '
            | '-'
            | '.'
            | '('
            | ')'
            | '/'
            | '\u{2010}'..='\u{2015}'
            | '\u{2212}'
            | 'ー'
            | '〜' => {}
            _ => return None,
        }
    }
    let full = if international {
        digits
    } else if let Some(rest) = digits.strip_prefix("00") {
        rest.to_owned()
    } else if let Some(rest) = digits
        .strip_prefix("010")
        .filter(|_| calling_code == "81" && digits.len() > 11)
    {
        // Japan's own way of dialling abroad.
        rest.to_owned()
    } else if let Some(rest) = digits.strip_prefix('0') {
        // Italy alone keeps the zero.
        let national = if calling_code == "39" {
            digits.as_str()
        } else {
            rest
        };
        format!("{calling_code}{national}")
    } else if digits.len() > 10 && digits.starts_with(calling_code) {
        digits
    } else {
        format!("{calling_code}{digits}")
    };
    let fits = (7..=15).contains(&full.len()) && !full.starts_with('0');
    fits.then(|| format!("+{full}"))
}

fn external(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (1..=200).contains(&text.chars().count()) && !text.contains(char::is_control);
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_japanese_number_is_the_same_however_it_is_written() {
        for text in [
            "090-1234-5678",
            "09012345678",
            "０９０－１２３４－５６７８",
            "+81 90 1234 5678",
            "+81(0)90-1234-5678",
            "0081-90-1234-5678",
            "819012345678",
            "9012345678",
            "(090) 1234 5678",
            "090ー1234ー5678",
            "tel:+819012345678",
        ] {
            assert_eq!(
                phone(text, "81").as_deref(),
                Some("+819012345678"),
                "{text}"
            );
        }
        assert_eq!(phone("03-1234-5678", "81").as_deref(), Some("+81312345678"));
        assert_eq!(phone("0120-123-456", "81").as_deref(), Some("+81120123456"));
    }

    #[test]
    fn a_number_of_another_country_keeps_its_code() {
        assert_eq!(
            phone("+44 20 7946 0018", "81").as_deref(),
            Some("+442079460018")
        );
        assert_eq!(
            phone("010-1-212-555-0100", "81").as_deref(),
            Some("+12125550100")
        );
        assert_eq!(
            phone("020 7946 0018", "44").as_deref(),
            Some("+442079460018")
        );
        assert_eq!(
            phone("(212) 555-0100", "1").as_deref(),
            Some("+12125550100")
        );
        assert_eq!(
            phone("06 1234 5678", "39").as_deref(),
            Some("+390612345678")
        );
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "12",
            "abc",
            "090-1234-5678 ext 5",
            "+81",
            "1234567890123456",
            "=1+1",
        ] {
            assert_eq!(phone(text, "81"), None, "{text}");
        }
    }

    #[test]
    fn addresses_are_compared_in_small_half_width_letters() {
        assert_eq!(
            email(" Hanako@Example.COM ").as_deref(),
            Some("hanako@example.com")
        );
        assert_eq!(
            email("ｈａｎａｋｏ＠example.com").as_deref(),
            Some("hanako@example.com")
        );
        for text in [
            "",
            "hanako",
            "@example.com",
            "hanako@",
            "a b@example.com",
            "a@b@c",
            "a@.com",
            "<a@b.com>",
        ] {
            assert_eq!(email(text), None, "{text}");
        }
    }

    #[test]
    fn ids_of_other_systems_are_kept_as_they_are() {
        assert_eq!(external(" Ab-01 ").as_deref(), Some("Ab-01"));
        assert_eq!(external(""), None);
        for kind in ["email", "phone", "external:crm", "external:loyalty-2"] {
            assert_eq!(
                kind.parse::<IdentifierKind>()
                    .map(|k| k.to_string())
                    .as_deref(),
                Ok(kind)
            );
        }
        for kind in ["fax", "external:", "external:C R M", "external"] {
            assert!(kind.parse::<IdentifierKind>().is_err(), "{kind}");
        }
    }
}
