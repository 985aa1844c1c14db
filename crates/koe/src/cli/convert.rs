//! `koe convert`: other tools' files as Koe's, without touching any store.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::Unacceptable;
use crate::connectors::{Counts, convert_survey};
use crate::surveys::Language;
use crate::surveys::check::Severity;

/// What to convert.
#[derive(Debug, Subcommand)]
pub enum ConvertAction {
    /// A Qualtrics (.qsf) or LimeSurvey (.lss, .lsg, .lsq) survey, printed as JSON:
    /// `document`, `report` and `problems`.
    #[command(after_help = EXAMPLES)]
    Survey {
        /// The file; `-` reads from standard input.
        file: PathBuf,
    },
}

const EXAMPLES: &str =
    "Every element of the file is counted once: converted, converted with a stated loss, or \
     kept verbatim as unsupported. `problems` names what is left to do before it is published.

Examples:
  koe convert survey feedback.qsf > converted.json
  koe convert survey survey.lss | jq .report.counts
  koe convert survey survey.lss | jq .document > survey.json";

/// Runs the command.
///
/// # Errors
/// [`Unacceptable`] for a file that is no such survey.
pub fn convert(action: ConvertAction) -> anyhow::Result<()> {
    let ConvertAction::Survey { file } = action;
    let name = file.to_string_lossy().into_owned();
    let bytes = read(&file).map_err(|error| Unacceptable(format!("{name}: {error}")))?;
    let converted = convert_survey(&bytes, &name)
        .map_err(|refusal| Unacceptable(format!("{name}: {refusal}")))?;
    super::print(&format!("{}\n", serde_json::to_string_pretty(&converted)?))?;
    let problems = converted.problems;
    let Counts {
        converted,
        with_loss,
        unsupported,
        total,
    } = converted.report.counts;
    eprintln!(
        "{total} elements: {converted} converted, {with_loss} with a stated loss, \
         {unsupported} kept verbatim as unsupported."
    );
    let english = Language::en();
    for problem in problems.iter().filter(|p| p.severity == Severity::Error) {
        eprintln!(
            "To do before it is published: {}: {}",
            problem.path,
            problem.message.get(&english, &english)
        );
    }
    Ok(())
}

fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let limit = crate::connectors::LARGEST_SURVEY_FILE as u64 + 1;
    let mut bytes = Vec::new();
    if file.as_os_str() == "-" {
        std::io::stdin()
            .lock()
            .take(limit)
            .read_to_end(&mut bytes)?;
    } else {
        std::fs::File::open(file)?
            .take(limit)
            .read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
