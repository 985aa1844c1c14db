use koe_analysis::lifetime::{
    BgNbd, CustomerSummary, GammaGamma, Purchase, gamma_gamma, lifetime, summarise,
};

use crate::{assert_close, columns, file, numbers};

fn summaries() -> Vec<(String, CustomerSummary)> {
    let path = "cdnow/cdnow_customers_summary_with_transactions.csv";
    let [id, x, t_x, t, mean] = columns(path, ["ID", "x", "t_x", "T", "zbar"]);
    let [x, t_x, t, mean] = [x, t_x, t, mean].map(|column| numbers(&column));
    id.into_iter()
        .enumerate()
        .map(|(i, id)| {
            let summary = CustomerSummary {
                x: x[i],
                t_x: t_x[i],
                t: t[i],
                mean_value: (x[i] > 0.0).then_some(mean[i]),
            };
            (id, summary)
        })
        .collect()
}

fn customers() -> Vec<CustomerSummary> {
    summaries()
        .into_iter()
        .map(|(_, summary)| summary)
        .collect()
}

/// Days since 1970-01-01 of yyyymmdd (Hinnant, "chrono-compatible low-level date
/// algorithms").
fn day(text: &str) -> i64 {
    let number: i64 = text.parse().unwrap();
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[test]
fn the_model_of_purchases_agrees_with_fader_hardie_and_lee() {
    let model = BgNbd::fit(&customers()).unwrap();
    assert_close(model.r, 0.243, 5.1e-4);
    assert_close(model.alpha, 4.414, 1e-3);
    assert_close(model.a, 0.793, 1e-3);
    assert_close(model.b, 2.426, 1e-3);
    assert!(
        model.log_likelihood >= -9_582.425_57,
        "{}",
        model.log_likelihood
    );
    // Hardie's sheet works with the parameters as printed, to three digits.
    for (time, expected) in [
        (0.142_9, 0.0078),
        (1.0, 0.0532),
        (3.0, 0.1506),
        (31.857_1, 1.0405),
        (32.0, 1.0437),
        (78.0, 1.8576),
    ] {
        assert_close(
            model.expected_of_new(time),
            expected,
            5e-4 * (1.0 + expected),
        );
    }
}

#[test]
fn the_model_of_amounts_agrees_with_fader_and_hardie() {
    let customers = customers();
    let model = GammaGamma::fit(&customers).unwrap();
    assert_eq!(model.n, 946);
    assert_close(model.p, 6.25, 0.0625);
    assert_close(model.q, 3.74, 0.0374);
    assert_close(model.v, 15.44, 0.1544);
    // README of Lifetimes: frequency and amount of the repeat buyers hardly go together.
    assert_close(
        gamma_gamma::correlation(&customers).unwrap(),
        0.113_884,
        5.1e-7,
    );
    // The expected amounts of the first ten customers (Fader & Hardie 2013, as in
    // tests/test_estimation.py of Lifetimes 0.11.3).
    let expected = [
        24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17,
    ];
    for (customer, amount) in customers.iter().zip(expected) {
        assert_close(model.expected_amount(customer).unwrap(), amount, 0.02);
    }
}

#[test]
fn the_transactions_give_the_published_summary() {
    let text = file("cdnow/CDNOW_sample.txt");
    let purchases = text.lines().filter_map(|line| {
        let mut cells = line.split_whitespace().skip(1);
        let (customer, date) = (cells.next()?.to_owned(), cells.next()?);
        Some(Purchase {
            customer,
            day: day(date),
            amount: cells.nth(1)?.parse().unwrap(),
        })
    });
    let found = summarise(purchases, Some(day("19970930"))).unwrap();
    let published = summaries();
    assert_eq!(found.customers.len(), published.len());
    for ((_, is), (_, should)) in found.customers.iter().zip(&published) {
        assert_eq!(is.x, should.x);
        assert_close(is.t_x, should.t_x, 0.005);
        assert_close(is.t, should.t, 0.005);
        assert_close(
            is.mean_value.unwrap_or(0.0),
            should.mean_value.unwrap_or(0.0),
            0.006,
        );
    }
    let outlook = lifetime(found.customers, 39.0).unwrap();
    assert_close(outlook.bgnbd.r, 0.243, 0.002_43);
    assert_close(outlook.bgnbd.alpha, 4.414, 0.044_14);
    assert_close(outlook.bgnbd.a, 0.793, 0.007_93);
    assert_close(outlook.bgnbd.b, 2.426, 0.024_26);
}

#[test]
fn the_outlook_is_what_customers_did_and_travels_as_stable_json() {
    let outlook = lifetime(summaries(), 39.0).unwrap();
    // Over the 39 weeks after the 39 that the model saw, the 2,357 bought 1,882 times (Fader,
    // Hardie & Lee 2005 show how close the model is to that; see cdnow/README.md).
    let expected: f64 = outlook.customers.iter().map(|c| c.expected_purchases).sum();
    assert!((1_600.0..2_000.0).contains(&expected), "{expected}");
    let first = &outlook.customers[0];
    assert_close(first.expected_purchases, 1.226, 2e-3);
    assert_close(first.value.unwrap(), first.expected_purchases * 24.65, 0.05);
    let json = serde_json::to_value(&outlook).unwrap();
    for field in ["r", "alpha", "a", "b", "log_likelihood"] {
        assert!(json["bgnbd"][field].is_number(), "{field}");
    }
    for field in ["p", "q", "v"] {
        assert!(json["gamma_gamma"][field].is_number(), "{field}");
    }
    for field in ["alive", "expected_purchases", "value"] {
        assert!(json["customers"][0][field].is_number(), "{field}");
    }
    assert_eq!(json["customers"][0]["id"], "1");
}
