use proptest::prelude::*;

use super::*;

fn customer(x: f64, t_x: f64, t: f64, mean_value: Option<f64>) -> CustomerSummary {
    CustomerSummary {
        x,
        t_x,
        t,
        mean_value,
    }
}

/// The model as published for CDNOW (Fader, Hardie & Lee 2005, table 2).
fn cdnow() -> BgNbd {
    BgNbd {
        r: 0.243,
        alpha: 4.414,
        a: 0.793,
        b: 2.426,
        log_likelihood: -9_582.4,
    }
}

/// ₂F₁ by its defining series.
fn hypergeometric(a: f64, b: f64, c: f64, z: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for k in 0..200_000 {
        let k = f64::from(k);
        term *= (a + k) * (b + k) / ((c + k) * (k + 1.0)) * z;
        sum += term;
    }
    sum
}

fn close(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within
}

#[test]
fn a_customer_of_the_published_sheet_is_expected_to_buy_as_printed() {
    // Fader, Hardie & Lee 2005, "Implementing the BG/NBD model for customer base analysis in
    // Excel": x = 2, t_x = 30.43, T = 38.86 buys 1.226 times in the next 39 weeks.
    let expected = cdnow().expected_purchases(&customer(2.0, 30.43, 38.86, None), 39.0);
    assert!(close(expected, 1.226, 5e-4), "{expected}");
}

#[test]
fn expected_purchases_are_those_of_the_formula_as_it_is_published() {
    for (a, b) in [(0.793, 2.426), (0.4, 0.3), (3.5, 9.0), (1.7, 0.2)] {
        let model = BgNbd { a, b, ..cdnow() };
        for (x, t_x, t, horizon) in [
            (0.0, 0.0, 20.0, 10.0),
            (1.0, 3.0, 20.0, 52.0),
            (12.0, 30.0, 38.0, 30.0),
            (60.0, 37.0, 38.0, 8.0),
        ] {
            let c = a + b + x - 1.0;
            let since = model.alpha + t;
            let shape = model.r + x;
            let sum = hypergeometric(shape, b + x, c, horizon / (since + horizon));
            let alive = 1.0 - (since / (since + horizon)).powf(shape) * sum;
            let stopped = if x > 0.0 {
                a / (b + x - 1.0) * (since / (model.alpha + t_x)).powf(shape)
            } else {
                0.0
            };
            let published = c / (a - 1.0) * alive / (1.0 + stopped);
            let expected = model.expected_purchases(&customer(x, t_x, t, None), horizon);
            assert!(
                close(expected, published, 1e-8 * (1.0 + published)),
                "{a} {b} {x}: {expected} for {published}"
            );
        }
    }
}

#[test]
fn nothing_breaks_where_the_published_formula_divides_by_zero() {
    let seen = customer(3.0, 12.0, 20.0, None);
    let at = |a: f64, b: f64, customer: &CustomerSummary| {
        let model = BgNbd { a, b, ..cdnow() };
        model.expected_purchases(customer, 26.0)
    };
    let (below, exact, above) = (
        at(0.9999, 2.0, &seen),
        at(1.0, 2.0, &seen),
        at(1.0001, 2.0, &seen),
    );
    assert!(
        above < exact && exact < below && below - above < 1e-3,
        "{below} {exact} {above}"
    );
    let new = customer(0.0, 0.0, 20.0, None);
    let (below, exact, above) = (
        at(0.3, 0.6999, &new),
        at(0.3, 0.7, &new),
        at(0.3, 0.7001, &new),
    );
    assert!((below - exact).abs() < 1e-3 && (above - exact).abs() < 1e-3);
    // Nobody ever stops: purchases come at the rate (r + x) / (α + T).
    let faithful = BgNbd {
        a: 1e-9,
        b: 1e3,
        ..cdnow()
    };
    let rate = (faithful.r + 3.0) / (faithful.alpha + 20.0);
    assert!(close(
        faithful.expected_purchases(&seen, 26.0),
        26.0 * rate,
        1e-6
    ));
    // All are alike, and far ahead: still a number.
    let alike = BgNbd {
        r: 5e3,
        alpha: 1e4,
        a: 2e3,
        b: 8e3,
        log_likelihood: 0.0,
    };
    let far = alike.expected_purchases(&customer(30.0, 90.0, 100.0, None), 1e4);
    assert!(far.is_finite() && far > 0.0 && far < 5.0, "{far}");
}

#[test]
fn who_never_came_back_is_alive_and_who_stays_away_longer_is_less_so() {
    let model = cdnow();
    assert_eq!(model.alive(&customer(0.0, 0.0, 39.0, None)), 1.0);
    let mut before = 1.0;
    for t in [10.0, 15.0, 20.0, 40.0, 200.0] {
        let alive = model.alive(&customer(4.0, 9.9, t, None));
        assert!(alive < before && alive > 0.0, "{t}: {alive}");
        before = alive;
    }
}

/// Histories spread over rates and stops, the same at every call.
fn histories() -> Vec<CustomerSummary> {
    (0..200)
        .map(|i| {
            let x = [0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 3.0, 6.0, 12.0, 0.0][i % 10];
            let t = 20.0 + (i * 7 % 19) as f64;
            let t_x = if x > 0.0 {
                t * (1 + i * 13 % 11) as f64 / 12.0
            } else {
                0.0
            };
            let mean = (x > 0.0).then(|| 5.0 + (i * 31 % 41) as f64);
            customer(x, t_x, t, mean)
        })
        .collect()
}

#[test]
fn order_and_the_units_of_time_and_money_do_not_matter() {
    let customers = histories();
    let fit = |rows: &[CustomerSummary], horizon: f64| {
        lifetime(rows.iter().copied().enumerate(), horizon).unwrap()
    };
    let weeks = fit(&customers, 10.0);
    let reversed: Vec<_> = customers.iter().rev().copied().collect();
    let turned = fit(&reversed, 10.0);
    assert_eq!(turned.bgnbd, weeks.bgnbd);
    assert_eq!(turned.gamma_gamma, weeks.gamma_gamma);
    let in_days: Vec<_> = customers
        .iter()
        .map(|c| customer(c.x, c.t_x * 7.0, c.t * 7.0, c.mean_value.map(|m| m * 150.0)))
        .collect();
    let days = fit(&in_days, 70.0);
    assert!(close(days.bgnbd.alpha, 7.0 * weeks.bgnbd.alpha, 1e-3));
    for (a, b) in weeks.customers.iter().zip(&days.customers) {
        assert!(close(a.alive, b.alive, 1e-4));
        assert!(close(a.expected_purchases, b.expected_purchases, 1e-4));
        let (a, b) = (a.value.unwrap(), b.value.unwrap());
        assert!(close(150.0 * a, b, 1e-3 * b), "{a} {b}");
    }
    // The likelihood is that of the purchases in their own unit of time.
    let again = weeks.bgnbd.log_likelihood_of(&customers);
    assert!(close(weeks.bgnbd.log_likelihood, again, 1e-8 * again.abs()));
}

#[test]
fn purchases_of_one_day_are_one_and_later_ones_do_not_count() {
    let purchase = |customer, day, amount| Purchase {
        customer,
        day,
        amount,
    };
    let rows = [
        purchase("b", 100, 10.0),
        purchase("a", 107, 4.0),
        purchase("a", 100, 99.0),
        purchase("a", 107, 2.0),
        purchase("a", 121, 8.0),
        purchase("a", 122, -8.0),
        purchase("a", 150, 1.0),
    ];
    let found = summarise(rows, Some(128)).unwrap();
    assert_eq!((found.until, found.n_later, found.n_returns), (128, 1, 1));
    assert_eq!(
        found.customers,
        [
            ("a", customer(2.0, 3.0, 4.0, Some(7.0))),
            ("b", customer(0.0, 0.0, 4.0, None)),
        ]
    );
    let all = summarise(rows, None).unwrap();
    assert_eq!((all.until, all.n_later), (150, 0));
    let broken = summarise([purchase("a", 1, f64::NAN)], None).unwrap_err();
    assert!(broken.to_string().contains("amount: row 1"), "{broken}");
}

#[test]
fn what_cannot_be_modelled_is_refused_with_its_column_and_remedy() {
    let refused = |at: usize, row: CustomerSummary| {
        let mut rows = histories();
        rows[at] = row;
        BgNbd::fit(&rows).unwrap_err().to_string()
    };
    for (row, column) in [
        (customer(1.5, 1.0, 2.0, None), "x: row 3"),
        (customer(-1.0, 0.0, 2.0, None), "x: row 3"),
        (customer(1.0, 3.0, 2.0, None), "t_x: row 3"),
        (customer(1.0, 0.0, 2.0, None), "t_x: row 3"),
        (customer(0.0, 1.0, 2.0, None), "t_x: row 3"),
        (customer(0.0, 0.0, f64::NAN, None), "T: row 3"),
    ] {
        let told = refused(2, row);
        assert!(told.starts_with(column), "{told}");
    }
    let few = BgNbd::fit(&histories()[..12]).unwrap_err().to_string();
    assert!(
        few.contains("12 customers") && few.contains("at least 20"),
        "{few}"
    );
    let horizon = lifetime(histories().into_iter().enumerate(), 0.0).unwrap_err();
    assert!(horizon.to_string().starts_with("horizon"), "{horizon}");
}

#[test]
fn without_amounts_there_are_no_values_and_a_reason() {
    let rows = histories().into_iter().map(|c| {
        (
            0,
            CustomerSummary {
                mean_value: None,
                ..c
            },
        )
    });
    let found = lifetime(rows, 10.0).unwrap();
    assert!(found.gamma_gamma.is_none());
    let reason = LifetimeWarning::NoAmounts { repeat_buyers: 0 };
    assert!(found.warnings.contains(&reason), "{:?}", found.warnings);
    assert!(
        found
            .customers
            .iter()
            .all(|c| c.value.is_none() && c.expected_purchases > 0.0)
    );
}

#[test]
fn amounts_that_go_with_frequency_are_told() {
    let rows = histories().into_iter().map(|c| {
        let mean_value = c.mean_value.map(|m| m * c.x);
        (0, CustomerSummary { mean_value, ..c })
    });
    let found = lifetime(rows, 10.0).unwrap();
    let told = found.warnings.iter().any(|warning| {
        matches!(warning, LifetimeWarning::AmountsDependOnFrequency { correlation } if *correlation > 0.3)
    });
    assert!(told, "{:?}", found.warnings);
}

proptest! {
    #[test]
    fn a_longer_horizon_never_holds_fewer_purchases(
        parameters in proptest::array::uniform4(-2.0_f64..2.0),
        x in 0_u32..40,
        recency in 0.01_f64..1.0,
        t in 1.0_f64..60.0,
    ) {
        let [r, alpha, a, b] = parameters.map(f64::exp);
        let model = BgNbd { r, alpha, a, b, log_likelihood: 0.0 };
        let t_x = if x > 0 { recency * t } else { 0.0 };
        let who = customer(f64::from(x), t_x, t, None);
        let mut before = 0.0;
        for horizon in [0.5, 2.0, 10.0, 50.0, 400.0] {
            let expected = model.expected_purchases(&who, horizon);
            // Nobody buys more often than they would if they could never stop.
            let most = horizon * (r + who.x) / (alpha + t);
            prop_assert!(expected >= before - 1e-9 && expected <= most * (1.0 + 1e-6) + 1e-9,
                "{} {} {}", horizon, expected, most);
            before = expected;
        }
        let alive = model.alive(&who);
        prop_assert!((0.0..=1.0).contains(&alive));
    }
}
