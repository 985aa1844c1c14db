use proptest::prelude::*;

use super::*;

fn summed(answers: &[(Option<f64>, f64)]) -> Summary {
    let mut summary = Summary::default();
    for &(value, weight) in answers {
        summary.add(value, weight);
    }
    summary
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

fn agree(a: &Moments, b: &Moments) -> bool {
    a.n == b.n
        && a.min == b.min
        && a.max == b.max
        && close(a.weight, b.weight)
        && close(a.weight_squared, b.weight_squared)
        && close(a.mean, b.mean)
        && (a.m2 - b.m2).abs() <= 1e-7 * (1.0 + a.m2.abs())
}

fn answer() -> impl Strategy<Value = (Option<f64>, f64)> {
    let value = prop_oneof![
        5 => (0_i64..=10).prop_map(|v| Some(v as f64)),
        2 => (-1e3..1e3_f64).prop_map(Some),
        1 => Just(None),
    ];
    (value, 0.05..20.0_f64)
}

proptest! {
    #[test]
    fn parts_merge_to_the_whole_in_any_order(
        answers in prop::collection::vec(answer(), 0..60),
        cut in 0_usize..60,
    ) {
        let whole = summed(&answers);
        let (head, tail) = answers.split_at(cut.min(answers.len()));
        let forth = Summary::from_iter([&summed(head), &summed(tail)]);
        let back = Summary::from_iter([&summed(tail), &summed(head)]);
        for merged in [&forth, &back] {
            prop_assert!(agree(&merged.moments(), &whole.moments()));
            prop_assert_eq!(merged.n_missing, whole.n_missing);
            prop_assert_eq!(merged.n(), whole.n());
            for (value, tally) in whole.histogram.iter() {
                prop_assert_eq!(merged.histogram.at(value).n, tally.n);
                prop_assert!(close(merged.histogram.at(value).weight, tally.weight));
            }
        }
    }

    #[test]
    fn a_part_that_was_merged_can_be_taken_out(
        answers in prop::collection::vec(answer(), 1..60),
        cut in 0_usize..60,
    ) {
        let (head, tail) = answers.split_at(cut.min(answers.len()));
        let rest = summed(&answers).without(&summed(head));
        let expected = summed(tail);
        prop_assert_eq!(rest.n(), expected.n());
        prop_assert_eq!(rest.n_missing, expected.n_missing);
        for (value, tally) in expected.histogram.iter() {
            prop_assert_eq!(rest.histogram.at(value).n, tally.n);
            prop_assert!(close(rest.histogram.at(value).weight, tally.weight));
        }
        let (found, known) = (rest.aggregated, expected.aggregated);
        prop_assert!((found.mean - known.mean).abs() <= 1e-6 * (1.0 + known.mean.abs()));
        prop_assert!((found.m2 - known.m2).abs() <= 1e-6 * (1e6 + known.m2.abs()));
    }

    #[test]
    fn moments_equal_the_textbook_formulas(
        values in prop::collection::vec(-1e3..1e3_f64, 2..60),
    ) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let answers: Vec<_> = values.iter().map(|&v| (Some(v), 1.0)).collect();
        let moments = summed(&answers).moments();
        prop_assert!(close(moments.mean, mean));
        prop_assert!(close(moments.variance().unwrap(), variance));
        let told = Moments::from_aggregates(
            values.len() as u64,
            mean,
            Some(variance),
            moments.min.unwrap(),
            moments.max.unwrap(),
        );
        prop_assert!(agree(&told, &moments));
    }

    #[test]
    fn equal_weights_whatever_their_size_change_nothing(
        values in prop::collection::vec(-5.0..5.0_f64, 2..40),
        weight in 0.01..100.0_f64,
    ) {
        let plain: Vec<_> = values.iter().map(|&v| (Some(v), 1.0)).collect();
        let weighted: Vec<_> = values.iter().map(|&v| (Some(v), weight)).collect();
        let (plain, weighted) = (summed(&plain).moments(), summed(&weighted).moments());
        prop_assert!(close(plain.mean, weighted.mean));
        prop_assert!(close(plain.n_effective(), weighted.n_effective()));
        prop_assert!(close(plain.variance().unwrap(), weighted.variance().unwrap()));
    }

    #[test]
    fn effective_n_is_never_above_n(answers in prop::collection::vec(answer(), 1..40)) {
        let moments = summed(&answers).moments();
        prop_assert!(moments.n_effective() <= moments.n as f64);
    }
}

#[test]
fn kish_example_of_two_weights() {
    // 10 answers of weight 1 and 10 of weight 3: (10 + 30)² / (10 + 90) = 16.
    let mut tally = Tally::unweighted(10);
    tally.merge(&Tally {
        n: 10,
        weight: 30.0,
        weight_squared: 90.0,
    });
    assert!(close(tally.n_effective(), 16.0));
}

#[test]
fn a_large_offset_does_not_eat_the_variance() {
    let answers: Vec<_> = [4.0, 7.0, 13.0, 16.0]
        .iter()
        .map(|v| (Some(1e9 + v + 0.5), 1.0))
        .collect();
    assert!(close(summed(&answers).moments().variance().unwrap(), 30.0));
}

#[test]
fn what_is_no_number_or_has_no_weight_is_missing() {
    let summary = summed(&[
        (None, 1.0),
        (Some(f64::NAN), 1.0),
        (Some(f64::INFINITY), 1.0),
        (Some(3.0), 0.0),
        (Some(3.0), -1.0),
        (Some(3.0), f64::NAN),
        (Some(3.0), 1.0),
    ]);
    assert_eq!((summary.n(), summary.n_missing), (1, 6));
}

#[test]
fn nothing_has_no_spread_and_one_answer_neither() {
    assert_eq!(Summary::default().moments().variance(), None);
    assert_eq!(summed(&[(Some(4.0), 1.0)]).moments().variance(), None);
    assert_eq!(Tally::default().n_effective(), 0.0);
}

#[test]
fn a_summary_survives_json() {
    let mut summary = summed(&[(Some(9.0), 1.0), (Some(-1.0), 2.0), (Some(2.5), 1.0)]);
    summary.n_out_of_scale = 3;
    let json = serde_json::to_string(&summary).unwrap();
    assert!(json.contains(r#""9":{"n":1"#), "{json}");
    assert_eq!(serde_json::from_str::<Summary>(&json).unwrap(), summary);
    assert_eq!(
        serde_json::from_str::<Summary>("{}").unwrap(),
        Summary::default()
    );
}
