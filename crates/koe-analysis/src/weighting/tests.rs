use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::confidence::Confidence;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn margin(name: &str, cells: &[&str], targets: &[(&str, f64)]) -> Margin {
    let targets = targets
        .iter()
        .map(|&(cell, target)| (cell.to_owned(), target));
    Margin {
        name: name.to_owned(),
        cells: names(cells),
        targets: targets.collect(),
    }
}

fn plain(rows: usize) -> Design {
    Design::new(rows, &DesignColumns::default()).unwrap()
}

fn close(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within
}

#[test]
fn a_stratified_mean_is_the_one_of_the_textbook() {
    // By hand, after Cochran 1977, section 5.4: strata of 8 and 4, of which 3 and 2 were
    // drawn. Variance of the total: 8² (1 − 3/8) 1/3 + 4² (1 − 2/4) 2/2.
    let strata = names(&["a", "a", "a", "b", "b"]);
    let fpc = [8.0, 8.0, 8.0, 4.0, 4.0];
    let columns = DesignColumns {
        strata: Some(&strata),
        fpc: Some(&fpc),
        ..DesignColumns::default()
    };
    let design = Design::new(5, &columns).unwrap();
    let values = [1.0, 2.0, 3.0, 10.0, 12.0].map(Some);
    let total = design.total(&values, Confidence::P95);
    assert!(close(total.value.unwrap(), 8.0 * 2.0 + 4.0 * 11.0, 1e-9));
    let variance: f64 = 64.0 * 0.625 / 3.0 + 16.0 * 0.5;
    assert!(close(total.se.unwrap(), variance.sqrt(), 1e-9));
    let mean = design.mean(&values, Confidence::P95);
    assert!(close(mean.value.unwrap(), 5.0, 1e-9));
    assert!(close(mean.se.unwrap(), variance.sqrt() / 12.0, 1e-9));
    assert_eq!(design.freedom(), 3.0);
    // Shares instead of numbers say the same.
    let shares = [0.375, 0.375, 0.375, 0.5, 0.5];
    let columns = DesignColumns {
        fpc: Some(&shares),
        ..columns
    };
    let same = Design::new(5, &columns)
        .unwrap()
        .total(&values, Confidence::P95);
    assert!(close(same.se.unwrap(), variance.sqrt(), 1e-9));
}

#[test]
fn margins_are_met_and_a_contradiction_is_named() {
    let sex = ["f", "f", "m", "f", "m", "m", "f", "f"];
    let age = ["y", "o", "y", "o", "o", "y", "y", "o"];
    let margins = [
        margin("sex", &sex, &[("f", 0.5), ("m", 0.5)]),
        margin("age", &age, &[("y", 30.0), ("o", 70.0)]),
    ];
    let raked = rake(&plain(8), &margins, &RakeOptions::default()).unwrap();
    assert!(raked.summary.converged);
    assert_eq!(raked.summary.method, "raking");
    for margin in &raked.summary.margins {
        for cell in &margin.cells {
            assert!(
                close(cell.after, cell.target, 1e-6 * cell.target),
                "{cell:?}"
            );
        }
    }
    assert!(close(raked.design.weights().iter().sum(), 8.0, 1e-6));
    // All women are young and all men are old: half and half against three and seven.
    let margins = [
        margin("sex", &sex, &[("f", 0.5), ("m", 0.5)]),
        margin("age", &sex, &[("f", 0.3), ("m", 0.7)]),
    ];
    let raked = rake(&plain(8), &margins, &RakeOptions::default()).unwrap();
    assert!(!raked.summary.converged);
    let told = raked.summary.warnings[0].to_string();
    assert!(told.starts_with("the margins are not met: sex"), "{told}");
}

#[test]
fn trimming_keeps_weights_between_their_limits() {
    let cells = ["a", "a", "a", "a", "a", "a", "a", "a", "a", "b"];
    let margins = [margin("part", &cells, &[("a", 0.3), ("b", 0.7)])];
    let free = rake(&plain(10), &margins, &RakeOptions::default()).unwrap();
    assert!(free.summary.greatest > 6.9 && free.summary.n_effective < 5.0);
    let kinds: Vec<_> = free
        .summary
        .warnings
        .iter()
        .map(std::mem::discriminant)
        .collect();
    assert_eq!(kinds.len(), 3, "{:?}", free.summary.warnings);
    let options = RakeOptions {
        trim: Some(Trim {
            least: 0.3,
            greatest: 3.0,
        }),
        ..RakeOptions::default()
    };
    let trimmed = rake(&plain(10), &margins, &options).unwrap();
    assert!(trimmed.summary.n_effective > free.summary.n_effective);
    assert!(
        trimmed.design.weights()[9] <= 3.0 + 1e-9,
        "{:?}",
        trimmed.design.weights()
    );
    let says = |w: &WeightingWarning| matches!(w, WeightingWarning::Trimmed { .. });
    assert!(trimmed.summary.warnings.iter().any(says));
}

#[test]
fn a_lonely_stratum_is_named_and_widens_the_error() {
    let strata = names(&["a", "a", "b"]);
    let columns = DesignColumns {
        strata: Some(&strata),
        ..DesignColumns::default()
    };
    let design = Design::new(3, &columns).unwrap();
    assert_eq!(design.lonely_strata(), ["b"]);
    let near = design.mean(&[1.0, 2.0, 1.5].map(Some), Confidence::P95);
    let far = design.mean(&[1.0, 2.0, 9.0].map(Some), Confidence::P95);
    assert!(far.se.unwrap() > near.se.unwrap());
}

#[test]
fn what_makes_no_sense_is_refused_with_its_column_and_remedy() {
    let four = names(&["a", "a", "b", "b"]);
    let design = |weights: Option<&[f64]>, fpc: Option<&[f64]>| {
        let columns = DesignColumns {
            weights,
            strata: Some(&four),
            fpc,
            clusters: None,
        };
        Design::new(4, &columns).unwrap_err().to_string()
    };
    for (told, says) in [
        (design(Some(&[1.0, 0.0, 1.0, 1.0]), None), "weight: row 2"),
        (design(Some(&[1.0, 1.0]), None), "weight: 2 rows"),
        (design(None, Some(&[9.0, 9.0, f64::NAN, 9.0])), "fpc: row 3"),
        (
            design(None, Some(&[9.0, 8.0, 9.0, 9.0])),
            "stratum a has more than one",
        ),
        (
            design(None, Some(&[9.0, 9.0, 1.5, 1.5])),
            "2 units were drawn from stratum b",
        ),
    ] {
        assert!(told.contains(says), "{told}");
    }
    let refused = |margins: &[Margin]| {
        rake(&plain(2), margins, &RakeOptions::default())
            .unwrap_err()
            .to_string()
    };
    let good = margin("sex", &["f", "m"], &[("f", 500.0), ("m", 500.0)]);
    for (told, says) in [
        (refused(&[]), "no margin"),
        (
            refused(&[margin("sex", &["f", "x"], &[("f", 1.0)])]),
            "\"x\" but no target",
        ),
        (
            refused(&[margin("sex", &["f", "f"], &[("f", 1.0), ("m", 1.0)])]),
            "nobody answered of \"m\"",
        ),
        (
            refused(&[margin("sex", &["f", "m"], &[("f", -1.0), ("m", 1.0)])]),
            "sex, f is not",
        ),
        (
            refused(&[
                good.clone(),
                margin("age", &["y", "o"], &[("y", 1e3), ("o", 1e3)]),
            ]),
            "age to 2000",
        ),
        (
            refused(&[margin("age", &["y"], &[("y", 9.0)])]),
            "age: 1 rows",
        ),
    ] {
        assert!(told.contains(says), "{told}");
    }
    let trim = RakeOptions {
        trim: Some(Trim {
            least: 2.0,
            greatest: 3.0,
        }),
        ..RakeOptions::default()
    };
    assert!(
        rake(&plain(2), &[good], &trim)
            .unwrap_err()
            .to_string()
            .starts_with("trim")
    );
}

proptest! {
    #[test]
    fn weights_of_one_size_and_the_order_of_rows_do_not_matter(
        rows in proptest::collection::vec((-50_i32..50, 0_u8..3, 0_u8..4), 4..40),
        size in 0.01_f64..100.0,
    ) {
        let of = |rows: &[(i32, u8, u8)], size: f64| {
            let weights = vec![size; rows.len()];
            let strata: Vec<String> = rows.iter().map(|r| r.1.to_string()).collect();
            let clusters: Vec<String> = rows.iter().map(|r| r.2.to_string()).collect();
            let columns = DesignColumns {
                weights: Some(&weights),
                strata: Some(&strata),
                clusters: Some(&clusters),
                fpc: None,
            };
            let values: Vec<_> = rows.iter().map(|r| Some(f64::from(r.0))).collect();
            Design::new(rows.len(), &columns).unwrap().mean(&values, Confidence::P95)
        };
        let whole = of(&rows, 1.0);
        let turned: Vec<_> = rows.iter().rev().copied().collect();
        for other in [of(&turned, 1.0), of(&rows, size)] {
            prop_assert!(close(whole.value.unwrap(), other.value.unwrap(), 1e-9));
            prop_assert!(close(whole.se.unwrap_or(-1.0), other.se.unwrap_or(-1.0), 1e-9));
        }
    }

    #[test]
    fn without_a_design_the_error_is_that_of_a_plain_mean(
        values in proptest::collection::vec(-50_i32..50, 2..40),
    ) {
        let n = values.len() as f64;
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let given: Vec<_> = values.iter().copied().map(Some).collect();
        let found = plain(values.len()).mean(&given, Confidence::P95);
        prop_assert!(close(found.se.unwrap(), (variance / n).sqrt(), 1e-9));
    }

    #[test]
    fn post_stratification_makes_the_share_of_a_cell_certain(
        cells in proptest::collection::vec(0_u8..3, 6..40),
        shares in proptest::array::uniform3(0.1_f64..1.0),
    ) {
        let cells: Vec<String> = ["0", "1", "2"].map(str::to_owned).into_iter()
            .chain(cells.iter().map(ToString::to_string)).collect();
        let targets: BTreeMap<String, f64> =
            (0..3).map(|i| (i.to_string(), 1e4 * shares[i])).collect();
        let sum: f64 = targets.values().sum();
        let first = targets["0"] / sum;
        let values: Vec<_> = cells.iter().map(|c| Some(f64::from(u8::from(c == "0")))).collect();
        let margin = Margin { name: "part".to_owned(), cells, targets };
        let raked = rake(&plain(values.len()), &[margin], &RakeOptions::default()).unwrap();
        prop_assert_eq!(&raked.summary.method, "post_stratification");
        let mean = raked.design.mean(&values, Confidence::P95);
        prop_assert!(close(mean.value.unwrap(), first, 1e-9));
        prop_assert!(mean.se.unwrap() < 1e-9);
    }
}
