//! What people answer to each survey of the demo, from what they feel.

use std::collections::BTreeMap;

use super::chance::Draw;
use super::latent::{Feeling, aspect, habit, recommendation, satisfaction};
use super::truths::{Topic, Truths};
use super::words::{self, Saying, Scene, Tone};
use crate::surveys::{Answer, Answers, Part};

/// The person and the place behind an answer, as far as words need them.
#[derive(Clone, Copy, Debug)]
pub struct Speaker<'a> {
    /// In English; otherwise in Japanese.
    pub english: bool,
    /// Whether they write politely.
    pub polite: bool,
    /// The store or service, in their language.
    pub place: &'a str,
    /// Code of the offering.
    pub offering: &'a str,
    /// Where it happened.
    pub scene: Scene,
}

/// Under which heading the phrases of a driver are.
pub fn spoken(topic: Topic, driver: &str, scene: Scene) -> &str {
    match (topic, driver, scene) {
        (Topic::Relational, "value", _) => "price",
        (Topic::Contact, ..) => "support",
        (Topic::Pulse, ..) => "work",
        (Topic::Purchase, "waiting", Scene::Online) => "waiting_online",
        (Topic::Purchase, "assortment", Scene::Online) => "assortment_online",
        (Topic::Purchase, "cleanliness", Scene::Online) => "cleanliness_online",
        (Topic::Purchase, "ease", Scene::Online) => "ease_online",
        (Topic::Purchase, "music", Scene::Online) => "music_online",
        (_, driver, _) => driver,
    }
}

/// Answers one survey.
pub struct Answering<'a> {
    truths: &'a Truths,
    topic: Topic,
    feeling: &'a Feeling,
    speaker: Speaker<'a>,
    draw: &'a mut Draw,
    answers: Answers,
}

impl<'a> Answering<'a> {
    /// Begins an answer.
    pub fn new(
        truths: &'a Truths,
        topic: Topic,
        feeling: &'a Feeling,
        speaker: Speaker<'a>,
        draw: &'a mut Draw,
    ) -> Self {
        Self {
            truths,
            topic,
            feeling,
            speaker,
            draw,
            answers: Answers::new(),
        }
    }

    fn number(&mut self, question: &str, value: i64) {
        self.answers.set(question, Answer::Number(value as f64));
    }

    fn choice(&mut self, question: &str, choices: &[(&str, f64)]) {
        let choice = choices[self.draw.weighted(choices.iter().map(|c| c.1))].0;
        self.answers.set(question, Answer::Text(choice.to_owned()));
    }

    /// Some of several choices, at least one.
    fn several(&mut self, question: &str, choices: &[(&str, f64)], most: usize) {
        let mut taken: Vec<String> = Vec::new();
        for (choice, share) in choices {
            if taken.len() < most && self.draw.chance(*share) {
                taken.push((*choice).to_owned());
            }
        }
        if taken.is_empty() {
            taken.push(choices[self.draw.below(choices.len())].0.to_owned());
        }
        self.answers.set(question, Answer::Many(taken));
    }

    fn leaning(&mut self, value: i64, scale: (i64, i64)) -> i64 {
        habit(self.truths, value, scale, self.speaker.english, self.draw)
    }

    /// The table of drivers. `others` are rows that were not met.
    fn table(&mut self, question: &str, others: &[&str], with_na: bool) {
        let mut rows: BTreeMap<String, Part> = BTreeMap::new();
        for (driver, _, point) in &self.feeling.drivers {
            let minor = with_na && matches!(*driver, "music" | "packaging" | "safety" | "notice");
            let column = if minor && self.draw.chance(0.18) {
                "na".to_owned()
            } else if self.draw.chance(0.03) {
                continue;
            } else {
                point.to_string()
            };
            rows.insert((*driver).to_owned(), Part::Text(column));
        }
        for row in others {
            rows.insert((*row).to_owned(), Part::Text("na".to_owned()));
        }
        if !rows.is_empty() {
            self.answers.set(question, Answer::Parts(rows));
        }
    }

    /// What is worth saying, the most striking first.
    fn points(&mut self, wanted: Option<Tone>) -> Vec<(&'a str, Tone)> {
        let weights = &self.truths.drivers[&self.topic];
        let mut felt: Vec<(f64, &'static str, Tone)> = Vec::new();
        for (driver, z, _) in &self.feeling.drivers {
            let tone = if *z >= 0.0 { Tone::Good } else { Tone::Bad };
            let weight = weights
                .iter()
                .find(|d| d.name == *driver)
                .map_or(0.0, |d| d.coefficient);
            let striking = z.abs() * (0.15 + weight) + 0.08 * self.draw.normal();
            if wanted.is_none_or(|wanted| wanted == tone) {
                felt.push((striking, driver, tone));
            }
        }
        felt.sort_by(|a, b| b.0.total_cmp(&a.0));
        let most = 1 + self.draw.weighted([0.52, 0.33, 0.15]);
        let (topic, scene) = (self.topic, self.speaker.scene);
        felt.truncate(most);
        felt.into_iter()
            .map(|(_, driver, tone)| (spoken(topic, driver, scene), tone))
            .collect()
    }

    fn text(&mut self, question: &str, points: Vec<(&'a str, Tone)>, overall: Tone) {
        let saying = Saying {
            english: self.speaker.english,
            points,
            overall,
            polite: self.speaker.polite,
            place: self.speaker.place,
            offering: self.speaker.offering,
            scene: self.speaker.scene,
        };
        let text = words::write(&saying, self.draw);
        self.answers.set(question, Answer::Text(text));
    }

    fn nothing(&mut self, question: &str) {
        let text = words::nothing(self.speaker.english, self.draw);
        self.answers.set(question, Answer::Text(text));
    }

    /// A wish about what was worst, after the complaint or alone.
    fn wish(&mut self, question: &str) {
        let mut points = self.points(Some(Tone::Bad));
        if points.is_empty() {
            points = self.points(None);
        }
        points.truncate(2);
        let alone = self.draw.chance(0.45);
        let about = points.first().map_or("price", |p| p.0);
        let wish = (about, Tone::Ask);
        if alone {
            points = vec![wish];
        } else if self.draw.chance(0.5) {
            points.push(wish);
        }
        self.text(question, points, Tone::Bad);
    }

    fn mood(value: i64) -> Tone {
        match value {
            4.. => Tone::Good,
            3 => Tone::Neutral,
            _ => Tone::Bad,
        }
    }

    /// After a purchase; `without` are the drivers that were not met.
    pub fn purchase(mut self, without: &[&str]) -> Answers {
        let satisfied = self.leaning(satisfaction(self.feeling.overall), (1, 5));
        self.number("satisfaction", satisfied);
        if self.draw.chance(0.94) {
            let own = 0.35 * self.draw.normal();
            let recommended = self.leaning(recommendation(self.feeling.overall + own), (0, 10));
            self.number("recommend", recommended);
        }
        if self.draw.chance(0.95) {
            self.table("aspects", without, true);
        }
        if satisfied >= 3 && self.draw.chance(0.3) {
            let points = self.points(Some(Tone::Good));
            if !points.is_empty() {
                self.text("good", points, Self::mood(satisfied));
            }
        }
        let writes = if satisfied <= 3 { 0.5 } else { 0.15 };
        if self.draw.chance(writes) {
            if self.draw.chance(0.07) {
                self.nothing("better");
            } else {
                self.wish("better");
            }
        }
        if self.draw.chance(0.9) {
            let purposes = [
                ("everyday", 0.42),
                ("gift", 0.2),
                ("moving", 0.1),
                ("browse", 0.18),
                ("cafe", 0.1),
            ];
            self.choice("purpose", &purposes);
        }
        self.answers
    }

    /// After a delivery.
    pub fn delivery(mut self) -> Answers {
        let satisfied = self.leaning(satisfaction(self.feeling.overall), (1, 5));
        self.number("satisfaction", satisfied);
        self.table("aspects", &[], true);
        let speed = self
            .feeling
            .drivers
            .iter()
            .find(|d| d.0 == "speed")
            .map_or(0.0, |d| d.1);
        let on_time = match speed {
            z if z < -1.2 => "late",
            z if z > 1.5 => "early",
            _ => "yes",
        };
        self.answers
            .set("on_time", Answer::Text(on_time.to_owned()));
        if self.draw.chance(if satisfied <= 3 { 0.45 } else { 0.16 }) {
            let points = self.points(None);
            self.text("comment", points, Self::mood(satisfied));
        }
        self.answers
    }

    /// The relationship as a whole.
    pub fn relational(mut self) -> Answers {
        let recommended = self.leaning(recommendation(self.feeling.overall), (0, 10));
        self.number("nps", recommended);
        let mood = match recommended {
            8.. => Tone::Good,
            6..8 => Tone::Neutral,
            _ => Tone::Bad,
        };
        if self.draw.chance(0.42) {
            if self.draw.chance(0.05) {
                self.nothing("nps_reason");
            } else {
                let points = self.points((mood == Tone::Good).then_some(Tone::Good));
                self.text("nps_reason", points, mood);
            }
        }
        if recommended <= 6 {
            let choices = [
                ("quality", 0.28),
                ("price", 0.34),
                ("range", 0.3),
                ("purchase", 0.2),
                ("staff", 0.22),
                ("support", 0.18),
                ("information", 0.12),
            ];
            self.several("improve", &choices, 3);
        }
        if recommended >= 9 {
            let choices = [
                ("quality", 0.62),
                ("staff", 0.38),
                ("range", 0.33),
                ("price", 0.16),
                ("brand", 0.3),
                ("support", 0.14),
                ("purchase", 0.12),
            ];
            self.several("valued", &choices, 3);
        }
        self.table("satisfaction", &[], true);
        if self.draw.chance(0.9) {
            let stay = self.leaning(aspect(self.feeling.overall + 0.4), (1, 5));
            self.number("stay", stay);
        }
        if recommended <= 6 {
            let consents = self.draw.chance(0.3);
            self.answers.set("contact_consent", Answer::Flag(consents));
        }
        self.answers
    }

    /// After a contact. `times` is how often the person had to ask, `solved`
    /// whether it is settled now.
    pub fn contact(mut self, times: i64, solved: bool) -> Answers {
        let first = solved && times == 1;
        let effect = self.truths.first_contact_effect * (if first { 0.4 } else { -0.6 });
        let easy = (4.9 + effect + 1.1 * self.feeling.overall).round() as i64;
        let easy = self.leaning(easy.clamp(1, 7), (1, 7));
        self.number("ces", easy);
        let (resolution, unsettled) = match (solved, times) {
            (true, 1) => ("first", false),
            (true, _) => ("repeated", false),
            (false, _) if self.draw.chance(0.5) => ("pending", true),
            (false, _) => ("unresolved", true),
        };
        self.answers.set("fcr", Answer::Text(resolution.to_owned()));
        if !first {
            self.number("contacts", times.max(1));
        }
        if !first || easy < 5 {
            if unsettled && self.draw.chance(0.55) {
                let points = vec![("support", Tone::Bad)];
                self.text("unresolved_detail", points, Tone::Bad);
            }
            if easy >= 5 && self.draw.chance(0.6) {
                self.answers
                    .set("effort_cause", Answer::Many(vec!["none".to_owned()]));
            } else {
                let choices = [
                    ("wait", 0.42),
                    ("repeat", 0.3),
                    ("transfer", 0.2),
                    ("unclear", 0.24),
                    ("search", 0.2),
                    ("hours", 0.14),
                    ("channel", 0.1),
                ];
                self.several("effort_cause", &choices, 3);
            }
        }
        let support = self
            .feeling
            .drivers
            .iter()
            .find(|d| d.0 == "support")
            .map_or(0.0, |d| d.1);
        let agent = self.leaning(aspect(support + 0.3), (1, 5));
        self.number("agent_satisfaction", agent);
        if self.draw.chance(0.3) {
            if self.draw.chance(0.08) {
                self.nothing("comment");
            } else {
                let tone = if first && easy >= 5 {
                    Tone::Good
                } else {
                    Tone::Bad
                };
                let mut points = vec![("support", tone)];
                if tone == Tone::Bad && self.draw.chance(0.4) {
                    points.push(("support", Tone::Ask));
                }
                self.text("comment", points, tone);
            }
        }
        if resolution == "unresolved" {
            let consents = self.draw.chance(0.55);
            self.answers
                .set("call_back_consent", Answer::Flag(consents));
        }
        self.answers
    }

    /// Expectation and result of something bought or seen.
    pub fn expectation(mut self, chance: bool) -> Answers {
        let gap = self
            .truths
            .gaps
            .get(self.speaker.offering)
            .copied()
            .unwrap_or(0.0);
        let expected = (6.6 + 1.4 * self.draw.normal()).clamp(0.0, 10.0);
        let result = expected + gap + 1.2 * self.feeling.overall;
        let expected = expected.round() as i64;
        let result = (result.round() as i64).clamp(0, 10);
        let pair = [("expectation", expected), ("result", result)]
            .map(|(part, value)| (part.to_owned(), Part::Number(value as f64)));
        self.answers.set("experience", Answer::Parts(pair.into()));
        let (question, tone) = if result <= 6 {
            ("shortfall", Tone::Bad)
        } else {
            ("delight", Tone::Good)
        };
        if self.draw.chance(0.4) {
            let quality = if self.draw.chance(0.35) {
                "quality"
            } else {
                "first_use"
            };
            let mut points = vec![(quality, tone)];
            if tone == Tone::Bad && self.draw.chance(0.3) {
                points.push((quality, Tone::Ask));
            }
            self.text(question, points, tone);
        }
        let good = [
            ("comfort", 0.4),
            ("surprise", 0.2),
            ("moved", 0.12),
            ("pride", 0.08),
            ("content", 0.5),
            ("excitement", 0.24),
            ("fun", 0.2),
            ("relief", 0.14),
        ];
        let bad = [
            ("dissatisfied", 0.5),
            ("stress", 0.4),
            ("anxiety", 0.2),
            ("anger", 0.1),
            ("surprise", 0.1),
        ];
        if (6..8).contains(&result) && self.draw.chance(0.3) {
            self.answers
                .set("feeling", Answer::Many(vec!["none".to_owned()]));
        } else if result >= expected {
            self.several("feeling", &good, 4);
        } else {
            self.several("feeling", if result >= 6 { &good } else { &bad }, 3);
        }
        let met = if chance {
            "chance"
        } else {
            *self
                .draw
                .pick(&["sought", "recommended", "habit", "sought"])
        };
        self.answers.set("encounter", Answer::Text(met.to_owned()));
        if expected >= 6 {
            let sources = [
                ("past", 0.45),
                ("words", 0.3),
                ("promise", 0.28),
                ("staff", 0.2),
                ("price", 0.15),
            ];
            self.several("expectation_source", &sources, 3);
        }
        self.answers
    }

    /// How an employee is.
    pub fn pulse(mut self) -> Answers {
        let enps = self.leaning(recommendation(self.feeling.overall - 0.9), (0, 10));
        self.number("enps", enps);
        self.table("work", &[], false);
        if enps <= 6 && self.draw.chance(0.3) {
            let points = vec![("work", Tone::Bad)];
            self.text("low_reason", points, Tone::Bad);
        }
        if self.draw.chance(0.28) {
            let points = vec![("work", Tone::Ask)];
            self.text("customer_idea", points, Tone::Neutral);
        }
        self.answers
    }
}
