//! Survey definitions of other tools, whichever tool it is.

use serde::Serialize;
use utoipa::ToSchema;

use super::report::ConversionReport;
use super::{limesurvey, qualtrics};
use crate::surveys::check::{Problem, check};
use crate::surveys::{Document, Text};

/// The largest survey file that is read, in bytes. Real ones have at most a few million.
pub const LARGEST: usize = 32 * 1024 * 1024;

/// A survey of another tool as a Koe document, with the account of every element.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ConvertedSurvey {
    /// The survey as Koe asks it.
    pub document: Document,
    /// What became of every element of the file.
    pub report: ConversionReport,
    /// What keeps the document from being published (errors) or wants a look (warnings). The
    /// purpose of use is among them unless the file says one: it is a promise that only the
    /// organisation can word.
    pub problems: Vec<Problem>,
}

/// A file that cannot be converted, and why, for a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.reason.get(&crate::surveys::Language::en(), &crate::surveys::Language::en()))]
pub struct NotConvertible {
    /// The reason in Japanese and English.
    pub reason: Text,
    /// Whether the file is larger than is read at all.
    pub too_large: bool,
}

/// Converts a survey file; its content decides the format, its name only when the content
/// leaves it open.
///
/// # Errors
/// When it is larger than [`LARGEST`] or no survey file of a known tool.
pub fn convert_survey(bytes: &[u8], file_name: &str) -> Result<ConvertedSurvey, NotConvertible> {
    if bytes.len() > LARGEST {
        let megabytes = LARGEST / 1024 / 1024;
        return Err(NotConvertible {
            reason: Text::ja_en(
                format!("調査定義のファイルは{megabytes} MBまでです。"),
                format!("A survey file may have at most {megabytes} MB."),
            ),
            too_large: true,
        });
    }
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = start.iter().find(|byte| !byte.is_ascii_whitespace());
    let name = file_name.to_ascii_lowercase();
    let converted = match first {
        Some(b'{' | b'[') => qualtrics::convert(bytes),
        Some(b'<') => limesurvey::convert(bytes),
        _ if name.ends_with(".qsf") => qualtrics::convert(bytes),
        _ if [".lss", ".lsg", ".lsq"]
            .iter()
            .any(|end| name.ends_with(end)) =>
        {
            limesurvey::convert(bytes)
        }
        _ => Err(Text::ja_en(
            "Qualtrics（.qsf）またはLimeSurvey（.lss、.lsg、.lsq）の調査定義ではありません。",
            "This is no survey file of Qualtrics (.qsf) or LimeSurvey (.lss, .lsg, .lsq).",
        )),
    };
    converted
        .map(|(document, report)| ConvertedSurvey {
            problems: check(&document),
            document,
            report,
        })
        .map_err(|reason| NotConvertible {
            reason,
            too_large: false,
        })
}
