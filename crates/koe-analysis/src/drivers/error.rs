//! Why an analysis cannot be made, in sentences that name the column and the remedy.

use std::fmt;

/// What stands in the way of an analysis of drivers or of a path model's regressions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DriverError {
    /// No driver was named.
    NoDrivers,
    /// More drivers than the method can share R² out among.
    TooManyDrivers {
        /// How many were named.
        given: usize,
        /// How many are possible.
        most: usize,
        /// What to do instead.
        remedy: &'static str,
    },
    /// Two columns have one name, or the outcome is among the drivers.
    NamedTwice {
        /// The name.
        column: String,
    },
    /// A column is longer or shorter than the outcome.
    Length {
        /// The column.
        column: String,
        /// Its rows.
        rows: usize,
        /// The rows of the outcome.
        expected: usize,
    },
    /// Summaries that shall be one were taken over different columns.
    DifferentColumns {
        /// The first column that differs.
        column: String,
    },
    /// Fewer usable rows than a model of this size can be fitted to.
    TooFewRows {
        /// Usable rows.
        n: u64,
        /// The least number of rows.
        needed: u64,
        /// Drivers in the model.
        drivers: usize,
    },
    /// A column has one value only.
    Constant {
        /// The column.
        column: String,
    },
    /// A column is a sum of multiples of others.
    Collinear {
        /// The column.
        column: String,
        /// Those that it can be computed from.
        with: Vec<String>,
    },
    /// Correlations over different rows contradict each other.
    Contradictory,
    /// The outcome of a logistic model has not exactly two values.
    NotTwoValues {
        /// The outcome.
        column: String,
        /// How many different values were found, counted up to three.
        values: usize,
    },
    /// The outcome of a logistic model can be told from the drivers without error.
    Separated {
        /// The outcome.
        column: String,
    },
    /// More or fewer resamples than are possible.
    Resamples {
        /// What was asked for.
        given: usize,
        /// The least number besides none.
        least: usize,
        /// The greatest.
        most: usize,
    },
    /// What was asked for exists only for the linear model or only with all values.
    NotTogether {
        /// The two things.
        what: &'static str,
        /// What to do instead.
        remedy: &'static str,
    },
}

impl fmt::Display for DriverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDrivers => write!(f, "no driver was named: name at least one column"),
            Self::TooManyDrivers {
                given,
                most,
                remedy,
            } => write!(f, "{given} drivers are more than {most}: {remedy}"),
            Self::NamedTwice { column } => write!(
                f,
                "“{column}” was named twice: name each column once, and the outcome not among the drivers"
            ),
            Self::Length {
                column,
                rows,
                expected,
            } => write!(
                f,
                "“{column}” has {rows} rows and the outcome {expected}: give one value, or a missing one, for each row"
            ),
            Self::DifferentColumns { column } => write!(
                f,
                "the parts were summed over different columns (“{column}”): sum each over the same columns in the same order"
            ),
            Self::TooFewRows { n, needed, drivers } => write!(
                f,
                "{n} rows can be used, and a model of {drivers} drivers needs at least {needed}: name fewer drivers, or leave out those that are often missing"
            ),
            Self::Constant { column } => write!(
                f,
                "“{column}” has the same value in every row that can be used, so it can explain nothing and be explained by nothing: leave it out, or look whether rows were lost to missing values"
            ),
            Self::Collinear { column, with } => write!(
                f,
                "“{column}” can be computed from {}: leave one of them out",
                Names(with)
            ),
            Self::Contradictory => write!(
                f,
                "the correlations were taken over different rows and contradict each other: use listwise missing values, or leave out the driver with most of them"
            ),
            Self::NotTwoValues { column, values } => write!(
                f,
                "“{column}” has {} and a logistic model wants two: use the linear model, or recode the outcome to 0 and 1",
                match values {
                    0 => "no value",
                    1 => "one value",
                    _ => "more than two values",
                }
            ),
            Self::Separated { column } => write!(
                f,
                "“{column}” can be told from the drivers without any error, so a logistic model has no finite coefficients: leave out the driver that repeats the outcome, or use the linear model"
            ),
            Self::Resamples { given, least, most } => write!(
                f,
                "{given} resamples are not possible: ask for none (0) or {least} to {most}"
            ),
            Self::NotTogether { what, remedy } => write!(f, "{what}: {remedy}"),
        }
    }
}

impl std::error::Error for DriverError {}

/// Names in quotation marks, with commas.
struct Names<'a>(&'a [String]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, name) in self.0.iter().enumerate() {
            if place > 0 {
                write!(f, ", ")?;
            }
            write!(f, "“{name}”")?;
        }
        Ok(())
    }
}
