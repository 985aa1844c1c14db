//! Typed ids with a readable prefix. `srv_01jz…` in a log line tells what it
//! is, and mixing two kinds does not compile.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A kind of thing that has ids.
pub trait Kind: 'static {
    /// Three letters before the underscore.
    const PREFIX: &'static str;
    /// Name of the id's shape in the OpenAPI document.
    const NAME: &'static str;
}

/// Declares kinds and the names of their ids: `kinds! { Survey = "srv" as SurveyId }`.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal as $alias:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {}
        impl Kind for $name {
            const PREFIX: &'static str = $prefix;
            const NAME: &'static str = stringify!($alias);
        }
        #[doc = concat!("Id of a `", stringify!($name), "`.")]
        pub type $alias = Id<$name>;
    )+};
}

kinds! {
    /// A tenant: one company.
    Organisation = "org" as OrganisationId,
    /// A node of the unit tree.
    Unit = "unt" as UnitId,
    /// A member of staff.
    Member = "mem" as MemberId,
    /// A one-time invitation of a member of staff.
    MemberInvitation = "min" as MemberInvitationId,
    /// An API key.
    ApiKey = "key" as ApiKeyId,
    /// A line of the audit log.
    AuditEntry = "aud" as AuditEntryId,
    /// A touchpoint.
    Touchpoint = "tch" as TouchpointId,
    /// A product or service.
    Offering = "off" as OfferingId,
    /// A customer (the pseudonym that also stands in the lake).
    Customer = "cus" as CustomerId,
    /// A line of the history of a customer's consents.
    Consent = "con" as ConsentId,
    /// A customer's account.
    Account = "acc" as AccountId,
    /// A survey.
    Survey = "srv" as SurveyId,
    /// A link that says where it was answered.
    Link = "lnk" as LinkId,
    /// One observation of an experience.
    Record = "rec" as RecordId,
    /// One sitting of a person at an answer page.
    Sitting = "sit" as SittingId,
    /// A free text.
    Voice = "voc" as VoiceId,
    /// A metric.
    Metric = "met" as MetricId,
    /// A saved analysis of drivers.
    DriverAnalysis = "drv" as DriverAnalysisId,
    /// A saved analysis of loyalty value.
    LoyaltyAnalysis = "loy" as LoyaltyAnalysisId,
    /// An import.
    Import = "imp" as ImportId,
    /// A stream of operational rows.
    Stream = "str" as StreamId,
    /// An event waiting for its subscribers, or a retry of one of them.
    Job = "job" as JobId,
    /// A sealed file of the lake.
    LakeFile = "fil" as LakeFileId,
    /// The erasure of a person, and its receipt.
    Erasure = "ers" as ErasureId,
    /// Records that went because their time was over, and the receipt of it.
    RetentionRun = "rtn" as RetentionRunId,
}

/// The id of a `K`: prefix, underscore, 26 characters (time first, so that
/// ids made later sort later).
pub struct Id<K> {
    text: Arc<str>,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Id<K> {
    /// Comes after every id of this kind, in whatever order a database sorts letters and signs:
    /// where a list begins that shows the newest first.
    pub fn after_all() -> String {
        format!("{}_{}", K::PREFIX, "z".repeat(27))
    }

    /// The text form, as stored and shown.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// An id read back from the store, where it was checked when written.
    pub fn stored(text: impl Into<Arc<str>>) -> Self {
        Self {
            text: text.into(),
            kind: PhantomData,
        }
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        Self {
            text: self.text.clone(),
            kind: PhantomData,
        }
    }
}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Why a text is not an id of the wanted kind.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected an id that starts with {0}_ and has 26 letters or digits after it")]
pub struct WrongId(pub &'static str);

impl<K: Kind> FromStr for Id<K> {
    type Err = WrongId;

    fn from_str(text: &str) -> Result<Self, WrongId> {
        let body = text
            .strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .ok_or(WrongId(K::PREFIX))?;
        let well_formed = body.len() == 26
            && body
                .bytes()
                .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
        if well_formed {
            Ok(Self::stored(text))
        } else {
            Err(WrongId(K::PREFIX))
        }
    }
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<K: Kind> utoipa::PartialSchema for Id<K> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some(format!("^{}_[0-9a-z]{{26}}$", K::PREFIX)))
            .into()
    }
}
impl<K: Kind> utoipa::ToSchema for Id<K> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(K::NAME)
    }
}

/// Chance is an argument: the source of ids and secrets.
#[derive(Clone)]
pub struct Chance(Draw);

#[derive(Clone)]
enum Draw {
    System,
    /// SplitMix64 state, for tests and for the demo, where the same seed must
    /// give the same ids.
    Seeded(Arc<Mutex<u64>>),
}

impl Chance {
    /// The operating system's randomness.
    pub fn system() -> Self {
        Self(Draw::System)
    }

    /// Repeatable numbers. Never for secrets outside tests and the demo.
    pub fn seeded(seed: u64) -> Self {
        Self(Draw::Seeded(Arc::new(Mutex::new(seed))))
    }

    /// Fills `buffer` with random bytes.
    pub fn fill(&self, buffer: &mut [u8]) {
        match &self.0 {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place where the system's randomness is read"
            )]
            Draw::System => getrandom::fill(buffer)
                .expect("the operating system gives randomness; without it no secret can be made"),
            Draw::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(|e| e.into_inner());
                for chunk in buffer.chunks_mut(8) {
                    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                    let mut z = *state;
                    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                    z ^= z >> 31;
                    let bytes = z.to_le_bytes();
                    chunk.copy_from_slice(&bytes[..chunk.len()]);
                }
            }
        }
    }

    /// A new id made at `now_ms`.
    pub fn id<K: Kind>(&self, now_ms: i64) -> Id<K> {
        let mut random = [0u8; 10];
        self.fill(&mut random);
        let time = u128::from(now_ms.max(0) as u64 & 0xffff_ffff_ffff);
        let tail = random
            .iter()
            .fold(0u128, |acc, b| acc << 8 | u128::from(*b));
        Id::stored(format!("{}_{}", K::PREFIX, crockford(time << 80 | tail)))
    }

    /// A secret of 32 random bytes in URL-safe base64 (43 characters).
    pub fn secret(&self) -> String {
        use base64::Engine;
        let mut bytes = [0u8; 32];
        self.fill(&mut bytes);
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
    }
}

/// 128 bits as 26 characters of Crockford's base 32, lower case.
fn crockford(mut bits: u128) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut out = [b'0'; 26];
    for slot in out.iter_mut().rev() {
        *slot = ALPHABET[(bits & 31) as usize];
        bits >>= 5;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_another_kind_are_refused() {
        let id: Id<Survey> = Chance::seeded(1).id(1_700_000_000_000);
        assert!(id.as_str().starts_with("srv_"));
        assert_eq!(id.as_str().parse::<Id<Survey>>(), Ok(id.clone()));
        assert_eq!(id.as_str().parse::<Id<Unit>>(), Err(WrongId("unt")));
        assert_eq!("srv_short".parse::<Id<Survey>>(), Err(WrongId("srv")));
    }

    #[test]
    fn later_ids_sort_later() {
        let chance = Chance::seeded(7);
        let first: Id<Record> = chance.id(1_700_000_000_000);
        let second: Id<Record> = chance.id(1_700_000_000_001);
        assert!(first < second);
    }
}
