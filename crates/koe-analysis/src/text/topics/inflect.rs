//! The inflections of an English word, so that a term finds every form of it.
//!
//! Made of the regular endings (Quirk et al. 1985, *A Comprehensive Grammar of the
//! English Language*, sections 3.5–3.10, 5.80 and 7.79) and a list of irregular verbs
//! and nouns that people use when they speak of a service. A form that is no word
//! (waitest) does no harm: nobody writes it.

/// Forms that no ending makes; the first is the base.
const IRREGULAR: &[&str] = &[
    "be am is are was were been being",
    "have has had having",
    "do does did done doing",
    "go goes went gone going",
    "come comes came coming",
    "take takes took taken taking",
    "get gets got gotten getting",
    "give gives gave given giving",
    "make makes made making",
    "say says said saying",
    "tell tells told telling",
    "speak speaks spoke spoken speaking",
    "feel feels felt feeling",
    "keep keeps kept keeping",
    "leave leaves left leaving",
    "drive drives drove driven driving",
    "find finds found finding",
    "pay pays paid paying",
    "buy buys bought buying",
    "bring brings brought bringing",
    "send sends sent sending",
    "spend spends spent spending",
    "lose loses lost losing",
    "hear hears heard hearing",
    "know knows knew known knowing",
    "understand understands understood understanding",
    "eat eats ate eaten eating",
    "drink drinks drank drunk drinking",
    "sit sits sat sitting",
    "stand stands stood standing",
    "sleep sleeps slept sleeping",
    "break breaks broke broken breaking",
    "freeze freezes froze frozen freezing",
    "forget forgets forgot forgotten forgetting",
    "write writes wrote written writing",
    "read reads reading",
    "see sees saw seen seeing",
    "think thinks thought thinking",
    "hold holds held holding",
    "meet meets met meeting",
    "wear wears wore worn wearing",
    "choose chooses chose chosen choosing",
    "sell sells sold selling",
    "teach teaches taught teaching",
    "build builds built building",
    "run runs ran running",
    "put puts putting",
    "cut cuts cutting",
    "hang hangs hung hanging",
    "ring rings rang rung ringing",
    "steal steals stole stolen stealing",
    "fall falls fell fallen falling",
    "catch catches caught catching",
    "pick picks picked picking",
    "mislead misleads misled misleading",
    "person people persons",
    "man men",
    "woman women",
    "child children",
    "foot feet",
    "tooth teeth",
    "good better best",
    "bad worse worst",
    "far further farther furthest farthest",
    "lie lies lied lying",
    "cancel cancels cancelled canceled cancelling canceling",
    "refer refers referred referring",
    "travel travels travelled traveled travelling traveling",
    "label labels labelled labeled labelling labeling",
    "queue queues queued queuing queueing",
    "staff staffs staffed staffing",
    "log logs logged logging",
    "begin begins began begun beginning",
    "prefer prefers preferred preferring",
];

/// Adjectives that are compared by an ending; with other words the same ending makes
/// another word (wait, waiter).
const COMPARED: &[&str] = &[
    "big", "bright", "broad", "calm", "cheap", "clean", "clear", "close", "cold", "cool", "dark",
    "deep", "dirty", "early", "easy", "fair", "fast", "few", "fine", "firm", "fresh", "full",
    "great", "hard", "heavy", "high", "hot", "kind", "large", "late", "light", "long", "loud",
    "low", "near", "new", "nice", "noisy", "odd", "old", "plain", "poor", "quick", "quiet", "rich",
    "rude", "safe", "sharp", "short", "sick", "slow", "small", "smart", "smooth", "soft", "soon",
    "strange", "strong", "sweet", "swift", "tall", "thick", "thin", "tight", "tough", "warm",
    "weak", "wide", "young",
];

/// Endings of adjectives that make an adverb with -ly.
const MAKES_ADVERB: &[&str] = &[
    "ful", "ous", "al", "ent", "ant", "ive", "ate", "ite", "less", "prompt",
];

/// The word itself and its inflections; the word alone where it does not inflect.
pub(super) fn inflections(word: &str) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    if word.len() < 3 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return forms;
    }
    if let Some(row) = IRREGULAR
        .iter()
        .find(|row| row.split(' ').next() == Some(word))
    {
        forms.extend(row.split(' ').skip(1).map(str::to_owned));
        return forms;
    }
    let last = word.as_bytes()[word.len() - 1];
    let before = word.as_bytes()[word.len() - 2];
    let vowel = |byte: u8| matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u');
    let mut add = |stem: &str, endings: &[&str]| {
        forms.extend(endings.iter().map(|ending| format!("{stem}{ending}")));
    };
    let compared = COMPARED.contains(&word);
    let adverb = compared || MAKES_ADVERB.iter().any(|ending| word.ends_with(ending));
    let hisses = matches!(last, b's' | b'x' | b'z') || word.ends_with("ch") || word.ends_with("sh");
    if last == b'y' && !vowel(before) {
        let stem = &word[..word.len() - 1];
        add(stem, &["ies", "ied", "ier", "iest", "ily"]);
        add(word, &["ing"]);
    } else {
        let (stem, es) = match last {
            b'e' => (&word[..word.len() - 1], true),
            _ => (word, hisses || last == b'o'),
        };
        if es {
            add(stem, &["es"]);
        }
        if last != b'e' && !hisses {
            add(word, &["s"]);
        }
        // stop → stopped: one vowel between consonants, in a short word.
        let third = word.as_bytes()[word.len() - 3];
        let doubles = !vowel(last)
            && !matches!(last, b'w' | b'x' | b'y')
            && vowel(before)
            && !vowel(third)
            && word.len() <= 5;
        let doubled = doubles.then(|| format!("{word}{}", char::from(last)));
        for stem in [Some(stem), doubled.as_deref()].into_iter().flatten() {
            add(stem, &["ed", "ing"]);
            if compared {
                add(stem, &["er", "est"]);
            }
        }
        if adverb {
            add(word, &["ly"]);
        }
    }
    add(word, &["'s"]);
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_their_inflections() {
        for (word, expected) in [
            ("wait", &["waits", "waited", "waiting"][..]),
            ("stop", &["stopped", "stopping"]),
            ("carry", &["carries", "carried", "carrying"]),
            ("delay", &["delays", "delayed"]),
            ("nice", &["nicer", "nicest", "nicely"]),
            ("dirty", &["dirtier", "dirtiest"]),
            ("nurse", &["nurses", "nurse's"]),
            ("match", &["matches", "matching"]),
            ("speak", &["spoke", "spoken"]),
            ("child", &["children"]),
            ("slow", &["slower", "slowly"]),
        ] {
            let forms = inflections(word);
            for form in expected {
                assert!(forms.iter().any(|one| one == form), "{word}: {forms:?}");
            }
        }
        for (word, other) in [
            ("wait", "waiter"),
            ("friend", "friendly"),
            ("call", "calllling"),
        ] {
            assert!(
                !inflections(word).iter().any(|form| form == other),
                "{word}"
            );
        }
        for word in ["tv", "wi-fi", "111", "朝食"] {
            assert_eq!(inflections(word), [word]);
        }
    }
}
