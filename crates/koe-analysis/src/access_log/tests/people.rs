use proptest::prelude::*;

use super::*;

const A: &str = "192.0.2.1";
const B: &str = "198.51.100.1";

#[test]
fn thirty_minutes_of_silence_end_a_session() {
    // Lines of a log are not in the order of their times.
    let lines = [
        line(A, 1_800, "/b", 200),
        line(A, 0, "/a", 200),
        line(A, 3_601, "/c", 200),
        line(B, 10, "/a", 200),
        // Another person of the same network with the same browser cannot be told apart.
        line("192.0.2.9", 3_602, "/d", 304),
    ];
    let found = found(&lines);
    assert_eq!(found.visitors, 2);
    let sessions = &found.sessions;
    assert_eq!((sessions.n, sessions.views), (3, 5));
    assert_eq!((sessions.bounce.count, sessions.bounce.n), (1, 3));
    assert_eq!(sessions.gap_minutes, 30.0);
    let length = sessions.median_length.expect("a median");
    assert_eq!((length.n, length.value), (2, (1_800_000.0 + 1_000.0) / 2.0));
    let page = |name: &str| {
        let page = found
            .pages
            .iter()
            .find(|page| page.page == name)
            .expect("a page");
        (page.entries, page.exits, page.bounce.count)
    };
    assert_eq!(page("/a"), (2, 1, 1));
    assert_eq!(page("/b"), (0, 1, 0));
    assert_eq!(page("/c"), (1, 0, 0));
    assert_eq!(page("/d"), (0, 1, 0));
}

#[test]
fn requests_of_one_second_stay_in_the_order_of_their_lines() {
    let lines = [
        line(A, 5, "/z", 200),
        line(A, 5, "/a", 200),
        line(A, 5, "/m", 200),
    ];
    let found = found(&lines);
    let entry = found
        .pages
        .iter()
        .find(|page| page.entries == 1)
        .expect("an entry");
    let exit = found
        .pages
        .iter()
        .find(|page| page.exits == 1)
        .expect("an exit");
    assert_eq!((entry.page.as_str(), exit.page.as_str()), ("/z", "/m"));
}

#[test]
fn what_is_no_page_view_is_counted_apart() {
    let bot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    let lines = [
        line(A, 0, "/", 200),
        line(A, 1, "/style.css", 200),
        line(A, 2, "/?feed=rss2", 200),
        line(A, 3, "/moved", 301),
        line(A, 4, "/catalogue.pdf", 206),
        line(A, 5, "/", 200).replace("GET", "POST"),
        line_of(B, 6, "/", 200, "-", bot),
        line_of(B, 7, "/", 200, "-", "-"),
        // Whoever fetches robots.txt is a program in all it does, before and after.
        line("203.0.113.1", 8, "/", 200),
        line("203.0.113.1", 9, "/robots.txt", 200),
        line("203.0.113.1", 10, "/gone", 404),
    ];
    let found = found(&lines);
    let groups: Vec<_> = found
        .traffic
        .iter()
        .map(|part| (part.group, part.requests))
        .collect();
    assert_eq!(
        groups,
        [("pages", 4), ("files", 1), ("feeds", 1), ("programs", 5)]
    );
    assert_eq!((found.visitors, found.sessions.views), (1, 1));
    assert_eq!(found.error_share.count, 0);
    let reasons: Vec<_> = found
        .programs
        .iter()
        .map(|agent| (agent.reason, agent.requests))
        .collect();
    assert_eq!(
        reasons,
        [
            (BotReason::RobotsTxt, 3),
            (BotReason::NoAgent, 1),
            (BotReason::Agent, 1)
        ]
    );
}

#[test]
fn errors_carry_their_share_and_where_they_came_from() {
    let mut lines: Vec<String> = (0..8).map(|second| line(A, second, "/cart", 200)).collect();
    let from = "https://shop.example.jp/top?session=9";
    lines.push(line_of(A, 8, "/cart", 500, from, BROWSER));
    lines.push(line_of(A, 9, "/cart?step=2", 404, from, BROWSER));
    lines.push(line_of(B, 9, "/logo.png", 404, from, BROWSER));
    let found = found(&lines);
    let [cart] = found.errors.as_slice() else {
        panic!("one page has errors: {:?}", found.errors);
    };
    assert_eq!((cart.client_errors, cart.server_errors), (1, 1));
    assert_eq!((cart.errors.count, cart.errors.n), (2, 10));
    // Wilson's interval of 2 of 10.
    let (low, high) = cart.errors.interval.expect("an interval");
    assert!(
        (low - 0.0567).abs() < 5e-5 && (high - 0.5098).abs() < 5e-5,
        "{low} {high}"
    );
    assert_eq!(cart.from.as_deref(), Some("shop.example.jp/top"));
    assert_eq!(found.missing_files[0].file, "/logo.png");
    assert_eq!((found.error_share.count, found.error_share.n), (2, 10));
    let ended = &found.sessions.ended_in_error;
    assert_eq!((ended.count, ended.n), (1, 1));
}

#[test]
fn searches_fail_when_nothing_is_clicked() {
    let end = line(B, 20_000, "/", 200);
    // Requests of one visitor, a minute apart, and what becomes of the searches:
    // (n, failed, left, refined, error, open).
    type Counts = (u64, u64, u64, u64, u64, u64);
    type Case<'a> = (&'a str, &'a [(&'a str, u16)], Counts);
    let cases: [Case<'_>; 9] = [
        (
            "clicked",
            &[("/s?q=a", 200), ("/item", 200)],
            (1, 0, 0, 0, 0, 0),
        ),
        ("left", &[("/", 200), ("/s?q=a", 200)], (1, 1, 1, 0, 0, 0)),
        (
            "refined, then clicked",
            &[("/s?q=a", 200), ("/s?q=b", 200), ("/item", 200)],
            (2, 1, 0, 1, 0, 0),
        ),
        (
            "searched on",
            &[("/s?q=a", 200), ("/s?q=a&page=2", 200), ("/item", 200)],
            (1, 0, 0, 0, 0, 0),
        ),
        (
            "an error",
            &[("/s?q=a", 404), ("/", 200)],
            (1, 1, 0, 0, 1, 0),
        ),
        (
            "redirected to the results",
            &[("/s?q=a", 302), ("/results?q=a", 200), ("/item", 200)],
            (1, 0, 0, 0, 0, 0),
        ),
        (
            "the empty form again",
            &[("/s?q=a", 200), ("/s", 200)],
            (1, 1, 1, 0, 0, 0),
        ),
        (
            "a link that is broken was clicked all the same",
            &[("/s?q=a", 200), ("/gone", 404)],
            (1, 0, 0, 0, 0, 0),
        ),
        (
            "the same again after a click",
            &[("/s?q=a", 200), ("/item", 200), ("/s?q=A", 200)],
            (2, 1, 1, 0, 0, 0),
        ),
    ];
    for (name, requests, wanted) in cases {
        let mut lines: Vec<String> = (0..)
            .zip(requests)
            .map(|(minute, (request, status))| line(A, minute * 60, request, *status))
            .collect();
        lines.push(end.clone());
        let found = found(&lines).searches;
        let counts = (
            found.n,
            found.failed.count,
            found.left,
            found.refined,
            found.error,
            found.open,
        );
        assert_eq!(counts, wanted, "{name}");
        assert_eq!(found.sessions, 1, "{name}");
    }
}

#[test]
fn a_search_at_the_end_of_the_log_is_open() {
    let found = found(&[line(B, 0, "/", 200), line(A, 60, "/s?q=a", 200)]).searches;
    assert_eq!((found.n, found.open, found.failed.n), (1, 1, 0));
    assert_eq!(found.failed.share, None);
}

#[test]
fn the_parameters_of_searches_can_be_named() {
    let lines = [
        line(A, 0, "/s?suche=Schuhe", 200),
        line(A, 1, "/s?q=x", 200),
        line(B, 9_000, "/", 200),
    ];
    let settings = Settings {
        search_parameters: vec!["suche".to_owned()],
        ..settings()
    };
    let found = part(&lines, &settings).find(&Question::default()).searches;
    let terms: Vec<_> = found.terms.iter().map(|term| term.term.as_str()).collect();
    assert_eq!(terms, ["schuhe"]);
}

#[test]
fn slow_pages_are_those_whose_interval_lies_above_the_site() {
    let timed = |page: &str, second: u32, ms: u32| {
        format!(
            "{} {}.{:03}",
            line(A, second, page, 200),
            ms / 1_000,
            ms % 1_000
        )
    };
    let mut lines = Vec::new();
    for second in 0..200 {
        lines.push(timed("/quick", second, 100 + second));
    }
    for second in 0..40 {
        lines.push(timed("/slow", second, 2_000 + second));
    }
    for second in 0..5 {
        lines.push(timed("/rare", second, 9_000));
    }
    let times = found(&lines).times.expect("times");
    let pages: Vec<_> = times
        .pages
        .iter()
        .map(|page| (page.page.as_str(), page.n, page.slow))
        .collect();
    assert_eq!(pages, [("/slow", 40, true), ("/quick", 200, false)]);
    let slow = &times.pages[0];
    assert_eq!(slow.median.value, 2_019.5);
    // Ranks 14 and 27 of 40 for the median, as printed in tables of the sign test.
    assert_eq!(slow.median.interval, Some((2_013.0, 2_026.0)));
    assert_eq!(slow.p95.interval, None);
    assert_eq!(times.site.n, 245);
}

#[test]
fn a_log_without_agents_has_people_too() {
    let start = "192.0.2.1 - - [01/Apr/2026:12:00:00 +0900] \"GET / HTTP/1.1\" 200 512";
    let found = found(&[start]);
    assert_eq!(found.notes, [Note::NoAgents]);
    assert_eq!((found.visitors, found.sessions.views), (1, 1));
}

/// A line of a small world, so that everything meets everything.
fn any_line() -> impl Strategy<Value = String> {
    let target = prop_oneof![
        Just("/"),
        Just("/a"),
        Just("/s?q=x"),
        Just("/s?q=y"),
        Just("/b.css"),
        Just("/robots.txt"),
        Just("/rss"),
    ];
    let status = prop_oneof![Just(200_u16), Just(302), Just(404), Just(500)];
    let agent = prop_oneof![5 => Just(BROWSER), 1 => Just("Googlebot/2.1"), 1 => Just("-")];
    (0..4_u8, 0..20_u32, target, status, agent, 0..40_u32).prop_map(
        |(visitor, step, target, status, agent, broken)| {
            let address = format!("10.0.{visitor}.1");
            let line = line_of(
                &address,
                step * 400,
                target,
                status,
                "https://a.jp/x",
                agent,
            );
            if broken == 0 {
                "broken".to_owned()
            } else {
                line
            }
        },
    )
}

proptest! {
    #[test]
    fn parts_merge_to_the_whole(
        lines in prop::collection::vec(any_line(), 1..60),
        cuts in prop::collection::vec(0..60_usize, 0..3),
    ) {
        let settings = settings();
        let first = line(A, 0, "/", 200);
        let format = || Format::detect(&[first.as_bytes()], None).expect("a format");
        let read = |lines: &[String]| {
            let mut reader = Reader::new(format(), &settings);
            lines.iter().for_each(|line| reader.line(line.as_bytes()));
            reader.finish()
        };
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(lines.len())).collect();
        cuts.sort_unstable();
        cuts.push(lines.len());
        let mut merged = Part::default();
        let mut start = 0;
        for cut in cuts {
            merged.merge(&read(&lines[start..cut]));
            start = cut;
        }
        prop_assert_eq!(
            merged.find(&Question::default()),
            read(&lines).find(&Question::default())
        );
    }

    #[test]
    fn where_no_times_are_equal_the_order_of_lines_decides_nothing(
        targets in prop::collection::vec((0..3_u8, prop_oneof![Just("/"), Just("/s?q=x"), Just("/c")]), 1..40),
        seed in any::<u64>(),
    ) {
        let lines: Vec<String> = (0..)
            .zip(&targets)
            .map(|(step, (visitor, target))| line(&format!("10.0.{visitor}.1"), step * 300, target, 200))
            .collect();
        let mut mixed = lines.clone();
        let mut state = seed;
        for last in (1..mixed.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let other = usize::try_from(state >> 33).expect("small") % (last + 1);
            mixed.swap(last, other);
        }
        prop_assert_eq!(found(&lines), found(&mixed));
    }
}
