//! Programs among the visitors.

use isbot::Bots;
use serde::{Deserialize, Serialize};

/// Why a visitor is taken for a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BotReason {
    /// The user agent is that of a known program.
    Agent,
    /// There is no user agent; every browser sends one.
    NoAgent,
    /// It asked for `robots.txt`, which browsers never do.
    RobotsTxt,
}

/// Programs that came after the list of `isbot`, or that it does not have: agents that
/// fetch for an assistant, checks of clusters, libraries.
const FURTHER: &[&str] = &[
    "-user/",
    "externalagent",
    "externalfetcher",
    "googleother",
    "kube-probe",
    "libfetch",
    "masscan",
    "node-fetch",
    "portscout",
    "undici",
];

/// Recognises programs by their user agent.
#[derive(Debug)]
pub struct Recogniser(Bots);

impl Recogniser {
    /// With every agent that is known.
    #[must_use]
    pub fn new() -> Self {
        let mut bots = Bots::default();
        bots.append(FURTHER);
        Self(bots)
    }

    /// Why an agent is that of a program; `None` when it may be a person's. Empty is
    /// no agent.
    #[must_use]
    pub fn reason(&self, agent: &str) -> Option<BotReason> {
        if agent.is_empty() {
            return Some(BotReason::NoAgent);
        }
        self.0.is_bot(agent).then_some(BotReason::Agent)
    }
}

impl Default for Recogniser {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_browsers_are_told_apart() {
        let bots = Recogniser::new();
        let programs = [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 6_0 like Mac OS X) AppleWebKit/536.26 (KHTML, like \
             Gecko) Version/6.0 Mobile/10A5376e Safari/8536.25 (compatible; Googlebot/2.1; \
             +http://www.google.com/bot.html)",
            "Y!J-ASR/0.1 crawler",
            "ichiro/3.0",
            "GPTBot/1.2",
            "Claude-User/1.0",
            "meta-externalagent/1.1",
            "Tiny Tiny RSS/1.11 (http://tt-rss.org/)",
            "curl/8.5.0",
            "python-requests/2.31",
            "kube-probe/1.29",
        ];
        for agent in programs {
            assert_eq!(bots.reason(agent), Some(BotReason::Agent), "{agent}");
        }
        let browsers = [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/126.0.0.0 Safari/537.36",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, \
             like Gecko) Mobile/15E148 Safari Line/14.8.0",
            "Mozilla/5.0 (Linux; Android 13; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/110.0 Mobile Safari/537.36",
            "DoCoMo/2.0 P900i(c100;TB;W24H11)",
        ];
        for agent in browsers {
            assert_eq!(bots.reason(agent), None, "{agent}");
        }
        assert_eq!(bots.reason(""), Some(BotReason::NoAgent));
    }
}
