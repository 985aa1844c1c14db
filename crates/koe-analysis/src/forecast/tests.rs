use proptest::prelude::*;

use super::*;

/// Yearly flow of the Nile at Aswan, 1871–1970 (Cobb 1978, *Biometrika* 65:243–251).
const NILE: [f64; 100] = [
    1120., 1160., 963., 1210., 1160., 1160., 813., 1230., 1370., 1140., 995., 935., 1110., 994.,
    1020., 960., 1180., 799., 958., 1140., 1100., 1210., 1150., 1250., 1260., 1220., 1030., 1100.,
    774., 840., 874., 694., 940., 833., 701., 916., 692., 1020., 1050., 969., 831., 726., 456.,
    824., 702., 1120., 1100., 832., 764., 821., 768., 845., 864., 862., 698., 845., 744., 796.,
    1040., 759., 781., 865., 845., 944., 984., 897., 822., 1010., 771., 676., 649., 846., 812.,
    742., 801., 1040., 860., 874., 848., 890., 744., 749., 838., 1050., 918., 986., 797., 923.,
    975., 815., 1020., 906., 901., 1170., 912., 746., 919., 718., 714., 740.,
];

/// Monthly passengers of airlines, 1949–1960 (Box & Jenkins 1976, series G).
const PASSENGERS: [u16; 144] = [
    112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170,
    170, 158, 133, 114, 140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180,
    193, 181, 183, 218, 230, 242, 209, 191, 172, 194, 196, 196, 236, 235, 229, 243, 264, 272, 237,
    211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229, 242, 233, 267, 269,
    270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271,
    306, 315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336, 340, 318, 362, 348, 363, 435,
    491, 505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405, 417,
    391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432,
];

fn passengers() -> Vec<f64> {
    PASSENGERS.iter().map(|&n| f64::from(n)).collect()
}

fn close(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within
}

#[test]
fn the_passengers_agree_with_r() {
    // R, `HoltWinters(AirPassengers, seasonal = "mult")`, an example of its help page.
    let found = holt_winters(
        &passengers(),
        Seasonal::Multiplicative,
        12,
        24,
        Confidence::P95,
    )
    .unwrap();
    assert!(close(found.alpha, 0.275_592_5, 2.7e-3), "{found:?}");
    assert!(close(found.beta, 0.032_692_95, 3.2e-4), "{found:?}");
    assert!(
        close(found.gamma.unwrap(), 0.870_729_2, 8.7e-3),
        "{found:?}"
    );
    assert!(close(found.level, 469.323_220_6, 0.5), "{found:?}");
    assert!(close(found.trend, 3.021_539_1, 0.03), "{found:?}");
    let season = [
        0.946_461_1,
        0.882_923_9,
        0.971_736_9,
        1.030_482_5,
        1.047_688_4,
        1.180_527_2,
        1.359_077_8,
        1.333_170_6,
        1.108_338_1,
        0.986_881_3,
        0.836_133_3,
        0.920_987_7,
    ];
    for (is, should) in found.season.iter().zip(season) {
        assert!(close(*is, should, 2e-3), "{is} {should}");
    }
    // Two winters and two summers ahead: what a step of the season is, it is again, grown.
    let at = |ahead: usize| found.forecast[ahead - 1];
    let growth = at(19).value / at(7).value;
    assert!(growth > 1.05 && growth < 1.1, "{growth}");
    assert!(at(7).interval.1 - at(7).interval.0 > at(1).interval.1 - at(1).interval.0);
}

#[test]
fn the_nile_agrees_with_r() {
    // R, `HoltWinters(Nile, gamma = FALSE, beta = FALSE)`: alpha 0.2465796, a 805.0389.
    let found = smooth(&NILE, 3, Confidence::P95).unwrap();
    assert!(close(found.alpha, 0.246_579_6, 2e-3), "{}", found.alpha);
    assert!(close(found.level, 805.038_9, 0.5), "{}", found.level);
    let widths: Vec<f64> = found
        .forecast
        .iter()
        .map(|f| f.interval.1 - f.interval.0)
        .collect();
    let grow = (1.0 + 2.0 * found.alpha.powi(2)).sqrt();
    assert!(close(widths[2] / widths[0], grow, 1e-9), "{widths:?}");
}

#[test]
fn the_hems_of_skirts_agree_with_r() {
    // Hipel & McLeod 1994, yearly diameter of skirts at the hem, 1866–1911; R,
    // `HoltWinters(skirts, gamma = FALSE)`: alpha 0.8383481, beta 1, a 529.308585, b 5.690464,
    // SSE 16954.18 (Coghlan, *A Little Book of R for Time Series*).
    let hems = [
        608., 617., 625., 636., 657., 691., 728., 784., 816., 876., 949., 997., 1027., 1047.,
        1049., 1018., 1021., 1012., 1018., 991., 962., 921., 871., 829., 822., 820., 802., 821.,
        819., 791., 746., 726., 661., 620., 588., 568., 542., 551., 541., 557., 556., 534., 528.,
        529., 523., 531.,
    ];
    let found = holt_winters(&hems, Seasonal::None, 1, 1, Confidence::P95).unwrap();
    assert!(found.sse <= 16_954.18, "{}", found.sse);
    assert!(close(found.alpha, 0.838_348_1, 8.3e-3), "{}", found.alpha);
    assert!(close(found.beta, 1.0, 0.01), "{}", found.beta);
    assert!(close(found.level, 529.308_585, 0.1), "{}", found.level);
    assert!(close(found.trend, 5.690_464, 0.057), "{}", found.trend);
}

#[test]
fn a_series_that_swings_slowly_is_told_of() {
    let report = |values: &[f64]| {
        analyse_series(values, Seasonal::None, 1, 1, Confidence::P95)
            .unwrap()
            .warnings
    };
    // A fall alone makes limits too narrow, and once it is found nothing is left.
    let nile = report(&NILE);
    assert!(
        matches!(nile[..], [SeriesWarning::LimitsTooNarrow { correlation }] if correlation > 0.4),
        "{nile:?}"
    );
    let calm: Vec<f64> = (0..60).map(noise).collect();
    assert_eq!(report(&calm), []);
    let swings: Vec<f64> = (0..60)
        .map(|i| (i as f64 / 2.0).sin() + 0.1 * noise(i))
        .collect();
    let told: Vec<String> = report(&swings).iter().map(ToString::to_string).collect();
    assert!(
        told[0].contains("control limits are too narrow"),
        "{told:?}"
    );
}

#[test]
fn the_nile_fell_after_1898() {
    // Cobb 1978 and everybody since: the dam at Aswan, begun in 1899.
    let found = change_points(&NILE, None).unwrap();
    assert_eq!(found.points.len(), 1, "{found:?}");
    let shift = found.points[0];
    assert_eq!(1_871 + shift.row - 1, 1_899);
    assert!(
        close(shift.before, 1_097.75, 0.005) && close(shift.after, 849.97, 0.005),
        "{shift:?}"
    );
}

#[test]
fn limits_agree_with_the_handbook() {
    // NIST/SEMATECH e-Handbook of Statistical Methods, section 6.3.2.2.
    let flow = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];
    let found = control_chart(&flow).unwrap();
    for (is, should) in [
        (found.centre, 50.81),
        (found.moving_range, 1.8778),
        (found.upper, 55.8041),
        (found.lower, 45.8159),
    ] {
        assert!(close(is, should, 1e-4), "{is} {should}");
    }
    assert_eq!(found.signals, []);
}

#[test]
fn each_run_rule_finds_its_case_and_only_there() {
    let rules = |values: &[f64], rule: RunRule| -> Vec<usize> {
        let found = control_chart(values).unwrap();
        let of_rule = found.signals.iter().filter(|signal| signal.rule == rule);
        of_rule.map(|signal| signal.row).collect()
    };
    let quiet = [1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0];
    let with = |tail: &[f64]| [quiet.as_slice(), tail].concat();
    assert_eq!(rules(&with(&[9.0]), RunRule::OutsideLimits), [11]);
    assert_eq!(rules(&with(&[9.0]), RunRule::LargeStep), [11]);
    assert_eq!(rules(&with(&[]), RunRule::LargeStep), [0; 0]);
    let near = with(&[-1.0, 4.5, 4.2, 0.5, 4.4, -1.0, 1.0, -1.0]);
    assert_eq!(rules(&near, RunRule::ThreeOfFourNearLimit), [15]);
    let run = with(&[2.0; 8]);
    assert_eq!(rules(&run, RunRule::EightOnOneSide), [18]);
    assert_eq!(rules(&with(&[2.0; 7]), RunRule::EightOnOneSide), [0; 0]);
}

/// A number between −1 and 1 that is always the same for the same `i` and has nothing to do
/// with that of its neighbours (Steele, Lea & Flood 2014, SplitMix).
fn noise(i: usize) -> f64 {
    let z = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

#[test]
fn shifts_are_found_where_they_are_and_nowhere_else() {
    let level = |i: usize| match i {
        0..30 => 10.0,
        30..50 => 14.0,
        50..90 => 14.0 - 5.0,
        _ => 12.0,
    };
    let series: Vec<f64> = (0..120).map(|i| level(i) + noise(i)).collect();
    let found = change_points(&series, None).unwrap();
    let rows: Vec<usize> = found.points.iter().map(|point| point.row).collect();
    assert_eq!(rows, [31, 51, 91], "{found:?}");
    let flat: Vec<f64> = (0..120).map(noise).collect();
    assert!(change_points(&flat, None).unwrap().points.is_empty());
    // A penalty that nothing can pay leaves no shift.
    assert!(change_points(&series, Some(1e9)).unwrap().points.is_empty());
}

#[test]
fn what_cannot_be_followed_is_refused_with_its_row_and_remedy() {
    let refused = |values: &[f64], seasonal, period| {
        analyse_series(values, seasonal, period, 1, Confidence::P95)
            .unwrap_err()
            .to_string()
    };
    let good = passengers();
    let mut gap = good.clone();
    gap[4] = f64::NAN;
    let mut negative = good.clone();
    negative[6] = 0.0;
    for (told, says) in [
        (refused(&gap, Seasonal::None, 1), "row 5"),
        (refused(&good[..24], Seasonal::Additive, 12), "at least 25"),
        (refused(&good, Seasonal::Additive, 1), "period"),
        (refused(&negative, Seasonal::Multiplicative, 12), "row 7"),
        (
            refused(&[3.0; 40], Seasonal::None, 1),
            "all values are the same",
        ),
        (refused(&good[..3], Seasonal::None, 1), "at least 6"),
    ] {
        assert!(told.contains(says), "{told}");
    }
}

#[test]
fn a_line_goes_on_as_a_line() {
    let line: Vec<f64> = (0..20).map(|i| 5.0 + 2.0 * f64::from(i)).collect();
    let found = holt_winters(&line, Seasonal::None, 1, 3, Confidence::P95).unwrap();
    assert!(found.gamma.is_none() && found.period.is_none() && found.season.is_empty());
    for forecast in found.forecast {
        let should = 43.0 + 2.0 * f64::from(forecast.ahead);
        assert!(close(forecast.value, should, 1e-6), "{forecast:?}");
    }
}

/// The least cost of all ways to cut, tried one by one.
fn exhaustive(values: &[f64], penalty: f64, noise: f64) -> f64 {
    let n = values.len();
    let cost = |from: usize, to: usize| {
        let part = &values[from..to];
        let mean = part.iter().sum::<f64>() / part.len() as f64;
        part.iter()
            .map(|x| ((x - mean) / noise).powi(2))
            .sum::<f64>()
    };
    let mut best = vec![f64::INFINITY; n + 1];
    best[0] = -penalty;
    for to in LEAST_SEGMENT..=n {
        for from in 0..=to - LEAST_SEGMENT {
            best[to] = best[to].min(best[from] + cost(from, to) + penalty);
        }
    }
    best[n]
}

proptest! {
    #[test]
    fn pruning_loses_nothing(values in proptest::collection::vec(-3_i32..4, 8..40)) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        prop_assume!(values.iter().any(|v| *v != values[0]));
        let found = change_points(&values, Some(2.0)).unwrap();
        let mut cuts = vec![0];
        cuts.extend(found.points.iter().map(|point| point.row - 1));
        cuts.push(values.len());
        let total: f64 = cuts.windows(2).map(|two| {
            let part = &values[two[0]..two[1]];
            let mean = part.iter().sum::<f64>() / part.len() as f64;
            part.iter().map(|x| ((x - mean) / found.noise).powi(2)).sum::<f64>() + 2.0
        }).sum::<f64>() - 2.0;
        prop_assert!(close(total, exhaustive(&values, 2.0, found.noise), 1e-9));
    }

    #[test]
    fn another_unit_gives_the_same_chart(
        values in proptest::collection::vec(-50_i32..50, 10..40),
        shift in -100_i32..100,
    ) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        prop_assume!(values.iter().any(|v| *v != values[0]));
        // Halves are exact in binary, so that no tie is broken by rounding.
        let other: Vec<f64> = values.iter().map(|v| 0.5 * v + f64::from(shift)).collect();
        let (a, b) = (control_chart(&values).unwrap(), control_chart(&other).unwrap());
        prop_assert!(close(0.5 * a.upper + f64::from(shift), b.upper, 1e-9));
        let (a, b) = (change_points(&values, None).unwrap(), change_points(&other, None).unwrap());
        prop_assert!(close(0.5 * a.noise, b.noise, 1e-9));
        prop_assert_eq!(a.points.len(), b.points.len());
    }
}
