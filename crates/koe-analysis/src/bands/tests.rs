use proptest::prelude::*;

use super::*;

fn day(text: &str) -> f64 {
    edge(text).expect("a date")
}

fn texts(bands: &[Band], dates: bool) -> Vec<String> {
    bands.iter().map(|band| band.text(dates)).collect()
}

#[test]
fn bands_read_back_as_they_are_written() {
    for text in ["1..<4", "..<1", "10..", "-2.5..<0", "0.1..<0.25"] {
        let band: Band = text.parse().expect(text);
        assert_eq!(band.text(false), text);
    }
    let year: Band = "2026-04-01..<2027-04-01".parse().expect("a year");
    assert_eq!(year.text(true), "2026-04-01..<2027-04-01");
    assert!(year.holds(day("2026-04-01")) && year.holds(day("2027-03-31")));
    assert!(!year.holds(day("2027-04-01")));
    for wrong in [
        "",
        "..",
        "1",
        "4..<1",
        "1..<1",
        "1..4",
        "1..<",
        "a..<b",
        "NaN..",
        "..<inf",
        "2026-02-30..",
    ] {
        assert_eq!(wrong.parse::<Band>(), Err(InvalidBand), "{wrong}");
    }
}

#[test]
fn edges_cut_from_the_floor_to_the_open_end() {
    assert_eq!(
        texts(&between(&[1.0, 4.0, 10.0], Some(0.0)), false),
        ["0..<1", "1..<4", "4..<10", "10.."]
    );
    assert_eq!(
        texts(&between(&[0.0, 5.0], Some(0.0)), false),
        ["0..<5", "5.."]
    );
    assert_eq!(texts(&between(&[5.0], None), false), ["..<5", "5.."]);
    assert_eq!(texts(&between(&[], Some(0.0)), false), ["0.."]);
    assert!(between(&[], None).is_empty());
}

#[test]
fn chosen_bands_are_easy_to_read() {
    // Few whole numbers are a band each.
    assert_eq!(
        choose(&[(0.0, 5), (1.0, 9), (3.0, 2)], 5, Shape::Count),
        [1.0, 3.0]
    );
    // Nobody's zero is mixed with somebody's one.
    let orders: Vec<(f64, u64)> = (0..40).map(|n| (f64::from(n), 10)).collect();
    assert_eq!(choose(&orders, 5, Shape::Count), [1.0, 11.0, 20.0, 30.0]);
    let spent: Vec<(f64, u64)> = (0..1_000).map(|n| (f64::from(n) * 137.0, 1)).collect();
    assert_eq!(
        choose(&spent, 5, Shape::Number),
        [1.0, 30_000.0, 60_000.0, 100_000.0]
    );
    let days: Vec<(f64, u64)> = (0..500).map(|n| (f64::from(n), 1)).collect();
    assert_eq!(choose(&days, 5, Shape::Days), [90.0, 180.0, 270.0, 365.0]);
    let since: Vec<(f64, u64)> = (0..1_500)
        .map(|n| (day("2022-01-10") + f64::from(n), 1))
        .collect();
    let edges = choose(&since, 5, Shape::Date);
    assert_eq!(
        texts(&between(&edges, None), true),
        [
            "..<2022-10-01",
            "2022-10-01..<2023-07-01",
            "2023-07-01..<2024-04-01",
            "2024-04-01..<2025-04-01",
            "2025-04-01.."
        ]
    );
    assert!(choose(&[], 5, Shape::Number).is_empty());
    assert!(choose(&[(3.5, 9)], 5, Shape::Number).is_empty());
}

fn shapes() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::Count),
        Just(Shape::Number),
        Just(Shape::Days),
        Just(Shape::Date)
    ]
}

proptest! {
    /// Whatever the numbers: ascending edges, no more bands than allowed, and every number in
    /// exactly one of them.
    #[test]
    fn every_number_lies_in_exactly_one_band(
        numbers in prop::collection::btree_map(-50_i32..20_000, 1_u64..50, 1..80),
        thousandths in any::<bool>(),
        shape in shapes(),
    ) {
        let size = if thousandths { 0.001 } else { 1.0 };
        let values: Vec<(f64, u64)> =
            numbers.iter().map(|(number, n)| (f64::from(*number) * size, *n)).collect();
        let edges = choose(&values, 5, shape);
        prop_assert!(edges.len() < 5);
        prop_assert!(edges.windows(2).all(|two| two[0] < two[1]), "{:?}", edges);
        let bands = between(&edges, None);
        for (value, _) in &values {
            let inside = bands.iter().filter(|band| band.holds(*value)).count();
            prop_assert_eq!(inside, usize::from(!bands.is_empty()));
        }
        for band in &bands {
            prop_assert_eq!(band.text(false).parse::<Band>(), Ok(*band));
        }
    }
}
