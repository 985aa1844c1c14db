//! Durable answers over HTTP.

use super::figures::{Bar, Figure, percentile};
use super::load::Load;
use super::server::{self, Server};
use super::{Measured, Setting};
use crate::run;
use anyhow::{Result, ensure};
use serde_json::json;
use std::time::{Duration, Instant};

pub const METHOD: &str = "\
64 connections, kept open, send one answer a request to `POST /api/responses` of an empty store (SQLite,
durable: every acknowledged answer is flushed), each with an idempotency key of its own, a touchpoint, a
recommendation from 0 to 10, and in one of four a Japanese comment of 28 characters. The clock stops when
the outbox is empty and every comment can be read as a voice; before that, the answers acknowledged are
compared with the answers counted by the metric. The generator runs on the same machine; what it took of
the processor is given.";

const CONNECTIONS: usize = 64;

pub fn measure(setting: &Setting) -> Result<Measured> {
    let answers = setting.choose(40_000, 4_000);
    let mut rates = Vec::new();
    let mut drained = Vec::new();
    let mut p50 = Vec::new();
    let mut p99 = Vec::new();
    let mut generator = Vec::new();
    let mut served = Vec::new();
    for _ in 0..setting.choose(3, 1) {
        let once = once(setting, answers)?;
        rates.push(answers as f64 / once.sent.as_secs_f64());
        drained.push(answers as f64 / once.drained.as_secs_f64());
        p50.push(percentile(&once.latencies, 0.5));
        p99.push(percentile(&once.latencies, 0.99));
        generator.push(once.generator / answers as f64 * 1e6);
        served.push(once.served / answers as f64 * 1e6);
    }
    Ok(Measured {
        figures: vec![
            Figure::new("durable answers/s, outbox drained", drained).bar(Bar::AtLeast(5_000.0)),
            Figure::new("durable answers/s, until the last acknowledgement", rates),
            Figure::new("acknowledged after, p50, ms", p50).digits(1),
            Figure::new("acknowledged after, p99, ms", p99)
                .digits(1)
                .bar(Bar::AtMost(100.0)),
            Figure::new("processor time of the server an answer, µs", served),
            Figure::new("processor time of the generator an answer, µs", generator),
        ],
        notes: vec![format!(
            "{answers} answers a run; all were acknowledged, and all are counted."
        )],
    })
}

struct Once {
    sent: Duration,
    drained: Duration,
    latencies: Vec<f64>,
    /// Seconds of processor time.
    generator: f64,
    served: f64,
}

fn once(setting: &Setting, answers: usize) -> Result<Once> {
    let scratch = setting.scratch()?;
    let data = scratch.path().join("data");
    server::organisation(&setting.koe, &data)?;
    let server = Server::start(&setting.koe, &data)?;
    let cookie = server.sign_in()?;
    let touchpoint = server.post(
        "/api/touchpoints",
        &cookie,
        &json!({"code": "checkout", "name": {"ja": "お会計", "en": "Checkout"},
            "channel": "store", "stage": "purchase", "experience": "direct"}),
    )?;
    let survey = server.post(
        "/api/surveys",
        &cookie,
        &json!({"template": "nps_relational"}),
    )?;
    let (touchpoint, survey) = (text(&touchpoint["id"]), text(&survey["id"]));
    server.post(
        &format!("/api/surveys/{survey}/publish"),
        &cookie,
        &json!({}),
    )?;
    let key = server.post(
        "/api/keys",
        &cookie,
        &json!({"name": "bench", "permissions": ["submit_responses"]}),
    )?;
    let key = text(&key["secret"]);
    let request = |number: usize| {
        let mut answered = json!({"nps": number % 11});
        if number.is_multiple_of(4) {
            answered["nps_reason"] =
                format!("{number:06} 駅から近く、お店の方が丁寧に話を聞いてくれました。").into();
        }
        let body = json!({"survey_id": survey, "answers": answered, "partial": true,
            "language": "ja", "context": {"touchpoint_id": touchpoint}})
        .to_string();
        format!(
            "POST /api/responses HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {key}\r\n\
             Idempotency-Key: bench-{number}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            server.listen,
            body.len()
        )
        .into_bytes()
    };
    let before = (server::processor("self")?, server.processor()?);
    let begun = Instant::now();
    let sent = Load {
        to: server.listen,
        connections: CONNECTIONS,
        requests: answers,
        most: Duration::from_secs(120),
        request: &request,
        expected: 201,
    }
    .send()?;
    let generator = server::processor("self")? - before.0;
    let acknowledged = sent.latencies.len();
    ensure!(
        acknowledged == answers,
        "only {acknowledged} of {answers} were sent in time"
    );
    let counted = server.number("koe_answers_total")?;
    ensure!(
        counted == answers as f64,
        "{answers} acknowledged, {counted} counted"
    );
    let voices = answers.div_ceil(4) as f64;
    while server.number("koe_outbox_waiting")? > 0.0
        || server.number("koe_voices_read_total")? < voices
    {
        ensure!(!run::stopping(), "stopped");
        ensure!(
            begun.elapsed() < Duration::from_secs(300),
            "the outbox does not drain"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    let drained = begun.elapsed();
    let served = server.processor()? - before.1;
    server.stop()?;
    Ok(Once {
        sent: sent.elapsed,
        drained,
        latencies: sent.latencies,
        generator,
        served,
    })
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
