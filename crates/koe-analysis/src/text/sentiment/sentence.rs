//! A Japanese sentence as the rules of sentiment look at it.

use crate::text::japanese::{Class, Word, denies};

/// A sentence with its words; places beyond its ends are empty.
#[derive(Clone, Copy)]
pub(super) struct Sentence<'t> {
    pub text: &'t str,
    pub words: &'t [Word<'t>],
}

impl<'t> Sentence<'t> {
    pub fn form(self, at: usize) -> &'t str {
        self.words.get(at).map_or("", |word| word.form(self.text))
    }

    pub fn surface(self, at: usize) -> &'t str {
        self.words
            .get(at)
            .map_or("", |word| word.surface(self.text))
    }

    pub fn class(self, at: usize) -> Option<Class> {
        self.words.get(at).map(|word| word.class)
    }

    /// Whether an entry found at `at` is the word that is meant: いい in
    /// といいます, よう and the like are not.
    pub fn judges(self, at: usize, length: usize) -> bool {
        let leaning = matches!(
            self.class(at),
            Some(
                Class::CaseParticle
                    | Class::TopicParticle
                    | Class::ConjunctiveParticle
                    | Class::Particle
                    | Class::AdnominalParticle
            )
        );
        if length > 1 || !leaning {
            let ordinary = self.form(at);
            let advice = matches!(ordinary, "良い" | "よい" | "いい")
                && (at >= 1 && self.surface(at - 1) == "ほう"
                    || at >= 1
                        && self.surface(at - 1) == "方"
                        && self.class(at - 1) == Some(Class::DependentNoun));
            return !advice;
        }
        false
    }

    /// Where the word at `at` is denied by what leans on it directly.
    pub fn denied_directly(self, at: usize) -> Option<usize> {
        let mut on = at + 1;
        while let Some(class) = self.class(on) {
            if denies(self.text, self.words, on) {
                return Some(on);
            }
            match class {
                Class::Auxiliary | Class::VerbSuffix => on += 1,
                _ => return None,
            }
        }
        None
    }

    /// Whether what ends before `from` is denied: an odd number of denials among
    /// the words that lean on it.
    pub fn denied(self, from: usize) -> bool {
        let mut denials = 0;
        let mut at = from;
        while let Some(class) = self.class(at) {
            let form = self.form(at);
            let surface = self.surface(at);
            let leans = match class {
                Class::Symbol => false,
                Class::ConjunctiveParticle => {
                    matches!(surface, "て" | "で")
                        && self.class(at + 1).is_some_and(|next| {
                            matches!(
                                next,
                                Class::DependentVerb
                                    | Class::TopicParticle
                                    | Class::DependentAdjective
                            )
                        })
                        || matches!(surface, "と")
                }
                Class::Adjective => matches!(form, "ない" | "無い"),
                Class::Verb => matches!(
                    form,
                    "する"
                        | "できる"
                        | "出来る"
                        | "なる"
                        | "ある"
                        | "言える"
                        | "いえる"
                        | "思う"
                        | "思える"
                        | "感じる"
                        | "感じ取れる"
                        | "見える"
                        | "限る"
                        | "いく"
                        | "得る"
                ),
                _ => !class.is_content(),
            };
            if !leans {
                break;
            }
            let denial = class == Class::Adjective || denies(self.text, self.words, at);
            denials += usize::from(denial);
            at += 1;
        }
        denials % 2 == 1
    }
}
