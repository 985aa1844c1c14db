//! The emotions a customer experience is told with.

use super::{Choice, Text};

/// The named emotions a survey starts from, pleasant ones first.
///
/// The codes stay the same in every survey, so that an emotion curve can be drawn over all.
pub fn named_emotions() -> Vec<Choice> {
    [
        ("comfort", "心地よい", "Comfortable"),
        ("surprise", "驚いた", "Surprised"),
        ("moved", "感動した", "Moved"),
        ("pride", "誇らしい", "Proud"),
        ("content", "満足した", "Satisfied"),
        ("excitement", "ワクワクした", "Excited"),
        ("fun", "楽しい", "Having fun"),
        ("relief", "安心した", "Reassured"),
        ("dissatisfied", "不満を感じた", "Dissatisfied"),
        ("stress", "ストレスを感じた", "Stressed"),
        ("anxiety", "不安になった", "Anxious"),
        ("anger", "腹が立った", "Angry"),
    ]
    .into_iter()
    .map(|(id, ja, en)| Choice::new(id, Text::ja_en(ja, en)))
    .chain([Choice {
        exclusive: true,
        ..Choice::new(
            "none",
            Text::ja_en("特に何も感じなかった", "Nothing in particular"),
        )
    }])
    .collect()
}
