//! The exact test of a table of any size (Freeman & Halton 1951, *Biometrika*
//! 38:141–149): the chance, with all margins fixed, of a table at most as likely as
//! the one seen.
//!
//! Tables are not listed one by one. The columns are cut into two halves; what the first
//! half leaves of each row is a *node*, and the ways to reach a node and to go on from it
//! are independent. Each node's ways to reach it are kept sorted with running sums, so
//! that a way to go on needs one binary search.

use std::collections::HashMap;

/// Columns that are filled before the test gives up.
const MOST_STEPS: u64 = 8_000_000;
/// Half tables that are kept.
const MOST_KEPT: u64 = 100_000;
/// Ties differ by rounding only; the same allowance as R's `fisher.test`.
const TIE: f64 = 1e-7;

/// p of the exact test; `None` when the table is too large for it.
#[must_use]
pub fn fisher_freeman_halton(rows: &[Vec<u64>]) -> Option<f64> {
    // Nodes have one number for each row, so the table is laid with its shorter side
    // down.
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let at = |row: usize, column: usize| rows[row].get(column).copied().unwrap_or(0);
    let table: Vec<Vec<u64>> = if rows.len() <= width {
        (0..width)
            .map(|column| (0..rows.len()).map(|row| at(row, column)).collect())
            .collect()
    } else {
        (0..rows.len())
            .map(|row| (0..width).map(|column| at(row, column)).collect())
            .collect()
    };
    // From here on: one entry per column, each with one number per row.
    let height = table.first().map_or(0, Vec::len);
    let margins: Vec<u64> = (0..height)
        .map(|row| table.iter().map(|column| column[row]).sum())
        .collect();
    let n: u64 = margins.iter().sum();
    if n > 100_000 {
        return None;
    }
    let mut sizes: Vec<u64> = table.iter().map(|column| column.iter().sum()).collect();
    sizes.sort_unstable();
    let factorials = log_factorials(n);
    let chance = |column: &[u64]| -> f64 {
        let logs = column.iter().map(|&count| factorials[count as usize]);
        -logs.sum::<f64>()
    };
    let seen: f64 = table.iter().map(|column| chance(column)).sum();

    // The first half takes the small columns, as long as its tables can be kept; the
    // largest column of all has no choice once the others are filled.
    let (_, free) = sizes.split_last()?;
    let mut kept = 1_u64;
    let first = free
        .iter()
        .take_while(|&&size| {
            kept = kept.saturating_mul(ways(size, height));
            kept <= MOST_KEPT
        })
        .count();
    let mut walk = Walk {
        factorials: &factorials,
        steps: 0,
    };
    let mut reached: HashMap<Vec<u64>, Vec<f64>> = HashMap::new();
    walk.fill(
        &free[..first],
        &mut margins.clone(),
        0.0,
        &mut |left, log| {
            reached.entry(left.to_vec()).or_default().push(log);
        },
    )?;
    // Whether there is any hope, before hours are spent on finding out.
    let further = free[first..]
        .iter()
        .fold(reached.len() as u64, |all, &size| {
            all.saturating_mul(ways(size, height))
        });
    if further > 3 * MOST_STEPS {
        return None;
    }

    // Logs are kept relative to the table seen, so that nothing vanishes.
    let (mut as_unlikely, mut all) = (0.0, 0.0);
    for (mut left, logs) in reached {
        let node = Node::new(logs);
        walk.fill(&free[first..], &mut left, 0.0, &mut |last, log| {
            let log = log + chance(last);
            let scale = (log + node.largest - seen).exp();
            all += node.total() * scale;
            as_unlikely += node.up_to(seen + TIE - log) * scale;
        })?;
    }
    (all > 0.0).then(|| (as_unlikely / all).min(1.0))
}

/// The ways to reach a node, least likely first.
struct Node {
    logs: Vec<f64>,
    /// Sums of their chances, relative to the likeliest.
    sums: Vec<f64>,
    largest: f64,
}

impl Node {
    fn new(mut logs: Vec<f64>) -> Self {
        logs.sort_unstable_by(f64::total_cmp);
        let largest = logs.last().copied().unwrap_or(0.0);
        let sums = logs
            .iter()
            .scan(0.0, |sum, log| {
                *sum += (log - largest).exp();
                Some(*sum)
            })
            .collect();
        Self {
            logs,
            sums,
            largest,
        }
    }

    fn total(&self) -> f64 {
        self.sums.last().copied().unwrap_or(0.0)
    }

    /// The chances of all ways whose log is at most `limit`.
    fn up_to(&self, limit: f64) -> f64 {
        match self.logs.partition_point(|&log| log <= limit) {
            0 => 0.0,
            count => self.sums[count - 1],
        }
    }
}

/// Fills columns in every way that the margins allow, and tells what is left of them.
struct Walk<'a> {
    factorials: &'a [f64],
    steps: u64,
}

impl Walk<'_> {
    fn fill(
        &mut self,
        sizes: &[u64],
        left: &mut [u64],
        log: f64,
        done: &mut dyn FnMut(&[u64], f64),
    ) -> Option<()> {
        let Some((&size, rest)) = sizes.split_first() else {
            done(left, log);
            return Some(());
        };
        let room = left.iter().sum();
        self.cell(0, size, room, rest, left, log, done)
    }

    /// Gives a row its share of what is `open` of a column; `room` is what this row and
    /// those after it can take.
    #[expect(
        clippy::too_many_arguments,
        reason = "the state of a recursion, which a struct would only rename"
    )]
    fn cell(
        &mut self,
        row: usize,
        open: u64,
        room: u64,
        rest: &[u64],
        left: &mut [u64],
        log: f64,
        done: &mut dyn FnMut(&[u64], f64),
    ) -> Option<()> {
        if row == left.len() {
            self.steps += 1;
            return match self.steps > MOST_STEPS {
                true => None,
                false => self.fill(rest, left, log, done),
            };
        }
        let (here, further) = (left[row], room - left[row]);
        for count in open.saturating_sub(further)..=open.min(here) {
            left[row] = here - count;
            let log = log - self.factorials[count as usize];
            self.cell(row + 1, open - count, further, rest, left, log, done)?;
        }
        left[row] = here;
        Some(())
    }
}

/// How many ways there are to spread a column over so many rows, without margins.
fn ways(size: u64, height: usize) -> u64 {
    (1..height as u64).fold(1_u64, |ways, k| ways.saturating_mul(size + k) / k)
}

fn log_factorials(n: u64) -> Vec<f64> {
    let mut logs = Vec::with_capacity(n as usize + 1);
    logs.push(0.0);
    let mut sum = 0.0;
    for k in 1..=n {
        sum += (k as f64).ln();
        logs.push(sum);
    }
    logs
}
