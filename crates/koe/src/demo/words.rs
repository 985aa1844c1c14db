//! Voices: sentences put together from phrases, so that what somebody writes
//! fits what they answered.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::chance::Draw;

/// Whether a phrase praises, complains or asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// 良い
    Good,
    /// どちらでもない
    Neutral,
    /// 悪い
    Bad,
    /// 〜してほしい
    Ask,
}

/// What a text should say.
#[derive(Clone, Debug)]
pub struct Saying<'a> {
    /// In English; otherwise in Japanese.
    pub english: bool,
    /// Drivers to speak of, the most important first.
    pub points: Vec<(&'a str, Tone)>,
    /// The mood as a whole.
    pub overall: Tone,
    /// Whether the person writes politely.
    pub polite: bool,
    /// The store or service, in the language of the text.
    pub place: &'a str,
    /// Code of the offering.
    pub offering: &'a str,
    /// Where it happened, for the sentence that sets the scene.
    pub scene: Scene,
}

/// Where something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// In a store.
    Store,
    /// At home, in front of a screen.
    Online,
    /// Nowhere that needs to be said.
    Unsaid,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Phrases {
    scenes: Vec<String>,
    scenes_online: Vec<String>,
    drivers: BTreeMap<String, Tones>,
    same: Vec<String>,
    contrast: Vec<String>,
    overall: BTreeMap<String, Registers>,
    nothing: Vec<String>,
    personal: Vec<String>,
    slots: BTreeMap<String, Vec<String>>,
    items: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tones {
    good: Registers,
    bad: Registers,
    ask: Registers,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Registers {
    polite: Vec<String>,
    plain: Vec<String>,
}

impl Registers {
    fn of(&self, polite: bool) -> &[String] {
        if polite { &self.polite } else { &self.plain }
    }
}

fn phrases(english: bool) -> &'static Phrases {
    fn read(json: &str) -> Phrases {
        serde_json::from_str(json).expect("the phrases are read by a test")
    }
    static JA: LazyLock<Phrases> = LazyLock::new(|| read(include_str!("texts/ja.json")));
    static EN: LazyLock<Phrases> = LazyLock::new(|| read(include_str!("texts/en.json")));
    if english { &EN } else { &JA }
}

/// Share of texts that carry a mail address or a telephone number although
/// nobody asked for one.
const WITH_PERSONAL_DATA: f64 = 0.012;

/// Writes a text.
pub fn write(saying: &Saying<'_>, draw: &mut Draw) -> String {
    let phrases = phrases(saying.english);
    let brief = draw.chance(if saying.polite { 0.1 } else { 0.35 });
    if brief && let Some(first) = saying.points.first() {
        let phrase = phrase(phrases, first, saying.polite, draw);
        let text = fill(phrases, &phrase, saying, draw);
        return if draw.chance(0.5) {
            text
        } else {
            ended(&text, first.1, saying, draw)
        };
    }
    let mut sentences: Vec<String> = Vec::new();
    let scenes: &[String] = match saying.scene {
        Scene::Store => &phrases.scenes,
        Scene::Online => &phrases.scenes_online,
        Scene::Unsaid => &[],
    };
    if saying.polite && !scenes.is_empty() && draw.chance(0.28) {
        let scene = fill(phrases, draw.pick::<String>(scenes), saying, draw);
        sentences.push(ended(&scene, Tone::Neutral, saying, draw));
    }
    let mut mood = None;
    for point in &saying.points {
        let text = fill(
            phrases,
            &phrase(phrases, point, saying.polite, draw),
            saying,
            draw,
        );
        let joined = match mood {
            None => text,
            Some(_) if point.1 == Tone::Ask => text,
            Some(before) if before == point.1 => {
                join(draw.pick::<String>(&phrases.same), &text, saying)
            }
            Some(_) => join(draw.pick::<String>(&phrases.contrast), &text, saying),
        };
        sentences.push(ended(&joined, point.1, saying, draw));
        mood = Some(point.1);
    }
    if sentences.is_empty() || draw.chance(0.3) {
        let word = match saying.overall {
            Tone::Good => "good",
            Tone::Bad => "bad",
            Tone::Neutral | Tone::Ask => "neutral",
        };
        let closing = draw.pick(phrases.overall[word].of(saying.polite));
        sentences.push(ended(closing, saying.overall, saying, draw));
    }
    if draw.chance(WITH_PERSONAL_DATA) {
        let personal = fill(
            phrases,
            draw.pick::<String>(&phrases.personal),
            saying,
            draw,
        );
        sentences.push(ended(&personal, Tone::Neutral, saying, draw));
    }
    let between = match (saying.english, draw.chance(0.04)) {
        (_, true) => "\n",
        (true, false) => " ",
        (false, false) => "",
    };
    sentences.join(between)
}

/// "Nothing in particular", as many people write.
pub fn nothing(english: bool, draw: &mut Draw) -> String {
    draw.pick(&phrases(english).nothing).clone()
}

fn phrase(phrases: &Phrases, point: &(&str, Tone), polite: bool, draw: &mut Draw) -> String {
    let Some(tones) = phrases.drivers.get(point.0) else {
        return draw.pick(phrases.overall["neutral"].of(polite)).clone();
    };
    let registers = match point.1 {
        Tone::Good => &tones.good,
        Tone::Bad | Tone::Neutral => &tones.bad,
        Tone::Ask => &tones.ask,
    };
    // People are not of one piece.
    let polite = if draw.chance(0.1) { !polite } else { polite };
    draw.pick(registers.of(polite)).clone()
}

fn join(word: &str, text: &str, saying: &Saying<'_>) -> String {
    if !saying.english || word.is_empty() || text.starts_with("I ") {
        return format!("{word}{text}");
    }
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!("{word}{}{}", first.to_lowercase(), letters.as_str()),
        None => text.to_owned(),
    }
}

/// The sentence with an end that people would put there.
fn ended(text: &str, tone: Tone, saying: &Saying<'_>, draw: &mut Draw) -> String {
    if text.ends_with(['?', '!', '？', '！']) {
        return text.to_owned();
    }
    let loud = match tone {
        Tone::Good => 0.12,
        Tone::Bad => 0.05,
        Tone::Neutral | Tone::Ask => 0.01,
    };
    let end = match (saying.english, draw.chance(loud)) {
        (true, true) => "!",
        (true, false) => ".",
        (false, true) => "！",
        (false, false) => "。",
    };
    format!("{text}{end}")
}

fn fill(phrases: &Phrases, phrase: &str, saying: &Saying<'_>, draw: &mut Draw) -> String {
    let mut text = String::with_capacity(phrase.len() + 16);
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (slot, after) = after.split_once('}').unwrap_or((after, ""));
        let word = word(phrases, slot, saying, draw);
        let article = text.ends_with(" a ") || text == "a ";
        if article && word.starts_with(['a', 'e', 'i', 'o', 'u']) {
            text.insert(text.len() - 1, 'n');
        }
        text.push_str(&word);
        rest = after;
    }
    text.push_str(rest);
    text
}

fn word(phrases: &Phrases, slot: &str, saying: &Saying<'_>, draw: &mut Draw) -> String {
    match slot {
        "store" => saying.place.to_owned(),
        "item" => match phrases.items.get(saying.offering) {
            Some(items) => draw.pick(items).clone(),
            None => draw.pick(&phrases.items["kitchen"]).clone(),
        },
        // Numbers and domains that belong to nobody.
        "mail" => format!("kaiin{:04}@example.com", draw.below(10_000)),
        "phone" => format!("090-0000-{:04}", draw.below(10_000)),
        slot => phrases
            .slots
            .get(slot)
            .map_or_else(String::new, |words| draw.pick(words).clone()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use super::*;
    use crate::demo::truths::{Topic, Truths};

    fn saying(english: bool, points: Vec<(&'static str, Tone)>, polite: bool) -> Saying<'static> {
        Saying {
            english,
            overall: points.first().map_or(Tone::Neutral, |p| p.1),
            points,
            polite,
            place: if english { "Shinjuku" } else { "新宿店" },
            offering: "kitchen",
            scene: Scene::Store,
        }
    }

    #[test]
    fn there_are_phrases_for_every_driver_and_every_slot_is_filled() {
        let truths = Truths::plant(1, "2026-11-22T00:00:00Z".parse().expect("a time"));
        for english in [false, true] {
            let phrases = phrases(english);
            for topic in Topic::ALL {
                for driver in &truths.drivers[&topic] {
                    for scene in [Scene::Store, Scene::Online] {
                        let heading = crate::demo::answers::spoken(topic, driver.name, scene);
                        assert!(phrases.drivers.contains_key(heading), "{english} {heading}");
                    }
                }
            }
            let mut draw = Draw::of(1, "fill", 0);
            let mut count = 0;
            for (driver, tones) in &phrases.drivers {
                for registers in [&tones.good, &tones.bad, &tones.ask] {
                    for polite in [true, false] {
                        assert!(!registers.of(polite).is_empty(), "{driver}");
                        for phrase in registers.of(polite) {
                            count += 1;
                            let text =
                                fill(phrases, phrase, &saying(english, vec![], true), &mut draw);
                            assert!(!text.contains(['{', '}']), "{phrase}");
                            let latin = text.chars().all(|c| c < '\u{2000}');
                            assert_eq!(latin, english, "{phrase}");
                        }
                    }
                }
            }
            assert!(count > 250, "{count} phrases");
        }
    }

    #[test]
    fn texts_are_varied_and_of_many_lengths() {
        for english in [false, true] {
            let mut seen: HashMap<String, u32> = HashMap::new();
            let mut lengths = BTreeSet::new();
            let drivers = ["staff", "waiting", "assortment", "price", "ease", "quality"];
            for n in 0..3_000_u64 {
                let mut draw = Draw::of(9, "voice", n);
                let tone = if draw.chance(0.6) {
                    Tone::Good
                } else {
                    Tone::Bad
                };
                let mut points = vec![(*draw.pick(&drivers), tone)];
                if draw.chance(0.45) {
                    points.push((
                        *draw.pick(&drivers),
                        if draw.chance(0.5) {
                            Tone::Bad
                        } else {
                            Tone::Ask
                        },
                    ));
                }
                let polite = draw.chance(0.68);
                let text = write(&saying(english, points, polite), &mut draw);
                lengths.insert(text.chars().count());
                *seen.entry(text).or_default() += 1;
            }
            let most = seen.values().max().copied().unwrap_or(0);
            assert!(most < 30, "one text makes up {most} of 3,000");
            assert!(seen.len() > 2_000, "{} different texts", seen.len());
            assert!(
                lengths.first().is_some_and(|l| *l < 12) && lengths.last().is_some_and(|l| *l > 60)
            );
        }
    }

    #[test]
    fn english_articles_and_joints_read_well() {
        let saying = saying(true, vec![], true);
        assert_eq!(
            join("But ", "The queue was long", &saying),
            "But the queue was long"
        );
        assert_eq!(join("But ", "I waited", &saying), "But I waited");
        let phrases = phrases(true);
        let stationery = Saying {
            offering: "fragrance",
            ..saying
        };
        for n in 0..50 {
            let text = fill(
                phrases,
                "a {item}",
                &stationery,
                &mut Draw::of(n, "article", 0),
            );
            assert_eq!(
                text.starts_with("an "),
                text == "an incense burner",
                "{text}"
            );
        }
    }
}
