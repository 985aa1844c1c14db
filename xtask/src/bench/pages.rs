//! What a phone and a browser must load.

use super::figures::{Bar, Figure};
use super::server::{self, Server};
use super::{Measured, Setting};
use crate::needs::{self, Need};
use crate::{run, smoke, web};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::process::Stdio;

pub const METHOD: &str = "\
Chromium with an empty cache opens the pages of the demo company (20,000 records) over HTTP and counts what
comes over the wire, heads included, compressed as served. *Answer page*: the first page of a survey by its
public link. *Home*: the staff application's first screen, signed in, until the network has been quiet for
half a second.";

pub fn measure(setting: &Setting) -> Result<Measured> {
    needs::ensure(&[Need::Chromium])?;
    web::install("web")?;
    let chromium = needs::chromium().context("Chromium is there")?;
    let scratch = setting.scratch()?;
    let data = scratch.path().join("data");
    let mut demo = server::koe_command(&setting.koe, &data);
    demo.arg("demo")
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let (_, printed) = run::wait_with_output(run::start(&mut demo)?)?;
    let (email, password) =
        smoke::sign_in(&String::from_utf8(printed)?).context("koe demo prints a sign-in")?;
    let server = Server::start(&setting.koe, &data)?;
    let cookie = server.sign_in_as(&email, &password)?;
    let survey = server.get("/api/surveys", &cookie)?["items"]
        .as_array()
        .and_then(|all| all.iter().find(|one| one["version"].is_number()).cloned())
        .context("the demo company has a published survey")?;
    let survey = survey["id"].as_str().unwrap_or_default().to_owned();
    let link = server.post(
        &format!("/api/surveys/{survey}/links"),
        &cookie,
        &json!({"kind": "public"}),
    )?;
    let link = link["url"]
        .as_str()
        .context("a link has an address")?
        .to_owned();
    let mut script = run::command("node", "web");
    script
        .arg("../xtask/src/bench/browser.mjs")
        .arg(chromium)
        .arg(server.site.address())
        .args([&cookie, &link])
        .stdin(Stdio::null());
    let mut pages: Vec<Value> = Vec::new();
    for _ in 0..setting.choose(3, 1) {
        pages.push(serde_json::from_slice(&run::output(&mut script)?)?);
    }
    server.stop()?;
    let each = |page: &str, what: &str, unit: f64| -> Vec<f64> {
        pages
            .iter()
            .map(|run| run[page][what].as_f64().unwrap_or(f64::NAN) / unit)
            .collect()
    };
    let kilobytes = |page: &str, what: &str| each(page, what, 1_000.0);
    Ok(Measured {
        figures: vec![
            Figure::new("answer page, kB", kilobytes("answer", "bytes"))
                .digits(1)
                .bar(Bar::AtMost(15.0)),
            Figure::new("answer page, requests", each("answer", "requests", 1.0))
                .bar(Bar::AtMost(3.0)),
            Figure::new("Home, kB in all", kilobytes("home", "bytes")).digits(1),
            Figure::new("Home, kB of scripts", kilobytes("home", "scripts")).digits(1),
            Figure::new("Home, kB of styles", kilobytes("home", "styles")).digits(1),
            Figure::new("Home, kB of data (API)", kilobytes("home", "data")).digits(1),
            Figure::new("Home, requests", each("home", "requests", 1.0)),
        ],
        notes: Vec::new(),
    })
}
