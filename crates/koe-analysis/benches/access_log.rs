//! Speed of reading an access log, on one core. The bar is 500,000 lines a second from
//! bytes to a part; the finding of a part is measured beside it.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use koe_analysis::access_log::{Format, Part, Question, Reader, Settings};

const LINES: usize = 200_000;

const AGENTS: [&str; 5] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
];

/// A log of ten days: 40,000 addresses, 500 pages, one file to three pages, searches,
/// errors, request times. A fixed sequence of numbers, so that every run reads the same.
fn log() -> String {
    let mut state = 7_u64;
    let mut draw = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut text = String::with_capacity(LINES * 260);
    for line in 0..LINES as u64 {
        let second = line * 864_000 / LINES as u64;
        let (day, hour, minute) = (second / 86_400 + 10, second / 3_600 % 24, second / 60 % 60);
        let target = match draw(10) {
            0 => format!("/search?q=%E8%BF%94%E5%93%81+{}", draw(300)),
            1 | 2 => format!("/assets/app-{}.js", draw(20)),
            _ => format!("/shop/items/{}?ref=mail", draw(500)),
        };
        let status = match draw(50) {
            0 => 404,
            1 => 301,
            _ => 200,
        };
        let agent = AGENTS[usize::try_from(draw(5)).expect("small")];
        let visitor = draw(40_000);
        writeln!(
            text,
            "10.{}.{}.{} - - [{day}/Jun/2026:{hour:02}:{minute:02}:{:02} +0900] \"GET {target} HTTP/1.1\" \
             {status} {} \"https://shop.example.jp/shop/items/{}\" \"{agent}\" 0.{:03}",
            visitor / 6_500,
            visitor / 25 % 260 % 250,
            visitor % 25 * 10,
            second % 60,
            draw(90_000),
            draw(500),
            draw(1_000),
        )
        .expect("text");
    }
    text
}

fn read(lines: &[&[u8]], settings: &Settings) -> Part {
    let format = Format::detect(&lines[..100], None).expect("a format");
    let mut reader = Reader::new(format, settings);
    for line in lines {
        reader.line(line);
    }
    reader.finish()
}

fn access_log(criterion: &mut Criterion) {
    let text = log();
    let lines: Vec<&[u8]> = text.lines().map(str::as_bytes).collect();
    let settings = Settings::new(b"bench".to_vec());
    let part = read(&lines, &settings);
    let mut group = criterion.benchmark_group("access_log");
    group.sample_size(20);
    group.throughput(Throughput::Elements(LINES as u64));
    group.bench_function("read_200000_lines", |bencher| {
        bencher.iter(|| black_box(read(&lines, &settings)));
    });
    group.bench_function("find_in_200000_lines", |bencher| {
        bencher.iter(|| black_box(part.find(&Question::default())));
    });
    group.finish();
}

criterion_group!(benches, access_log);
criterion_main!(benches);
