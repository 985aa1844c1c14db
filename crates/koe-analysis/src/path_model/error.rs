//! Why a path model cannot be estimated.

use std::fmt;

use crate::drivers::DriverError;

/// What stands in the way of a path model, in a sentence that names the place and the remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathModelError {
    /// Fewer than two constructs, or no path.
    Empty,
    /// A construct has no indicator.
    NoIndicators {
        /// The construct.
        construct: String,
    },
    /// An indicator stands twice in the model.
    IndicatorTwice {
        /// The indicator.
        indicator: String,
    },
    /// A path names a construct that is not there.
    UnknownConstruct {
        /// The name.
        construct: String,
    },
    /// The model names a column that is not there.
    UnknownColumn {
        /// The construct that wants it.
        construct: String,
        /// The name.
        column: String,
    },
    /// A path stands twice, or leads from a construct to itself.
    PathTwice {
        /// Where it begins.
        from: String,
        /// Where it ends.
        to: String,
    },
    /// Paths lead in a circle.
    Circle {
        /// A construct on it.
        construct: String,
    },
    /// A construct has no path.
    Unconnected {
        /// The construct.
        construct: String,
    },
    /// The scale's end is not above its beginning.
    Scale,
    /// Indicators of a formative construct, or constructs that lead to one another, can be
    /// computed from each other.
    Collinear {
        /// The construct whose regression has no solution.
        construct: String,
    },
    /// The weights did not settle.
    NotConverged {
        /// Rounds that were tried.
        iterations: usize,
    },
    /// What holds for any analysis of columns.
    Columns(DriverError),
}

impl From<DriverError> for PathModelError {
    fn from(error: DriverError) -> Self {
        Self::Columns(error)
    }
}

impl fmt::Display for PathModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(
                f,
                "a path model has at least two constructs and a path between them: add them to `constructs` and `paths`"
            ),
            Self::NoIndicators { construct } => write!(
                f,
                "the construct “{construct}” has no indicators: name at least one column"
            ),
            Self::IndicatorTwice { indicator } => write!(
                f,
                "the indicator “{indicator}” stands twice in the model: give it to one construct"
            ),
            Self::UnknownConstruct { construct } => write!(
                f,
                "a path names the construct “{construct}”, which is not among the constructs: add it or correct the path"
            ),
            Self::UnknownColumn { construct, column } => write!(
                f,
                "the construct “{construct}” wants the column “{column}”, which the data do not have: correct the name"
            ),
            Self::PathTwice { from, to } => write!(
                f,
                "the path from “{from}” to “{to}” stands twice or leads to where it begins: keep one path between two different constructs"
            ),
            Self::Circle { construct } => write!(
                f,
                "the paths lead back to “{construct}”: take one path of the circle out"
            ),
            Self::Unconnected { construct } => write!(
                f,
                "no path begins or ends at “{construct}”: connect it or leave it out"
            ),
            Self::Scale => write!(
                f,
                "the scale must end above its beginning, for example [1, 10]"
            ),
            Self::Collinear { construct } => write!(
                f,
                "what leads to or makes up “{construct}” can be computed from each other: leave out an indicator or a path"
            ),
            Self::NotConverged { iterations } => write!(
                f,
                "the weights did not settle within {iterations} rounds: look for constructs whose indicators hardly correlate"
            ),
            Self::Columns(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PathModelError {}
