//! What to keep in mind about a path model.

use super::finding::{ConstructFinding, Htmt, Path, PathNote, PathNoteCode};
use super::model::{Mode, PathModel, Structure};
use super::report::Measured;

const RELIABLE: f64 = 0.7;
const IN_COMMON: f64 = 0.5;
const APART: f64 = 0.9;
const HIGH_VIF: f64 = 5.0;
const ROWS_PER_ARROW: u64 = 10;

pub(super) fn remarks(
    model: &PathModel,
    structure: &Structure,
    measured: &Measured,
    constructs: &[ConstructFinding],
    paths: &[Path],
    ratios: &[Htmt],
) -> Vec<PathNote> {
    let mut notes = Vec::new();
    notes.extend(few_rows(structure, measured));
    for construct in constructs {
        let about = Some(construct.name.clone());
        let name = &construct.name;
        if let Some(rho) = construct.rho_c
            && construct.mode == Mode::A
            && rho < RELIABLE
        {
            notes.push(PathNote {
                code: PathNoteCode::Unreliable,
                about: about.clone(),
                value: rho,
                message: format!(
                    "The indicators of “{name}” hardly say the same (rhoC {rho:.2}, wanted \
                     {RELIABLE}): look at those with a low loading."
                ),
            });
        }
        if construct.mode == Mode::A && construct.ave < IN_COMMON {
            notes.push(PathNote {
                code: PathNoteCode::LittleInCommon,
                about: about.clone(),
                value: construct.ave,
                message: format!(
                    "“{name}” holds less than half of its indicators' variance (AVE {:.2}): what \
                     they measure is mostly something else.",
                    construct.ave
                ),
            });
        }
        let negative = construct.indicators.iter().find(|i| i.weight < 0.0);
        if let (Some(indicator), Some(_)) = (negative, model.scale) {
            notes.push(PathNote {
                code: PathNoteCode::NegativeWeight,
                about,
                value: indicator.weight,
                message: format!(
                    "“{}” weighs negatively in “{name}”, which has no index for that: is it asked \
                     the other way round?",
                    indicator.name
                ),
            });
        }
    }
    for pair in ratios.iter().filter(|pair| pair.value > APART) {
        notes.push(PathNote {
            code: PathNoteCode::HardToTellApart,
            about: Some(format!("{} – {}", pair.a, pair.b)),
            value: pair.value,
            message: format!(
                "“{}” and “{}” can hardly be told apart (HTMT {:.2}, wanted below {APART}): what \
                 is said of one may hold for the other.",
                pair.a, pair.b, pair.value
            ),
        });
    }
    for path in paths.iter().filter(|path| path.vif > HIGH_VIF) {
        notes.push(PathNote {
            code: PathNoteCode::Overlap,
            about: Some(format!("{} → {}", path.from, path.to)),
            value: path.vif,
            message: format!(
                "“{}” overlaps with what else leads to “{}” (VIF {:.1}): the path is uncertain.",
                path.from, path.to, path.vif
            ),
        });
    }
    notes
}

/// Ten rows for each arrow at the construct with the most of them (Barclay, Higgins & Thompson
/// 1995, *Technology Studies* 2:285–309): a rough rule, so that it only warns.
fn few_rows(structure: &Structure, measured: &Measured) -> Option<PathNote> {
    let formative = structure.blocks.iter().zip(&structure.modes);
    let arrows = formative
        .filter(|(_, mode)| **mode == Mode::B)
        .map(|(block, _)| block.len())
        .chain(structure.before.iter().map(Vec::len))
        .max()?;
    let wanted = ROWS_PER_ARROW * arrows as u64;
    (measured.n < wanted).then(|| PathNote {
        code: PathNoteCode::FewRows,
        about: None,
        value: measured.n as f64,
        message: format!(
            "{} rows are few for {arrows} arrows at one construct: {wanted} are wanted.",
            measured.n
        ),
    })
}
