use proptest::prelude::*;

use super::*;

const GRAINS: [Grain; 9] = [
    Grain::Day,
    Grain::Week,
    Grain::Month,
    Grain::Quarter,
    Grain::Half,
    Grain::Year,
    Grain::FiscalQuarter,
    Grain::FiscalHalf,
    Grain::FiscalYear,
];

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn every_grain_has_its_days_key_and_labels() {
    use Grain::{Day, FiscalHalf, FiscalQuarter, FiscalYear, Half, Month, Quarter, Week, Year};
    let cases = [
        (
            Day,
            "2026-04-01",
            "2026-04-01",
            "2026-04-01",
            "2026-04-01",
            "2026年4月1日",
            "1 Apr 2026",
        ),
        (
            Week,
            "2026-04-01",
            "2026-03-30",
            "2026-04-05",
            "2026-W14",
            "2026年第14週",
            "Week 14, 2026",
        ),
        (
            Week,
            "2027-01-03",
            "2026-12-28",
            "2027-01-03",
            "2026-W53",
            "2026年第53週",
            "Week 53, 2026",
        ),
        (
            Month,
            "2024-02-10",
            "2024-02-01",
            "2024-02-29",
            "2024-02",
            "2024年2月",
            "Feb 2024",
        ),
        (
            Quarter,
            "2026-05-31",
            "2026-04-01",
            "2026-06-30",
            "2026-Q2",
            "2026年第2四半期",
            "Q2 2026",
        ),
        (
            Half,
            "2026-07-01",
            "2026-07-01",
            "2026-12-31",
            "2026-H2",
            "2026年下半期",
            "H2 2026",
        ),
        (
            Half,
            "2026-06-30",
            "2026-01-01",
            "2026-06-30",
            "2026-H1",
            "2026年上半期",
            "H1 2026",
        ),
        (
            Year,
            "2026-12-31",
            "2026-01-01",
            "2026-12-31",
            "2026",
            "2026年",
            "2026",
        ),
        (
            FiscalQuarter,
            "2026-04-01",
            "2026-04-01",
            "2026-06-30",
            "FY2026-Q1",
            "2026年度第1四半期",
            "FY2026 Q1",
        ),
        (
            FiscalQuarter,
            "2027-03-31",
            "2027-01-01",
            "2027-03-31",
            "FY2026-Q4",
            "2026年度第4四半期",
            "FY2026 Q4",
        ),
        (
            FiscalHalf,
            "2026-09-30",
            "2026-04-01",
            "2026-09-30",
            "FY2026-H1",
            "2026年度上期",
            "FY2026 H1",
        ),
        (
            FiscalHalf,
            "2026-12-01",
            "2026-10-01",
            "2027-03-31",
            "FY2026-H2",
            "2026年度下期",
            "FY2026 H2",
        ),
        (
            FiscalHalf,
            "2027-02-01",
            "2026-10-01",
            "2027-03-31",
            "FY2026-H2",
            "2026年度下期",
            "FY2026 H2",
        ),
        (
            FiscalYear,
            "2026-03-31",
            "2025-04-01",
            "2026-03-31",
            "FY2025",
            "2025年度",
            "FY2025",
        ),
        (
            FiscalYear,
            "2026-04-01",
            "2026-04-01",
            "2027-03-31",
            "FY2026",
            "2026年度",
            "FY2026",
        ),
    ];
    for (grain, day, first, last, key, ja, en) in cases {
        let period = Period::of(grain, date(day));
        assert_eq!(period.first(), date(first), "{grain:?} {day}");
        assert_eq!(period.last(), date(last), "{grain:?} {day}");
        assert_eq!(period.key(), key);
        assert_eq!(period.label(LabelLanguage::Ja), ja);
        assert_eq!(period.label(LabelLanguage::En), en);
    }
}

#[test]
fn iso_weeks_agree_with_the_standard() {
    // Dates near New Year, as tabulated for ISO 8601.
    let cases = [
        ("2005-01-01", (2004, 53), 6),
        ("2005-12-31", (2005, 52), 6),
        ("2007-01-01", (2007, 1), 1),
        ("2008-12-29", (2009, 1), 1),
        ("2010-01-03", (2009, 53), 7),
        ("1970-01-01", (1970, 1), 4),
    ];
    for (day, week, weekday) in cases {
        assert_eq!(date(day).iso_week(), week, "{day}");
        assert_eq!(date(day).weekday(), weekday, "{day}");
    }
}

#[test]
fn days_since_1970_agree_with_known_dates() {
    let cases = [
        ("1970-01-01", 0),
        ("2000-03-01", 11_017),
        ("2026-04-01", 20_544),
        ("1969-12-31", -1),
        ("0001-01-01", -719_162),
        ("9999-12-31", 2_932_896),
    ];
    for (day, days) in cases {
        assert_eq!(date(day).days_since_epoch(), days, "{day}");
        assert_eq!(Date::from_days_since_epoch(days), date(day));
    }
}

#[test]
fn what_is_no_date_is_refused() {
    let bad = [
        "",
        "2026-4-1",
        "2026-02-29",
        "1900-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-04-31",
        "0000-01-01",
        "2026/04/01",
        "2026-04-01T",
        "+026-04-01",
        "２０２６-04-01",
        "20260401",
    ];
    for text in bad {
        assert_eq!(text.parse::<Date>(), Err(InvalidDate), "{text}");
    }
    assert!(serde_json::from_str::<Date>("\"2026-02-30\"").is_err());
    assert_eq!(
        serde_json::to_string(&date("0999-01-02")).unwrap(),
        "\"0999-01-02\""
    );
}

#[test]
fn the_year_before_compares_like_with_like() {
    let cases = [
        (Grain::Month, "2024-02-29", "2023-02"),
        (Grain::Day, "2024-02-29", "2023-02-28"),
        (Grain::Week, "2026-04-01", "2025-W14"),
        (Grain::FiscalYear, "2026-04-01", "FY2025"),
        (Grain::FiscalHalf, "2027-01-01", "FY2025-H2"),
        (Grain::Quarter, "2026-05-01", "2025-Q2"),
    ];
    for (grain, day, expected) in cases {
        assert_eq!(Period::of(grain, date(day)).year_before().key(), expected);
    }
}

#[test]
fn a_range_is_covered_without_a_gap() {
    let keys = |grain, first, last| {
        Period::between(grain, date(first), date(last))
            .map(Period::key)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        keys(Grain::Month, "2025-12-31", "2026-02-01"),
        ["2025-12", "2026-01", "2026-02"]
    );
    assert_eq!(
        keys(Grain::FiscalYear, "2026-03-31", "2026-04-01"),
        ["FY2025", "FY2026"]
    );
    assert!(keys(Grain::Day, "2026-04-02", "2026-04-01").is_empty());
    assert_eq!(keys(Grain::Day, "9999-12-30", "9999-12-31").len(), 2);
}

#[test]
fn periods_end_with_time_itself() {
    for grain in GRAINS {
        let last = Period::of(grain, Date::MAX);
        assert!(last.contains(Date::MAX), "{grain:?} {last:?}");
        assert!(last.next().contains(Date::MAX));
        let first = Period::of(grain, Date::MIN);
        assert!(first.contains(Date::MIN), "{grain:?} {first:?}");
        assert!(first.previous().contains(Date::MIN));
        assert!(first.year_before().contains(Date::MIN) || grain == Grain::Week);
    }
}

fn any_date() -> impl Strategy<Value = Date> {
    (-719_000_i32..2_932_000).prop_map(Date::from_days_since_epoch)
}

proptest! {
    #[test]
    fn a_date_survives_days_and_text(days in -719_162_i32..=2_932_896) {
        let date = Date::from_days_since_epoch(days);
        prop_assert_eq!(date.days_since_epoch(), days);
        prop_assert_eq!(date.to_string().parse::<Date>().unwrap(), date);
        prop_assert_eq!(date.plus_days(1).weekday(), date.weekday() % 7 + 1);
    }

    #[test]
    fn periods_tile_time(date in any_date(), grain in prop::sample::select(&GRAINS[..])) {
        let period = Period::of(grain, date);
        prop_assert!(period.contains(date));
        prop_assert_eq!(Period::of(grain, period.first()), period);
        prop_assert_eq!(Period::of(grain, period.last()), period);
        prop_assert_eq!(period.next().first(), period.last().plus_days(1));
        prop_assert_eq!(period.next().previous(), period);
        prop_assert!(period < period.next());
        prop_assert!(period.key() < period.next().key());
        prop_assert!(period.year_before() < period);
    }
}
