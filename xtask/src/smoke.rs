//! Asking a running Koe, over HTTP, whether it does its work.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use ureq::Agent;
use ureq::http::Response;

/// A running Koe and what was received from it.
pub struct Site {
    address: String,
    agent: Agent,
}

impl Site {
    /// The site that listens on an address.
    pub fn new(listen: SocketAddr) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(30)))
            .http_status_as_error(false);
        Self {
            address: format!("http://{listen}"),
            agent: config.build().into(),
        }
    }

    /// Where a browser goes.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether it says that it is ready.
    pub fn is_ready(&self) -> bool {
        let answer = self.agent.get(format!("{}/readyz", self.address)).call();
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// What a path answers, asked with a cookie.
    pub fn get(&self, path: &str, cookie: &str) -> Result<String> {
        let request = self
            .agent
            .get(format!("{}{path}", self.address))
            .header("Cookie", cookie);
        body(path, &mut request.call().with_context(|| path.to_owned())?)
    }

    /// What a path answers to JSON, and the cookies it sets.
    pub fn post(&self, path: &str, cookie: &str, sent: &Value) -> Result<(String, Vec<String>)> {
        let request = self.agent.post(format!("{}{path}", self.address));
        let request = request
            .header("Cookie", cookie)
            .header("Sec-Fetch-Site", "same-origin");
        let mut answer = request.send_json(sent).with_context(|| path.to_owned())?;
        let cookies = answer.headers().get_all("Set-Cookie").iter();
        let cookies = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
        let cookies = cookies.map(str::to_owned).collect();
        Ok((body(path, &mut answer)?, cookies))
    }
}

fn body(path: &str, answer: &mut Response<ureq::Body>) -> Result<String> {
    let status = answer.status();
    let text = answer
        .body_mut()
        .read_to_string()
        .with_context(|| path.to_owned())?;
    if !status.is_success() {
        bail!("{path} answered {status}: {text}");
    }
    Ok(text)
}

/// The page, the contract, the sign-in and one number with its interval.
pub fn check(site: &Site, printed: &str) -> Result<()> {
    let page = site.get("/", "")?;
    ensure!(
        page.contains("<script"),
        "/ is not the staff application:\n{page}"
    );
    let contract: Value = serde_json::from_str(&site.get("/api/openapi.json", "")?)?;
    ensure!(
        contract["openapi"].is_string(),
        "/api/openapi.json is not an OpenAPI document"
    );

    let (email, password) = sign_in(printed).with_context(|| {
        format!("`koe demo` must print the e-mail and the password; it printed:\n{printed}")
    })?;
    let (_, cookies) = site.post(
        "/api/session",
        "",
        &json!({"email": email, "password": password}),
    )?;
    let cookie = cookies.join("; ");
    let metrics: Value = serde_json::from_str(&site.get("/api/metrics", &cookie)?)?;
    let id = metrics["items"][0]["id"]
        .as_str()
        .context("the demo company has no metric")?;
    let question = json!({"period": {"from": "2000-01-01", "to": "2100-01-01"}});
    let (results, _) = site.post(&format!("/api/metrics/{id}/results"), &cookie, &question)?;
    let results: Value = serde_json::from_str(&results)?;
    let score = first_score(&results).with_context(|| format!("no score in {results}"))?;
    ensure!(
        score["interval"].is_array(),
        "a number without its interval: {score}"
    );
    println!(
        "metric {id}: {} from {} answers, interval {}",
        score["value"], score["n"], score["interval"]
    );
    Ok(())
}

/// The e-mail address and the password in what `koe demo` printed: the first
/// words behind labels, whatever the labels' language.
pub fn sign_in(printed: &str) -> Option<(String, String)> {
    let word = |line: &str| {
        Some(
            line.split_whitespace()
                .next_back()?
                .trim_matches(['"', ','])
                .to_owned(),
        )
    };
    let email = printed
        .lines()
        .find(|line| line.contains('@'))
        .and_then(word)?;
    let labelled = |line: &&str| {
        let line = line.to_lowercase();
        line.contains("password") || line.contains("パスワード")
    };
    let password = printed.lines().find(labelled).and_then(word)?;
    Some((email, password))
}

/// The first score with a value, wherever the answer holds it.
fn first_score(value: &Value) -> Option<&Value> {
    match value {
        Value::Object(entries) => {
            let is_score = value["value"].is_number() && value["n"].as_u64().is_some_and(|n| n > 0);
            if is_score {
                Some(value)
            } else {
                entries.values().find_map(first_score)
            }
        }
        Value::Array(entries) => entries.iter().find_map(first_score),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_in_is_read_from_what_was_printed() {
        let printed = "  E-mail    owner@demo.example\n  Password  kaze-no-oto\n";
        let expected = Some(("owner@demo.example".to_owned(), "kaze-no-oto".to_owned()));
        assert_eq!(sign_in(printed), expected);
        assert_eq!(sign_in("nothing"), None);
    }

    #[test]
    fn a_score_counts_only_with_a_value_and_answers() {
        let results = json!({"groups": [{"score": {"value": null, "n": 0}}, {"score": {"value": 12.5, "n": 3}}]});
        assert_eq!(
            first_score(&results).map(|score| &score["n"]),
            Some(&json!(3))
        );
        assert_eq!(first_score(&json!({"value": 1, "n": 0})), None);
    }
}
