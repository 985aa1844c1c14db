//! How quickly an empty Koe starts, and what it holds when nobody uses it.

use super::figures::{Bar, Figure};
use super::server::Server;
use super::{Measured, Setting};
use anyhow::Result;
use std::time::Duration;

pub const METHOD: &str = "\
From the start of the process until `/readyz` answers: in a folder that does not exist yet, so that the
whole schema is made, and again in the same folder. Memory is what the kernel counts as resident, eight
seconds after the second start, when every duty has had its round and nobody has asked anything.";

pub fn measure(setting: &Setting) -> Result<Measured> {
    let mut first = Vec::new();
    let mut second = Vec::new();
    let mut idle = Vec::new();
    for _ in 0..setting.choose(5, 2) {
        let scratch = setting.scratch()?;
        let data = scratch.path().join("data");
        let server = Server::start(&setting.koe, &data)?;
        first.push(server.ready_after.as_secs_f64());
        server.stop()?;
        let server = Server::start(&setting.koe, &data)?;
        second.push(server.ready_after.as_secs_f64());
        std::thread::sleep(Duration::from_secs(8));
        idle.push(server.memory()?);
        server.stop()?;
    }
    Ok(Measured {
        figures: vec![
            Figure::new("first start in an empty folder, s", first)
                .digits(3)
                .bar(Bar::AtMost(0.5)),
            Figure::new("start of an empty store, s", second)
                .digits(3)
                .bar(Bar::AtMost(0.5)),
            Figure::new("memory when idle, MiB", idle)
                .digits(1)
                .bar(Bar::AtMost(80.0)),
        ],
        notes: Vec::new(),
    })
}
