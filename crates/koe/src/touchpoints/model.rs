//! Channels, stages, touchpoints and offerings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::id::{self, Id};
use crate::base::problem::{FieldProblem, Outcome, Problem};

/// Declares an enum of stable words.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word, as stored and sent.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads the stable word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }
    };
}

words! {
    /// The kind of channel on which a touchpoint lies.
    Channel {
        /// ウェブサイト
        Web = "web",
        /// アプリ
        App = "app",
        /// 店舗
        Store = "store",
        /// 電話
        Call = "call",
        /// メール
        Email = "email",
        /// チャット
        Chat = "chat",
        /// 配送
        Delivery = "delivery",
        /// ソーシャル
        Social = "social",
        /// 対面・訪問
        FaceToFace = "face_to_face",
        /// 商品そのもの
        Product = "product",
        /// 広告・看板
        Advertising = "advertising",
        /// 郵便・紙
        Post = "post",
        /// その他
        Other = "other",
    }
}

words! {
    /// Whether the experience was sought or met by chance (直接経験・間接経験).
    Experience {
        /// Sought by the customer.
        Direct = "direct",
        /// Met by chance: a sign in the street, somebody else's post.
        Indirect = "indirect",
    }
}

words! {
    /// A stage of the whole cycle: the eight phases of customer behaviour
    /// (Avaya 2013, fig. 1.1), and around them the recognition of a need and
    /// the disposal or re-use of ABeam's experience map.
    Stage {
        /// 必要性の認識
        NeedRecognition = "need_recognition",
        /// ニーズ／欲求
        Need = "need",
        /// リサーチ
        Research = "research",
        /// 選択
        Selection = "selection",
        /// 購入
        Purchase = "purchase",
        /// 初期利用期間 (90–120 days)
        FirstUse = "first_use",
        /// 使用／サポートの要求
        UseAndSupport = "use_and_support",
        /// プロモート／非難
        PromoteOrCriticise = "promote_or_criticise",
        /// 更新
        Renewal = "renewal",
        /// 廃棄・再利用
        DisposalOrReuse = "disposal_or_reuse",
        /// 次回の購買
        NextPurchase = "next_purchase",
    }
}

/// Which half of the cycle a stage belongs to (購買／所有).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    /// 購買
    Purchase,
    /// 所有
    Ownership,
}

impl Stage {
    /// The half of the cycle.
    pub fn half(self) -> Half {
        match self {
            Self::NeedRecognition
            | Self::Need
            | Self::Research
            | Self::Selection
            | Self::Purchase
            | Self::NextPurchase => Half::Purchase,
            Self::FirstUse
            | Self::UseAndSupport
            | Self::PromoteOrCriticise
            | Self::Renewal
            | Self::DisposalOrReuse => Half::Ownership,
        }
    }
}

/// A place where an experience is met.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Touchpoint {
    /// Id.
    pub id: id::TouchpointId,
    /// The organisation's own code, unique.
    pub code: String,
    /// Name by language.
    pub name: BTreeMap<String, String>,
    /// Kind of channel.
    pub channel: Channel,
    /// Stage of the cycle.
    pub stage: Stage,
    /// Sought, or met by chance.
    pub experience: Experience,
    /// Who answers for it.
    pub owner_unit_id: Option<id::UnitId>,
    /// No longer offered for new links; its records stay.
    pub archived: bool,
}

/// A product or service.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Offering {
    /// Id.
    pub id: id::OfferingId,
    /// The organisation's own code, unique.
    pub code: String,
    /// Name by language.
    pub name: BTreeMap<String, String>,
    /// `product` or `service`, or the organisation's own word.
    pub kind: String,
    /// No longer offered for new links; its records stay.
    pub archived: bool,
}

/// What records and files name by a code, and what is archived instead of
/// deleted because of that: touchpoints and offerings.
pub trait Named: Sized {
    /// Whose ids it has.
    type Kind: id::Kind;
    /// The stable word for it, in the store and in the audit log.
    const WORD: &'static str;

    /// Id.
    fn id(&self) -> &Id<Self::Kind>;
    /// The organisation's own code.
    fn code(&self) -> &str;
    /// Name by language.
    fn name(&self) -> &BTreeMap<String, String>;
    /// Whether it is no longer offered.
    fn archived(&self) -> bool;
    /// Who answers for it.
    fn owner(&self) -> Option<&id::UnitId>;
    /// What is wrong with what it alone has.
    fn own_faults(&self) -> Vec<FieldProblem>;

    /// Checks what types cannot say.
    ///
    /// # Errors
    /// 422 naming the fields.
    fn check(&self) -> Outcome<()> {
        let faults: Vec<FieldProblem> = named_faults(self.code(), self.name())
            .into_iter()
            .chain(self.own_faults())
            .collect();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid_fields(faults))
        }
    }
}

impl Named for Touchpoint {
    type Kind = id::Touchpoint;
    const WORD: &'static str = "touchpoint";

    fn id(&self) -> &id::TouchpointId {
        &self.id
    }
    fn code(&self) -> &str {
        &self.code
    }
    fn name(&self) -> &BTreeMap<String, String> {
        &self.name
    }
    fn archived(&self) -> bool {
        self.archived
    }
    fn owner(&self) -> Option<&id::UnitId> {
        self.owner_unit_id.as_ref()
    }
    fn own_faults(&self) -> Vec<FieldProblem> {
        Vec::new()
    }
}

impl Named for Offering {
    type Kind = id::Offering;
    const WORD: &'static str = "offering";

    fn id(&self) -> &id::OfferingId {
        &self.id
    }
    fn code(&self) -> &str {
        &self.code
    }
    fn name(&self) -> &BTreeMap<String, String> {
        &self.name
    }
    fn archived(&self) -> bool {
        self.archived
    }
    fn owner(&self) -> Option<&id::UnitId> {
        None
    }
    fn own_faults(&self) -> Vec<FieldProblem> {
        if (1..=64).contains(&self.kind.trim().chars().count()) {
            Vec::new()
        } else {
            vec![fault("kind", "must have 1 to 64 characters")]
        }
    }
}

fn fault(field: &str, message: &str) -> FieldProblem {
    FieldProblem {
        field: field.into(),
        message: message.into(),
    }
}

/// What is wrong with code and name.
fn named_faults(code: &str, name: &BTreeMap<String, String>) -> Vec<FieldProblem> {
    let code_fits = (1..=64).contains(&code.chars().count())
        && code.chars().all(|c| !c.is_control() && !c.is_whitespace());
    let named = name.iter().any(|(_, text)| !text.trim().is_empty())
        && name.iter().all(|(language, text)| {
            matches!(language.as_str(), "ja" | "en") && text.chars().count() <= 200
        });
    let mut faults = Vec::new();
    if !code_fits {
        faults.push(fault("code", "must have 1 to 64 characters and no spaces"));
    }
    if !named {
        let message = "must have a text of at most 200 characters under ja or en";
        faults.push(fault("name", message));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        for stage in Stage::ALL {
            assert_eq!(Stage::from_word(stage.word()), Some(*stage));
            assert_eq!(serde_json::to_value(stage).expect("json"), stage.word());
        }
        for channel in Channel::ALL {
            assert_eq!(Channel::from_word(channel.word()), Some(*channel));
            assert_eq!(serde_json::to_value(channel).expect("json"), channel.word());
        }
    }

    #[test]
    fn a_code_without_spaces_a_name_and_a_kind_are_needed() {
        let sound = Offering {
            id: Id::stored("off_1"),
            code: "reception".into(),
            name: [("ja".to_owned(), "受付".to_owned())].into(),
            kind: "service".into(),
            archived: false,
        };
        assert!(sound.check().is_ok());
        let faults = |change: fn(&mut Offering)| {
            let mut changed = sound.clone();
            change(&mut changed);
            let problem = changed.check().expect_err("refused");
            let fields = problem.fields().iter();
            fields.map(|one| one.field.clone()).collect::<Vec<_>>()
        };
        assert_eq!(faults(|one| one.code = String::new()), ["code"]);
        assert_eq!(faults(|one| one.code = "front desk".into()), ["code"]);
        assert_eq!(faults(|one| one.name.clear()), ["name"]);
        assert_eq!(faults(|one| one.kind = " ".into()), ["kind"]);
    }
}
