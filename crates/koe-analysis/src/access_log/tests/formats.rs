use super::*;

fn detected(lines: &[&str]) -> Option<Described> {
    let lines: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
    Format::detect(&lines, None)
        .ok()
        .map(|format| format.described())
}

#[test]
fn formats_are_told_from_their_lines() {
    let start = "192.0.2.1 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 512";
    let combined = format!("{start} \"-\" \"Mozilla/5.0\"");
    let described = |name, host_first, duration| Described {
        name,
        host_first,
        duration,
        duration_unsure: false,
    };
    let seconds = Some(DurationUnit::Seconds);
    let cases: Vec<(String, Described)> = vec![
        (start.to_owned(), described("common", false, None)),
        (combined.clone(), described("combined", false, None)),
        (
            format!("www.example.jp:443 {start}"),
            described("common", true, None),
        ),
        (
            format!("www.example.jp {combined}"),
            described("combined", true, None),
        ),
        (
            format!("198.51.100.7 {combined}"),
            described("combined", true, None),
        ),
        (
            format!("{start} 0.004"),
            described("common", false, seconds),
        ),
        (
            format!("{combined} 0.004"),
            described("combined", false, seconds),
        ),
        (
            format!("{combined} \"-\" 0.004 0.003"),
            described("combined", false, seconds),
        ),
        (
            format!("{combined} rt=0.004 uct=\"0.000\""),
            described("combined", false, seconds),
        ),
        (
            format!("{combined} 3"),
            described("combined", false, seconds),
        ),
        (
            format!("{combined} 48211"),
            described("combined", false, Some(DurationUnit::Microseconds)),
        ),
        (
            format!("{combined} \"203.0.113.9\""),
            described("combined", false, None),
        ),
        // A whole number of unknown unit, and several of them, are left alone.
        (
            format!("{combined} 900"),
            Described {
                duration_unsure: true,
                ..described("combined", false, None)
            },
        ),
        (
            format!("{combined} 350 5120"),
            Described {
                duration_unsure: true,
                ..described("combined", false, None)
            },
        ),
    ];
    for (line, wanted) in cases {
        assert_eq!(detected(&[&line]), Some(wanted), "{line}");
    }
    for other in [
        "",
        "#Fields: date time c-ip cs-method cs-uri-stem",
        "{\"time\":\"2015-05-17\",\"status\":200}",
        "Apr  1 12:00:00 host sshd[1]: Accepted",
    ] {
        assert_eq!(detected(&[other]), None, "{other}");
    }
}

#[test]
fn a_unit_that_is_said_is_taken() {
    let line = "192.0.2.1 - - [17/May/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 512 \"-\" \"M\" \
                350 90";
    let cases = [
        (DurationUnit::Seconds, 90_000.0),
        (DurationUnit::Milliseconds, 90.0),
        (DurationUnit::Microseconds, 0.09),
    ];
    let settings = settings();
    for (unit, wanted) in cases {
        let format = Format::detect(&[line.as_bytes()], Some(unit)).expect("a format");
        let mut reader = Reader::new(format, &settings);
        reader.line(line.as_bytes());
        let found = reader.finish().find(&Question::default());
        let times = found.times.expect("times");
        assert_eq!(times.site.median.value, wanted, "{unit}");
    }
}

#[test]
fn lines_are_read_as_servers_write_them() {
    let agent = BROWSER;
    let head = "192.0.2.1 - taro [01/Apr/2026:12:00:00 +0900]";
    let lines = [
        // Bytes unknown, an IPv6 address, escapes in the agent, a list of proxies, a user
        // name with a blank, quotes that nobody escaped.
        format!("{head} \"GET /a HTTP/1.1\" 200 - \"-\" \"{agent}\""),
        format!(
            "2001:db8::1 - - [01/Apr/2026:12:00:01 +0900] \"GET /a HTTP/1.1\" 200 1 \"-\" \"{agent}\""
        ),
        format!("{head} \"GET /a?x=\\\"y\\\" HTTP/1.1\" 200 1 \"-\" \"{agent} \\\"x\\\"\""),
        format!(
            "192.0.2.1, 10.0.0.1 - - [01/Apr/2026:12:00:02 +0900] \"GET /a HTTP/1.1\" 200 1 \"-\" \"{agent}\""
        ),
        format!(
            "192.0.2.1 - Taro Yamada [01/Apr/2026:12:00:03 +0900] \"GET /a HTTP/1.1\" 200 1 \"-\" \"{agent}\""
        ),
        format!("{head} \"GET /a HTTP/1.1\" 200 1 \"-\" \"{agent} \"x\"y\""),
        format!("{head} \"GET /\\xe5\\xba\\x97 HTTP/1.1\" 200 1 \"-\" \"{agent}\""),
    ];
    let found = found(&lines);
    assert_eq!((found.malformed, found.without_request), (0, 0));
    let pages: Vec<_> = found
        .pages
        .iter()
        .map(|page| (page.page.as_str(), page.views))
        .collect();
    assert_eq!(pages, [("/a", 6), ("/店", 1)]);
}

#[test]
fn lines_that_are_not_of_the_format_are_named_and_take_no_part() {
    let good = line("192.0.2.1", 0, "/", 200);
    let lines = [
        good.clone(),
        good.replace("[01/Apr", "[31/Apr"),
        good.replace("192.0.2.1", "-"),
        good.replace(" 200 ", " 999 "),
        good.replace(" 100 ", " many "),
        good[..good.len() - 5].to_owned(),
        String::new(),
        good.replace("GET / HTTP/1.1", "-"),
        "not a line".to_owned(),
        good[..60].to_owned(),
    ];
    let found = found(&lines);
    let malformed: Vec<_> = found
        .malformed_lines
        .iter()
        .map(|malformed| (malformed.line, malformed.fault))
        .collect();
    let wanted = [
        (2, Fault::Time),
        (3, Fault::Address),
        (4, Fault::Status),
        (5, Fault::Bytes),
        (6, Fault::Fields),
        (9, Fault::Time),
        (10, Fault::Status),
    ];
    assert_eq!(malformed, wanted);
    assert_eq!((found.lines, found.malformed), (10, 7));
    assert_eq!((found.blank, found.without_request), (1, 1));
    assert_eq!(found.traffic[0].requests, 1);
    assert_eq!(found.sessions.views, 1);
}
