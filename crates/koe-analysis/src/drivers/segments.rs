//! Does a driver matter more to some than to others?

use serde::{Deserialize, Serialize};

use super::analysis::analyse_parts;
use super::error::DriverError;
use super::finding::{Note, Options};
use super::linear::t_test;
use super::products::CrossProducts;
use crate::inference::family::benjamini_hochberg;

/// The finding about all segments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segments {
    /// Those that a model could be fitted to, in the order given.
    pub segments: Vec<Segment>,
    /// Those it could not be fitted to, each with the reason.
    pub left_out: Vec<(String, String)>,
}

/// The drivers within one segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Its name.
    pub name: String,
    /// Rows used.
    pub n: u64,
    /// Rows left out.
    pub n_dropped: u64,
    /// R² within the segment.
    pub r2: f64,
    /// Why its drivers are not ranked.
    pub refused: Option<Note>,
    /// The drivers, in the order of the columns.
    pub drivers: Vec<SegmentDriver>,
}

/// One driver within one segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentDriver {
    /// Its column.
    pub name: String,
    /// Its part of the segment's R².
    pub importance: f64,
    /// The same over R².
    pub share: f64,
    /// Its mean in the segment.
    pub performance: f64,
    /// Units of the outcome for one point more.
    pub slope: f64,
    /// Where the slope lies.
    pub slope_interval: (f64, f64),
    /// Slope in the segment less slope in all others together; `None` when there are no others
    /// that a model could be fitted to.
    pub difference: Option<f64>,
    /// Where the difference lies.
    pub difference_interval: Option<(f64, f64)>,
    /// p of "no difference".
    pub p: Option<f64>,
    /// The same adjusted over all drivers of all segments (Benjamini & Hochberg 1995).
    pub p_adjusted: Option<f64>,
    /// Whether the segment differs from the others.
    pub differs: bool,
}

/// Fits the same model within each segment and tests each slope against that of all other
/// segments together: `t = (b − b′) / √(se² + se′²)`, with Welch–Satterthwaite degrees of
/// freedom (Paternoster, Brame, Mazerolle & Piquero 1998, *Criminology* 36:859–866; Welch 1947).
/// Segments are taken to be different people.
///
/// The slopes are compared, not the parts of R²: a part of R² is also greater where a driver
/// only varies more. `options.bootstrap` is not used: tests and intervals are those of least
/// squares.
///
/// # Errors
/// When the segments were summed over different columns, or the options ask for what sums do
/// not tell.
pub fn by_segment(
    segments: &[(String, CrossProducts)],
    options: &Options,
) -> Result<Segments, DriverError> {
    let options = Options {
        bootstrap: 0,
        ..*options
    };
    let columns = CrossProducts::merged(segments.iter().map(|(_, products)| products))?
        .map(|whole| whole.columns)
        .ok_or(DriverError::NoDrivers)?;
    let mut found = Segments {
        segments: Vec::new(),
        left_out: Vec::new(),
    };
    for (place, (name, products)) in segments.iter().enumerate() {
        let own = match analyse_parts(std::slice::from_ref(products), &options) {
            Ok(own) => own,
            Err(reason) => {
                found.left_out.push((name.clone(), reason.to_string()));
                continue;
            }
        };
        let others = segments
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != place);
        let others = CrossProducts::merged(others.map(|(_, (_, products))| products))?
            .and_then(|others| analyse_parts(&[others], &options).ok());
        let freedom = own.n_effective - columns.len() as f64;
        let quantile = options.confidence.t(freedom.max(1.0));
        let drivers = columns[1..].iter().filter_map(|column| {
            let driver = own.drivers.iter().find(|driver| &driver.name == column)?;
            let mut found = SegmentDriver {
                name: column.clone(),
                importance: driver.importance,
                share: driver.share,
                performance: driver.performance,
                slope: driver.slope,
                slope_interval: (
                    driver.slope - quantile * driver.standard_error,
                    driver.slope + quantile * driver.standard_error,
                ),
                difference: None,
                difference_interval: None,
                p: None,
                p_adjusted: None,
                differs: false,
            };
            let other = others
                .as_ref()
                .and_then(|others| others.drivers.iter().find(|other| &other.name == column));
            if let (Some(other), Some(others)) = (other, &others) {
                let difference = driver.slope - other.slope;
                let squares = (driver.standard_error.powi(2), other.standard_error.powi(2));
                let error = (squares.0 + squares.1).sqrt();
                let rest = others.n_effective - columns.len() as f64;
                let welch = (squares.0 + squares.1).powi(2)
                    / (squares.0.powi(2) / freedom + squares.1.powi(2) / rest);
                let wide = options.confidence.t(welch) * error;
                found.difference = Some(difference);
                found.difference_interval = Some((difference - wide, difference + wide));
                found.p = Some(t_test(difference / error, welch));
            }
            Some(found)
        });
        found.segments.push(Segment {
            name: name.clone(),
            n: own.n,
            n_dropped: own.n_dropped,
            r2: own.r2,
            refused: own.refused.clone(),
            drivers: drivers.collect(),
        });
    }
    judge(&mut found, options.confidence.alpha());
    Ok(found)
}

fn judge(found: &mut Segments, alpha: f64) {
    let all = |found: &Segments| -> Vec<f64> {
        let drivers = found.segments.iter().flat_map(|segment| &segment.drivers);
        drivers.filter_map(|driver| driver.p).collect()
    };
    let adjusted = benjamini_hochberg(&all(found));
    let drivers = found
        .segments
        .iter_mut()
        .flat_map(|segment| &mut segment.drivers)
        .filter(|driver| driver.p.is_some());
    for (driver, adjusted) in drivers.zip(adjusted) {
        driver.p_adjusted = Some(adjusted);
        driver.differs = adjusted <= alpha;
    }
}
