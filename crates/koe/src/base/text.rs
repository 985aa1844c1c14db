//! The two languages of everything that a person sees.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A language of the product's own texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Hash)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// 日本語
    Ja,
    /// English
    En,
}

impl Language {
    /// BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// The best of the two for an `Accept-Language` header; English when
    /// neither is named.
    pub fn from_accept_language(header: Option<&str>) -> Self {
        let mut best = (Self::En, -1.0);
        for part in header.unwrap_or_default().split(',') {
            let mut pieces = part.trim().split(';');
            let tag = pieces.next().unwrap_or_default().to_ascii_lowercase();
            let quality: f32 = pieces
                .find_map(|p| p.trim().strip_prefix("q=").and_then(|q| q.parse().ok()))
                .unwrap_or(1.0);
            let language = match tag.split('-').next() {
                Some("ja") => Self::Ja,
                Some("en") => Self::En,
                _ => continue,
            };
            if quality > best.1 {
                best = (language, quality);
            }
        }
        best.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_known_language_wins() {
        for (header, expected) in [
            (None, Language::En),
            (Some("fr"), Language::En),
            (Some("ja-JP,ja;q=0.9,en;q=0.8"), Language::Ja),
            (Some("en;q=0.5, ja;q=0.7"), Language::Ja),
            (Some("en-GB"), Language::En),
        ] {
            assert_eq!(
                Language::from_accept_language(header),
                expected,
                "{header:?}"
            );
        }
    }
}
