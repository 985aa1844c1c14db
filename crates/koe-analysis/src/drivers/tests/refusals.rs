//! What is refused, and in which words.

use super::{Table, plain, ratings};
use crate::drivers::{
    CrossProducts, DriverError, Method, Missing, Model, NoteCode, Options, analyse, analyse_parts,
};

fn error(table: &Table, options: &Options) -> DriverError {
    analyse(&table.rows(), options).unwrap_err()
}

#[test]
fn what_cannot_be_computed_is_named_with_the_remedy() {
    let good = || ratings(60, &[0.5, 0.5, 0.2], 0.3, 7);
    let mut constant = good();
    constant.columns[2] = vec![4.0; 60];
    let mut copied = good();
    copied.columns[3] = copied.columns[1]
        .iter()
        .map(|value| 2.0 * value - 1.0)
        .collect();
    let mut summed = good();
    summed.columns[3] = (0..60)
        .map(|row| summed.columns[1][row] + summed.columns[2][row])
        .collect();
    let mut short = good();
    short.columns[2].pop();
    let mut twice = good();
    twice.names[2] = "q1".to_owned();
    let mut unanswered = good();
    unanswered.columns[1][3..].fill(f64::NAN);
    let mut flat = good();
    flat.columns[0] = vec![0.1; 60];
    for (table, wanted) in [
        (constant, ["“q2”", "same value"]),
        (copied, ["“q3”", "computed from “q1”:"]),
        (summed, ["“q3”", "computed from “q1”, “q2”"]),
        (short, ["“q2”", "59 rows"]),
        (twice, ["“q1”", "twice"]),
        (unanswered, ["3 rows", "at least 5"]),
        (flat, ["“outcome”", "same value"]),
    ] {
        let told = error(&table, &plain(0)).to_string();
        assert!(wanted.iter().all(|part| told.contains(part)), "{told}");
    }
}

#[test]
fn options_that_cannot_be_are_named() {
    let table = ratings(60, &[0.5, 0.2], 0.0, 1);
    let with = |change: fn(&mut Options)| {
        let mut options = plain(0);
        change(&mut options);
        error(&table, &options).to_string()
    };
    assert!(with(|o| o.bootstrap = 99).contains("100 to 100000"));
    assert!(with(|o| o.model = Model::Logistic).contains("two"));
    let both = with(|o| (o.model, o.missing) = (Model::Logistic, Missing::Pairwise));
    assert!(both.contains("listwise"));
    let many = ratings(80, &[0.1; 26], 0.0, 1);
    let told = error(&many, &plain(0)).to_string();
    assert!(told.contains("26 drivers are more than 25"), "{told}");
    let johnson = Options {
        method: Method::Johnson,
        ..plain(0)
    };
    assert!(analyse(&many.rows(), &johnson).is_ok());
    assert_eq!(analyse_parts(&[], &plain(0)), Err(DriverError::NoDrivers));
    let other = CrossProducts::new(["outcome", "q2", "q1"]);
    let parts = [table.rows().products().unwrap(), other];
    let told = analyse_parts(&parts, &plain(0)).unwrap_err();
    assert!(told.to_string().contains("“q2”"), "{told}");
}

#[test]
fn an_outcome_that_is_known_from_a_driver_has_no_logistic_model() {
    let mut table = ratings(100, &[1.0, 0.0], 0.0, 3);
    table.columns[0] = table.columns[1]
        .iter()
        .map(|v| f64::from(*v > 3.0))
        .collect();
    let options = Options {
        model: Model::Logistic,
        ..plain(0)
    };
    let told = error(&table, &options).to_string();
    assert!(
        told.contains("“outcome”") && told.contains("without any error"),
        "{told}"
    );
}

#[test]
fn few_rows_and_chance_are_not_ranked() {
    let few = analyse(&ratings(29, &[2.0, 1.0, 0.0], 0.0, 5).rows(), &plain(100)).unwrap();
    let refused = few.refused.unwrap();
    assert_eq!(refused.code, NoteCode::FewRows);
    assert!(refused.message.contains("29 rows for 3 drivers"));
    let names: Vec<&str> = few.drivers.iter().map(|d| d.name.as_str()).collect();
    assert_eq!(names, ["q1", "q2", "q3"]);
    assert!(
        few.drivers
            .iter()
            .all(|d| !d.significant && d.rank.is_none())
    );
    assert!(few.drivers.iter().all(|d| d.interval.unwrap().0 == 0.0));

    let enough = analyse(&ratings(30, &[2.0, 1.0, 0.0], 0.0, 5).rows(), &plain(100)).unwrap();
    assert_eq!(enough.refused, None);
    assert_eq!(enough.drivers[0].rank, Some(1));
    assert_eq!(enough.drivers[0].name, "q1");

    let noise = analyse(&ratings(200, &[0.0; 4], 0.0, 9).rows(), &plain(100)).unwrap();
    assert_eq!(noise.refused.unwrap().code, NoteCode::NotSignificant);
}

#[test]
fn overlap_and_halo_are_warned_of() {
    let halo = analyse(
        &ratings(500, &[0.5, 0.5, 0.5, 0.5], 1.6, 2).rows(),
        &plain(0),
    )
    .unwrap();
    let codes: Vec<NoteCode> = halo.warnings.iter().map(|note| note.code).collect();
    assert!(codes.contains(&NoteCode::Halo), "{codes:?}");
    assert!(!codes.contains(&NoteCode::Overlap), "{codes:?}");

    let mut overlap = ratings(500, &[0.5, 0.5], 0.0, 2);
    for row in 0..500 {
        overlap.columns[2][row] = overlap.columns[1][row] + 0.1 * f64::from(row as u32 % 7);
    }
    let found = analyse(&overlap.rows(), &plain(0)).unwrap();
    let about: Vec<_> = found
        .warnings
        .iter()
        .filter(|note| note.code == NoteCode::Overlap)
        .filter_map(|note| note.column.as_deref())
        .collect();
    assert_eq!(about, ["q1", "q2"]);
    assert!(found.drivers.iter().all(|driver| driver.vif > 5.0));

    let none = analyse(&ratings(500, &[0.5, 0.5, 0.5], 0.0, 2).rows(), &plain(0)).unwrap();
    assert_eq!(none.warnings, []);
}
