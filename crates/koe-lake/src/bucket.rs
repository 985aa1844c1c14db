//! Time buckets in a named zone: days that start at local midnight, months at the local first.

use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use datafusion::arrow::datatypes::{DataType, TimestampMillisecondType};
use datafusion::common::exec_err;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use crate::error::{Error, Result};
use crate::question::Grain;
use crate::stream::time_type;

/// Maps a time to the first moment of its bucket, as milliseconds. A function of our own because
/// rows come sorted by time: the bucket of one row is nearly always that of the row before.
#[derive(Debug, Clone)]
pub(crate) struct Buckets {
    grain: Grain,
    zone_name: String,
    zone: TimeZone,
    signature: Signature,
}

impl Buckets {
    pub(crate) fn new(grain: Grain, zone_name: &str) -> Result<Self> {
        let zone =
            TimeZone::get(zone_name).map_err(|_| Error::UnknownTimeZone(zone_name.to_owned()))?;
        Ok(Buckets {
            grain,
            zone_name: zone_name.to_owned(),
            zone,
            signature: Signature::exact(vec![time_type()], Volatility::Immutable),
        })
    }

    /// The first moment of a time's bucket, and the times around it that are known to share it.
    fn around(&self, time: i64) -> Result<(i64, Range<i64>), jiff::Error> {
        let local = Timestamp::from_millisecond(time)?.to_zoned(self.zone.clone());
        let (first, after) = match self.grain {
            Grain::Hour => {
                let offset = i64::from(local.offset().seconds()) * 1_000;
                let first = (time + offset).div_euclid(3_600_000) * 3_600_000 - offset;
                let shares_offset = |at: i64| -> Result<bool, jiff::Error> {
                    Ok(self.zone.to_offset(Timestamp::from_millisecond(at)?) == local.offset())
                };
                // In an hour in which the offset changes each moment is asked for itself.
                let whole = shares_offset(first)? && shares_offset(first + 3_599_999)?;
                let known = if whole {
                    first..first + 3_600_000
                } else {
                    time..time + 1
                };
                return Ok((first, known));
            }
            Grain::Day => {
                let first = local.start_of_day()?;
                let after = first.tomorrow()?.start_of_day()?;
                (first, after)
            }
            Grain::Month => {
                let first = local.first_of_month()?.start_of_day()?;
                let after = first.checked_add(1.month())?.start_of_day()?;
                (first, after)
            }
        };
        Ok((
            millisecond(&first),
            millisecond(&first)..millisecond(&after),
        ))
    }

    fn starts(&self, times: &[i64]) -> Result<Vec<i64>, jiff::Error> {
        let mut bucket = (0, 0..0);
        times
            .iter()
            .map(|&time| {
                if !bucket.1.contains(&time) {
                    bucket = self.around(time)?;
                }
                Ok(bucket.0)
            })
            .collect()
    }

    /// The key of a bucket, as described at [`Grain`].
    pub(crate) fn key(&self, first: i64) -> String {
        let Ok(first) = Timestamp::from_millisecond(first) else {
            return first.to_string();
        };
        let local = first.to_zoned(self.zone.clone());
        match self.grain {
            Grain::Hour => local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            Grain::Day => local.strftime("%Y-%m-%d").to_string(),
            Grain::Month => local.strftime("%Y-%m").to_string(),
        }
    }
}

fn millisecond(moment: &Zoned) -> i64 {
    moment.timestamp().as_millisecond()
}

impl PartialEq for Buckets {
    fn eq(&self, other: &Self) -> bool {
        self.grain == other.grain && self.zone_name == other.zone_name
    }
}

impl Eq for Buckets {}

impl Hash for Buckets {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.grain.hash(state);
        self.zone_name.hash(state);
    }
}

impl ScalarUDFImpl for Buckets {
    fn name(&self) -> &str {
        "bucket"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> datafusion::error::Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(
        &self,
        args: ScalarFunctionArgs,
    ) -> datafusion::error::Result<ColumnarValue> {
        let times: ArrayRef = args.args[0].to_array(args.number_rows)?;
        let Some(times) = times.as_primitive_opt::<TimestampMillisecondType>() else {
            return exec_err!("bucket is asked of {} instead of a time", times.data_type());
        };
        match self.starts(times.values()) {
            Ok(starts) => {
                let starts = Int64Array::new(starts.into(), times.nulls().cloned());
                Ok(ColumnarValue::Array(Arc::new(starts)))
            }
            Err(error) => exec_err!("a time has no bucket in {}: {error}", self.zone_name),
        }
    }
}
