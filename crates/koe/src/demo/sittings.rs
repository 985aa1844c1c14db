//! How far people come: for every answer the sitting in which it was given, and the sittings of
//! those who left on the way.

use super::chance::Draw;
use super::truths::Leaving;
use crate::responses::PastPage;
use crate::surveys::document::{Kind, Page};

/// What a page costs in time, in questions: a table counts its rows, words to write count three.
fn weight(page: &Page) -> f64 {
    page.questions
        .iter()
        .map(|question| match &question.kind {
            Kind::Matrix(matrix) => 0.6 * matrix.rows.len() as f64,
            Kind::Text(_) => 3.0,
            Kind::Statement(_) => 0.5,
            _ => 1.0,
        })
        .sum::<f64>()
        .max(0.5)
}

/// The pages of a sitting that ended with an answer, which took `duration_ms` in all.
pub fn finished(pages: &[&Page], duration_ms: i64, draw: &mut Draw) -> Vec<PastPage> {
    let weights: Vec<f64> = pages
        .iter()
        .map(|page| weight(page) * (0.35 * draw.normal()).exp())
        .collect();
    let all: f64 = weights.iter().sum();
    let mut left = duration_ms;
    pages
        .iter()
        .zip(&weights)
        .enumerate()
        .map(|(place, (page, weight))| {
            let spent_ms = match place + 1 == pages.len() {
                true => left,
                false => ((duration_ms as f64 * weight / all) as i64).min(left),
            };
            left -= spent_ms;
            PastPage {
                page: page.id.clone(),
                finished: true,
                spent_ms,
            }
        })
        .collect()
}

/// The sittings that were left for every one that went all of this way: on each page so many
/// that of those who saw it the planted share went no further.
pub fn left(
    pages: &[&Page],
    leaving: &Leaving,
    usual_ms: impl Fn(&mut Draw) -> i64,
    draw: &mut Draw,
) -> Vec<Vec<PastPage>> {
    let mut sittings = Vec::new();
    // Of those who saw a page, the share that came to the end.
    let mut stayed = 1.0;
    for (place, page) in pages.iter().enumerate().rev() {
        let share = leaving.at(&page.id);
        stayed *= 1.0 - share;
        if draw.chance(share / stayed) {
            let usual_ms = usual_ms(draw);
            let mut seen = finished(pages, usual_ms, draw);
            seen.truncate(place + 1);
            if let Some(last) = seen.last_mut() {
                last.finished = false;
                last.spent_ms = 0;
            }
            sittings.push(seen);
        }
    }
    sittings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::truths::Topic;

    fn document() -> crate::surveys::Document {
        crate::demo::surveys::document(Topic::Purchase).expect("a document")
    }

    #[test]
    fn the_pages_of_an_answer_take_as_long_as_the_answer() {
        let document = document();
        let pages: Vec<&Page> = document.pages.iter().collect();
        for number in 0..50 {
            let mut draw = Draw::of(1, "test", number);
            let seen = finished(&pages, 90_001, &mut draw);
            assert_eq!(seen.iter().map(|page| page.spent_ms).sum::<i64>(), 90_001);
            assert!(seen.iter().all(|page| page.finished && page.spent_ms > 0));
        }
    }

    #[test]
    fn of_those_who_see_a_page_the_planted_share_leaves() {
        let document = document();
        let pages: Vec<&Page> = document.pages.iter().collect();
        let leaving = Leaving {
            topic: Topic::Purchase,
            page: "aspects",
            share: 0.16,
            elsewhere: 0.02,
        };
        let (mut reached, mut gone) = (vec![0.0; pages.len()], vec![0.0; pages.len()]);
        for number in 0..20_000 {
            let mut draw = Draw::of(2, "test", number);
            let mut all = left(&pages, &leaving, |_| 60_000, &mut draw);
            all.push(finished(&pages, 60_000, &mut draw));
            for sitting in all {
                for (place, page) in sitting.iter().enumerate() {
                    reached[place] += 1.0;
                    gone[place] += f64::from(u8::from(!page.finished));
                }
            }
        }
        for (place, page) in pages.iter().enumerate() {
            let share = gone[place] / reached[place];
            let planted = leaving.at(&page.id);
            assert!(
                (share - planted).abs() < 0.01,
                "{}: {share} {planted}",
                page.id
            );
        }
    }
}
