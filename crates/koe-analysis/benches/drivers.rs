//! What the analyses of drivers and path models cost: `cargo bench -p koe-analysis`.
//!
//! Bars on two cores: the exact Shapley value of 20 drivers below 1 s, 1,000 resamples of
//! 18,000 rows with 14 drivers below 5 s.

use criterion::{Criterion, criterion_group, criterion_main};
use koe_analysis::drivers::{Column, CrossProducts, Options, Rows, analyse, analyse_parts};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

/// Ratings from 1 to 5 that share a halo, and an outcome that the first half of them moves.
fn ratings(rows: usize, drivers: usize) -> Vec<Vec<f64>> {
    let mut chance = Xoshiro256PlusPlus::seed_from_u64(20);
    let mut even = || (chance.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    let mut bell = move || (0..6).map(|_| even()).sum::<f64>() - 3.0;
    let mut columns = vec![Vec::with_capacity(rows); drivers + 1];
    for _ in 0..rows {
        let halo = bell();
        let mut outcome = 6.0 + bell();
        for (driver, column) in columns[1..].iter_mut().enumerate() {
            let rating = (3.5 + halo + 1.2 * bell()).round().clamp(1.0, 5.0);
            if driver < drivers / 2 {
                outcome += rating * 0.2 * (driver + 1) as f64;
            }
            column.push(rating);
        }
        columns[0].push(outcome);
    }
    columns
}

fn rows<'a>(columns: &'a [Vec<f64>], names: &'a [String]) -> Rows<'a> {
    let mut named = names.iter().zip(columns).map(|(name, values)| Column {
        name: name.as_str(),
        values: values.as_slice(),
    });
    Rows {
        outcome: named.next().expect("an outcome"),
        drivers: named.collect(),
        weights: None,
    }
}

fn names(columns: usize) -> Vec<String> {
    (0..columns).map(|column| format!("q{column:02}")).collect()
}

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("drivers");
    group.sample_size(10);

    let names = names(21);
    let columns = ratings(18_000, 20);
    let products: CrossProducts = rows(&columns, &names).products().expect("ratings vary");
    let exact = Options {
        bootstrap: 0,
        ..Options::default()
    };
    group.bench_function("exact Shapley value, 20 drivers, from sums", |bencher| {
        bencher.iter(|| analyse_parts(std::slice::from_ref(&products), &exact));
    });

    let columns = ratings(18_000, 14);
    let rows = rows(&columns, &names[..15]);
    group.bench_function("1,000 resamples of 18,000 × 14", |bencher| {
        bencher.iter(|| analyse(&rows, &Options::default()));
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
