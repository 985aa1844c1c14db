//! A word: where it stands, what it is, and its dictionary form.

use serde::Serialize;

use crate::text::Span;

/// What a word is, as far as the analysis tells words apart; after the parts of
/// speech of IPADIC (Asahara & Matsumoto 2003, *ipadic version 2.7.0 User's Manual*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// 名詞 一般・固有名詞・ナイ形容詞語幹.
    Noun,
    /// 名詞 サ変接続: with する a verb.
    VerbalNoun,
    /// 名詞 形容動詞語幹: 綺麗, 便利.
    AdjectivalNoun,
    /// 名詞 副詞可能: 今日, 以上.
    AdverbialNoun,
    /// 名詞 数.
    Number,
    /// 名詞 代名詞.
    Pronoun,
    /// 名詞 非自立・特殊: こと, の, よう, ところ.
    DependentNoun,
    /// 名詞 接尾: 性, 的, さ, 様.
    NounSuffix,
    /// 形容詞 自立.
    Adjective,
    /// 形容詞 非自立・接尾: ほしい, にくい, やすい, っぽい.
    DependentAdjective,
    /// 動詞 自立.
    Verb,
    /// 動詞 非自立: いる, くれる, もらう, しまう.
    DependentVerb,
    /// 動詞 接尾: れる, られる, せる.
    VerbSuffix,
    /// 副詞.
    Adverb,
    /// 連体詞.
    Adnominal,
    /// 接続詞.
    Conjunction,
    /// 感動詞・フィラー.
    Interjection,
    /// 接頭詞.
    Prefix,
    /// 助詞 格助詞: が, を, に, で, と, から.
    CaseParticle,
    /// 助詞 係助詞・副助詞: は, も, こそ, だけ.
    TopicParticle,
    /// 助詞 接続助詞: て, ば, けど, が, ので.
    ConjunctiveParticle,
    /// 助詞 連体化: の.
    AdnominalParticle,
    /// 助詞, any other.
    Particle,
    /// 助動詞.
    Auxiliary,
    /// 記号.
    Symbol,
}

impl Class {
    /// Reads the class and the dictionary form from the features of a word.
    pub(super) fn read<'d>(features: &'d str, surface: &str) -> (Self, Option<&'d str>) {
        let mut fields = features.split(',');
        let part = fields.next().unwrap_or_default();
        let detail = fields.next().unwrap_or_default();
        let lemma = fields.nth(4).filter(|lemma| *lemma != "*");
        let class = match part {
            "名詞" => match detail {
                _ if lemma.is_none() && !surface.chars().any(char::is_alphanumeric) => Self::Symbol,
                "サ変接続" => Self::VerbalNoun,
                "形容動詞語幹" => Self::AdjectivalNoun,
                "副詞可能" => Self::AdverbialNoun,
                "数" => Self::Number,
                "代名詞" => Self::Pronoun,
                "非自立" | "特殊" | "接続詞的" | "動詞非自立的" => {
                    Self::DependentNoun
                }
                "接尾" => Self::NounSuffix,
                _ => Self::Noun,
            },
            "形容詞" if detail == "自立" => Self::Adjective,
            "形容詞" => Self::DependentAdjective,
            "動詞" => match detail {
                "自立" => Self::Verb,
                "非自立" => Self::DependentVerb,
                _ => Self::VerbSuffix,
            },
            "副詞" => Self::Adverb,
            "連体詞" => Self::Adnominal,
            "接続詞" => Self::Conjunction,
            "感動詞" | "フィラー" => Self::Interjection,
            "接頭詞" => Self::Prefix,
            "助詞" => match detail {
                "格助詞" => Self::CaseParticle,
                "係助詞" | "副助詞" => Self::TopicParticle,
                "接続助詞" => Self::ConjunctiveParticle,
                "連体化" => Self::AdnominalParticle,
                _ => Self::Particle,
            },
            "助動詞" => Self::Auxiliary,
            _ => Self::Symbol,
        };
        (class, lemma)
    }

    /// Whether it is a noun of any kind that can be talked about.
    #[must_use]
    pub fn is_nominal(self) -> bool {
        matches!(
            self,
            Self::Noun
                | Self::VerbalNoun
                | Self::AdjectivalNoun
                | Self::AdverbialNoun
                | Self::Number
        )
    }

    /// Whether it carries meaning of its own, so that a phrase begins with it.
    #[must_use]
    pub fn is_content(self) -> bool {
        self.is_nominal()
            || matches!(
                self,
                Self::Pronoun
                    | Self::Adjective
                    | Self::Verb
                    | Self::Adverb
                    | Self::Adnominal
                    | Self::Conjunction
                    | Self::Interjection
                    | Self::Prefix
            )
    }
}

/// A word of a split text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'d> {
    /// First character in the split text.
    pub start: u32,
    /// First character after it.
    pub end: u32,
    /// First byte in the split text.
    pub from: u32,
    /// First byte after it.
    pub to: u32,
    /// What it is.
    pub class: Class,
    /// The form the dictionary lists it under; `None` when it is unknown there.
    pub lemma: Option<&'d str>,
}

impl<'d> Word<'d> {
    /// As it is written.
    #[must_use]
    pub fn surface<'t>(&self, text: &'t str) -> &'t str {
        &text[self.from as usize..self.to as usize]
    }

    /// The dictionary form; what is written when the dictionary has none.
    #[must_use]
    pub fn form<'t>(&self, text: &'t str) -> &'t str
    where
        'd: 't,
    {
        self.lemma.unwrap_or_else(|| self.surface(text))
    }

    /// Where it stands in the split text.
    #[must_use]
    pub fn span(&self) -> Span {
        Span {
            start: self.start as usize,
            end: self.end as usize,
        }
    }
}
