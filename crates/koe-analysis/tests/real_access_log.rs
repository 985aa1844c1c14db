//! A real access log against counts made from its lines with awk.

use koe_analysis::access_log::{
    BotReason, Described, Finding, Format, Question, Reader, Settings, Traffic,
};

const LOG: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/data/access_log_combined/access_2015-05-17_18.log"
);

fn log() -> String {
    std::fs::read_to_string(LOG).expect("the log")
}

fn found<'a>(lines: impl Iterator<Item = &'a str>, top: usize) -> Finding {
    let lines: Vec<&[u8]> = lines.map(str::as_bytes).collect();
    let settings = Settings::new(b"key".to_vec());
    let format = Format::detect(&lines[..100], None).expect("a format");
    let mut reader = Reader::new(format, &settings);
    lines.iter().for_each(|line| reader.line(line));
    reader.finish().find(&Question {
        top,
        ..Question::default()
    })
}

#[test]
fn every_line_of_a_real_log_is_counted_once() {
    let text = log();
    let found = found(text.lines(), 10_000);
    assert_eq!(
        found.formats,
        [Described {
            name: "combined",
            host_first: false,
            duration: None,
            duration_unsure: false,
        }]
    );
    // The README of the file: lines, bytes, statuses 403, 404 and 500.
    assert_eq!((found.lines, found.malformed, found.blank), (4_525, 0, 0));
    let sum = |of: fn(&Traffic) -> u64| found.traffic.iter().map(of).sum::<u64>();
    assert_eq!(sum(|part| part.requests) + found.without_request, 4_525);
    assert_eq!(sum(|part| part.bytes), 1_202_896_060);
    assert_eq!(sum(|part| part.errors), 1 + 93 + 2);
    assert_eq!(found.from.as_deref(), Some("2015-05-17T10:05:00Z"));
    assert_eq!(found.until.as_deref(), Some("2015-05-18T23:05:58Z"));
    // No list says less than the sums above it.
    let pages = found.pages.iter();
    assert_eq!(
        pages.clone().map(|page| page.views).sum::<u64>(),
        found.sessions.views
    );
    assert_eq!(
        pages.clone().map(|page| page.entries).sum::<u64>(),
        found.sessions.n
    );
    assert_eq!(pages.map(|page| page.exits).sum::<u64>(), found.sessions.n);
    let errors = found
        .errors
        .iter()
        .map(|page| page.errors.count)
        .sum::<u64>();
    assert_eq!(errors, found.error_share.count);
}

#[test]
fn programs_are_found_by_name_by_silence_and_by_what_they_do() {
    let text = log();
    let found = found(text.lines(), 10_000);
    let requests = |reason: BotReason| {
        let of_reason = found.programs.iter().filter(|agent| agent.reason == reason);
        of_reason.map(|agent| agent.requests).sum::<u64>()
    };
    // 850 lines match /bot|crawl|spider|slurp/ (README), and feed readers come on top;
    // 136 have no user agent.
    let by_name = requests(BotReason::Agent);
    assert!((850..1_700).contains(&by_name), "{by_name}");
    assert_eq!(requests(BotReason::NoAgent), 136);
    // awk: networks that fetch robots.txt under the name of a browser: 180.76.5 and
    // 180.76.6 as Firefox 6, 23 lines; 208.43.252 and 208.43.255 as Internet Explorer 9, 27
    // lines.
    let disguised: Vec<_> = found
        .programs
        .iter()
        .filter(|agent| agent.reason == BotReason::RobotsTxt)
        .map(|agent| {
            (
                agent.agent.split(' ').next_back().expect("a word"),
                agent.networks,
            )
        })
        .collect();
    assert_eq!(
        disguised,
        [("chromeframe/19.0.1084.52)", 2), ("Firefox/6.0.2", 2)]
    );
    assert_eq!(requests(BotReason::RobotsTxt), 27 + 23);
    assert!(found.pages.iter().all(|page| page.page != "/robots.txt"));
}

#[test]
fn sessions_of_one_browser_agree_with_awk() {
    // Lines of Firefox 27, sorted with `sort` by network and agent, time, line, and
    // walked through once by awk; 414 of the 509 lines are files and feeds.
    let text = log();
    let lines = text.lines().filter(|line| line.ends_with("Firefox/27.0\""));
    let found = found(lines, 3);
    let traffic: Vec<_> = found.traffic.iter().map(|part| part.requests).collect();
    assert_eq!(found.lines, 509);
    assert_eq!(traffic[0], 95);
    assert_eq!(traffic[1] + traffic[2], 414);
    assert_eq!(found.visitors, 62);
    assert_eq!((found.sessions.n, found.sessions.without_view), (69, 1));
    assert_eq!(found.sessions.views, 91);
    assert_eq!(found.sessions.bounce.count, 59);
    let pages: Vec<_> = found
        .pages
        .iter()
        .map(|page| (page.page.as_str(), page.views))
        .collect();
    assert_eq!(
        pages,
        [
            ("/projects/xdotool/", 24),
            ("/projects/xdotool/xdotool.xhtml", 20),
            ("/articles/dynamic-dns-with-dhcp/", 8),
        ]
    );
}

#[test]
fn no_address_is_in_the_finding() {
    let text = log();
    let json = serde_json::to_string(&found(text.lines(), 10_000)).expect("JSON");
    for line in text.lines() {
        let address = line.split(' ').next().expect("an address");
        assert!(!json.contains(address), "{address}");
    }
}
