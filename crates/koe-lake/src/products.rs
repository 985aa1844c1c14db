//! Sums of products while they are being taken, batch by batch: by part, by group, and how often each
//! value occurs.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, AsArray, RecordBatch, StringViewArray};
use datafusion::arrow::compute::cast as cast_array;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use koe_analysis::drivers::PairProducts;

use crate::cross::{CrossAnswer, CrossGroup, CrossProducts, CrossQuestion, value_name};
use crate::error::{Error, Result};
use crate::plan::{Sums, key_name};
use crate::question::CommonColumn;

/// Different values of a column that are told one by one; of a column with more none is.
const TOLD_VALUES: usize = 2_000;

/// Sums while they are being taken.
#[derive(Debug, Clone)]
pub(crate) struct Adding {
    weighted: bool,
    split: bool,
    /// Most groups of the split.
    most: usize,
    parts: Vec<Triangle>,
    pairs: Vec<PairProducts>,
    groups: HashMap<Option<String>, Triangle>,
    missing: Vec<u64>,
    values: Vec<Values>,
}

impl Adding {
    pub(crate) fn of(question: &CrossQuestion, most: usize) -> Self {
        let width = question.columns.len();
        let parts = question.parts.max(1);
        let names = (0..width).map(|place| place.to_string());
        Adding {
            weighted: question.weight.is_some(),
            split: question.split.is_some(),
            most,
            parts: vec![Triangle::new(width); parts],
            pairs: match question.pairs {
                true => vec![PairProducts::new(names); parts],
                false => Vec::new(),
            },
            groups: HashMap::new(),
            missing: vec![0; width],
            values: vec![Values::default(); width],
        }
    }

    /// Numbers held for one side.
    pub(crate) fn cells(&self) -> usize {
        let width = self.missing.len();
        let pairs = self.pairs.first().map_or(0, |pairs| pairs.sums.len());
        self.parts.len() * (width * (width + 3) / 2 + pairs)
    }

    pub(crate) fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let sums = Sums { batch };
        let width = self.missing.len();
        let mut row = vec![f64::NAN; width];
        let mut columns = Vec::with_capacity(width);
        for (place, missing) in self.missing.iter_mut().enumerate() {
            let values = sums
                .column(&value_name(place))?
                .as_primitive::<Float64Type>();
            let lacking = |value: &Option<f64>| value.is_none_or(|value| !value.is_finite());
            *missing += values.iter().filter(lacking).count() as u64;
            columns.push(values);
        }
        let weights = match self.weighted {
            true => Some(sums.column("w")?.as_primitive::<Float64Type>()),
            false => None,
        };
        let texts = |name: &str| -> Result<StringViewArray> {
            let texts = cast_array(sums.column(name)?, &DataType::Utf8View)?;
            Ok(texts.as_string_view().clone())
        };
        let keys = match self.split {
            true => Some(texts(&key_name(0))?),
            false => None,
        };
        let ids = match self.parts.len() {
            1 => None,
            _ => Some((
                texts(CommonColumn::Customer.name())?,
                texts(CommonColumn::RecordId.name())?,
            )),
        };
        for at in 0..batch.num_rows() {
            for (value, column) in row.iter_mut().zip(&columns) {
                *value = match column.is_valid(at) {
                    true => column.value(at),
                    false => f64::NAN,
                };
            }
            let weight = match weights {
                Some(weights) if weights.is_null(at) => f64::NAN,
                Some(weights) => weights.value(at),
                None => 1.0,
            };
            let part = match &ids {
                None => 0,
                Some((customers, records)) => {
                    let own = customers.is_null(at).then(|| records.value(at));
                    part_of(own.unwrap_or_else(|| customers.value(at)), self.parts.len())
                }
            };
            let complete = self.parts[part].add(&row, weight);
            if complete {
                for (values, value) in self.values.iter_mut().zip(&row) {
                    values.add(*value, 1);
                }
            }
            if let Some(pairs) = self.pairs.get_mut(part) {
                pairs.add(&row, weight);
            }
            if let Some(keys) = &keys {
                let key = keys.is_valid(at).then(|| keys.value(at).to_owned());
                let group = self.groups.entry(key);
                group
                    .or_insert_with(|| Triangle::new(width))
                    .add(&row, weight);
                if self.groups.len() > self.most {
                    return Err(Error::TooManyGroups { limit: self.most });
                }
            }
        }
        Ok(())
    }

    pub(crate) fn merge(&mut self, other: Self) -> Result<()> {
        for (own, other) in self.parts.iter_mut().zip(&other.parts) {
            own.merge(other);
        }
        for (own, other) in self.pairs.iter_mut().zip(&other.pairs) {
            let merged = own.merge(other);
            merged.map_err(|error| Error::Engine(error.to_string()))?;
        }
        for (key, group) in other.groups {
            let width = self.missing.len();
            let own = self.groups.entry(key);
            own.or_insert_with(|| Triangle::new(width)).merge(&group);
        }
        for (own, other) in self.missing.iter_mut().zip(other.missing) {
            *own += other;
        }
        for (own, other) in self.values.iter_mut().zip(other.values) {
            own.merge(&other);
        }
        Ok(())
    }

    pub(crate) fn answer(self) -> CrossAnswer {
        let groups = self.groups.into_iter().map(|(key, group)| CrossGroup {
            key,
            products: group.products(),
        });
        let mut groups: Vec<CrossGroup> = groups.collect();
        groups.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        CrossAnswer {
            parts: self.parts.iter().map(Triangle::products).collect(),
            pairs: self.pairs,
            groups,
            missing: self.missing,
            values: self.values.into_iter().map(Values::told).collect(),
        }
    }
}

/// The part of an id: FNV-1a over its bytes, stirred so that ids which differ at their end part as
/// well as others (Steele, Lea & Flood 2014, OOPSLA, the mix of SplitMix64). It must never change:
/// intervals of the same rows would.
fn part_of(id: &str, parts: usize) -> usize {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in id.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    (hash % parts.max(1) as u64) as usize
}

/// Sums of complete rows; products above and on the diagonal.
#[derive(Debug, Clone)]
struct Triangle {
    n: u64,
    n_incomplete: u64,
    weight: f64,
    weight_squared: f64,
    sums: Vec<f64>,
    upper: Vec<f64>,
}

impl Triangle {
    fn new(width: usize) -> Self {
        Triangle {
            n: 0,
            n_incomplete: 0,
            weight: 0.0,
            weight_squared: 0.0,
            sums: vec![0.0; width],
            upper: vec![0.0; width * (width + 1) / 2],
        }
    }

    /// Whether the row was complete.
    fn add(&mut self, row: &[f64], weight: f64) -> bool {
        if !weight.is_finite() || row.iter().any(|value| !value.is_finite()) {
            self.n_incomplete += 1;
            return false;
        }
        self.n += 1;
        self.weight += weight;
        self.weight_squared += weight * weight;
        let mut from = 0;
        for (a, x) in row.iter().enumerate() {
            let weighed = weight * x;
            self.sums[a] += weighed;
            let others = &row[a..];
            let upper = &mut self.upper[from..from + others.len()];
            for (sum, y) in upper.iter_mut().zip(others) {
                *sum += weighed * y;
            }
            from += others.len();
        }
        true
    }

    fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.n_incomplete += other.n_incomplete;
        self.weight += other.weight;
        self.weight_squared += other.weight_squared;
        let own = self.sums.iter_mut().chain(&mut self.upper);
        for (sum, more) in own.zip(other.sums.iter().chain(&other.upper)) {
            *sum += more;
        }
    }

    fn products(&self) -> CrossProducts {
        let width = self.sums.len();
        let mut products = vec![vec![0.0; width]; width];
        let places = (0..width).flat_map(|a| (a..width).map(move |b| (a, b)));
        for ((a, b), sum) in places.zip(&self.upper) {
            products[a][b] = *sum;
            products[b][a] = *sum;
        }
        CrossProducts {
            n: self.n,
            n_incomplete: self.n_incomplete,
            weight: self.weight,
            weight_squared: self.weight_squared,
            sums: self.sums.clone(),
            products,
        }
    }
}

/// Rows by value; whole numbers of scales without a search.
#[derive(Debug, Clone, Default)]
struct Values {
    small: [u64; 16],
    other: HashMap<u64, u64>,
    too_many: bool,
}

impl Values {
    fn add(&mut self, value: f64, rows: u64) {
        let whole = value as usize;
        if let Some(small) = self.small.get_mut(whole)
            && whole as f64 == value
        {
            *small += rows;
        } else if !self.too_many {
            // Zero has two signs and is one number; −0 is whole and never comes here.
            *self.other.entry(value.to_bits()).or_default() += rows;
            if self.other.len() > TOLD_VALUES {
                self.too_many = true;
                self.other.clear();
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        for (small, more) in self.small.iter_mut().zip(other.small) {
            *small += more;
        }
        self.too_many |= other.too_many;
        for (value, rows) in &other.other {
            self.add(f64::from_bits(*value), *rows);
        }
    }

    fn told(self) -> Option<Vec<(f64, u64)>> {
        let small = (0_u32..).map(f64::from).zip(self.small);
        let other = self.other.into_iter();
        let mut all: Vec<(f64, u64)> = small
            .chain(other.map(|(value, rows)| (f64::from_bits(value), rows)))
            .filter(|(_, rows)| *rows > 0)
            .collect();
        all.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
        (!self.too_many && all.len() <= TOLD_VALUES).then_some(all)
    }
}
