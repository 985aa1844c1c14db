//! Links that say where: what they carry, their tokens and signatures, and
//! what happens when somebody opens one.

mod open;
mod sheet;
mod token;

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::Fields;
use crate::base::id;
use crate::touchpoints::Channel;

pub use open::{Opened, Refusal, Refused, open};
pub use sheet::{Sheet, qr_svg, sheet};
pub use token::{sign, token_of};

/// Who a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// For anybody; nothing says who answered.
    Public,
    /// For one customer, answered once.
    Personal,
    /// For trying out the draft; never counts.
    Preview,
}

impl LinkKind {
    /// The stable word, as stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Personal => "personal",
            Self::Preview => "preview",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Public, Self::Personal, Self::Preview]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// Where, about what and by whom an answer is given, as a link knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Place {
    /// The touchpoint.
    pub touchpoint_id: Option<id::TouchpointId>,
    /// The channel; taken from the touchpoint unless said.
    pub channel: Option<Channel>,
    /// The unit, for example the store.
    pub unit_id: Option<id::UnitId>,
    /// The product or service.
    pub offering_id: Option<id::OfferingId>,
    /// The customer; personal links only.
    pub customer_id: Option<id::CustomerId>,
}

/// A link as stored. Its token is derived, see [`token_of`].
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Id.
    pub id: id::LinkId,
    /// The survey it opens.
    pub survey: id::SurveyId,
    /// Who it is for.
    pub kind: LinkKind,
    /// What it says.
    pub place: Place,
    /// Hidden fields fixed in it.
    pub fields: Fields,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when it opens no more.
    pub expires_at: Option<Timestamp>,
    /// When somebody ended it.
    pub revoked_at: Option<Timestamp>,
    /// When a personal link was used up.
    pub answered_at: Option<Timestamp>,
}

/// The secret that signs an organisation's links.
#[derive(Clone)]
pub struct LinkSecret(Arc<str>);

impl LinkSecret {
    pub(super) fn new(secret: String) -> Self {
        Self(secret.into())
    }

    /// A signature over `message`, in URL-safe base64. `purpose` keeps the
    /// signatures of different things apart.
    pub fn sign(&self, purpose: &str, message: &str) -> String {
        token::mac(&self.0, purpose, message)
    }

    /// Whether `signature` is that of `message`, in constant time.
    pub fn verify(&self, purpose: &str, message: &str, signature: &str) -> bool {
        token::verify(&self.0, purpose, message, signature)
    }
}
