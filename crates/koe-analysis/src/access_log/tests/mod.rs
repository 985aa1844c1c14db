mod formats;
mod people;

use super::*;
use crate::confidence::Confidence;

pub const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0";

/// A line of Combined Log Format at so many seconds after noon.
pub fn line(address: &str, second: u32, request: &str, status: u16) -> String {
    line_of(address, second, request, status, "-", BROWSER)
}

pub fn line_of(
    address: &str,
    second: u32,
    request: &str,
    status: u16,
    referrer: &str,
    agent: &str,
) -> String {
    let (hour, minute) = (12 + second / 3_600, second / 60 % 60);
    format!(
        "{address} - - [01/Apr/2026:{hour:02}:{minute:02}:{:02} +0900] \"GET {request} HTTP/1.1\" \
         {status} 100 \"{referrer}\" \"{agent}\"",
        second % 60
    )
}

pub fn settings() -> Settings {
    Settings::new(b"key".to_vec())
}

pub fn part<T: AsRef<[u8]>>(lines: &[T], settings: &Settings) -> Part {
    let lines: Vec<&[u8]> = lines.iter().map(AsRef::as_ref).collect();
    let format = Format::detect(&lines, None).expect("a format");
    let mut reader = Reader::new(format, settings);
    lines.iter().for_each(|line| reader.line(line));
    reader.finish()
}

pub fn found<T: AsRef<[u8]>>(lines: &[T]) -> Finding {
    part(lines, &settings()).find(&Question::default())
}

#[test]
fn a_portion_carries_wilson_and_says_when_it_cannot() {
    // Wilson's interval of 81 of 263 is printed in Newcombe 1998, table I: 0.2553 to
    // 0.3662.
    let portion = Portion::of(81, 263, Confidence::P95);
    let (low, high) = portion.interval.expect("an interval");
    assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5);
    assert_eq!(Portion::of(1, 1, Confidence::P95).interval, None);
    assert_eq!(Portion::of(0, 0, Confidence::P95).share, None);
}
