//! Opening a link: from a token and an address to what is asked and where.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;

use super::token::vouched;
use super::{Link, LinkKind, LinkSecret};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::id;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::org::{self, Organisation, token_hash};
use crate::people;
use crate::surveys::answers::Fields;
use crate::surveys::document::{Document, Identity};
use crate::surveys::model::{Status, Version};
use crate::surveys::{store, validate};

/// The most bytes of an address's query that are looked at.
const LONGEST_QUERY: usize = 8_000;

/// A link that can be answered now.
pub struct Opened {
    /// The link; its place is where the answer is given.
    pub link: Link,
    /// The organisation and its privacy texts.
    pub organisation: Organisation,
    /// The system's own scope in that organisation.
    pub scope: Scope,
    /// The version that a new sitting is given; 0 for the draft of a preview.
    pub version: i64,
    /// What that version asks.
    pub document: Arc<Document>,
    /// Hidden fields, of the link and of its address.
    pub fields: Fields,
    /// Whether the address itself brought fields.
    pub brought: bool,
    /// What the page may call the customer by: `name` and attributes. Empty
    /// when the person is not known, or was promised not to be.
    pub customer: BTreeMap<String, String>,
    /// Signs what the answer page hands out.
    pub secret: LinkSecret,
}

/// Why a link cannot be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such link.
    Unknown,
    /// Somebody ended it.
    Revoked,
    /// Its time is over.
    Expired,
    /// The survey was never published.
    NotYet,
    /// The survey takes no more answers.
    Closed,
    /// The address was changed: a field without a valid signature, or a value
    /// that the survey does not allow.
    Tampered,
}

/// A refused link, with what is known of its survey to say so in its look.
pub struct Refused {
    /// Why.
    pub reason: Refusal,
    /// What its survey asks, unless the link is unknown.
    pub document: Option<Arc<Document>>,
    /// Whose it is.
    pub organisation: Option<Organisation>,
}

impl Refused {
    fn of(reason: Refusal) -> Self {
        Self {
            reason,
            document: None,
            organisation: None,
        }
    }
}

/// Opens the link behind `token`; `query` is the address's query, pair by
/// pair. A preview opens the draft as it is now, in any state of the survey.
///
/// # Errors
/// The outer one when the store cannot be read; the inner one says why the
/// link is not to be answered.
pub async fn open(
    app: &App,
    conn: &mut Conn,
    token: &str,
    query: &[(String, String)],
) -> Outcome<Result<Opened, Refused>> {
    let Some((organisation, link)) = store::links::by_token_hash(conn, &token_hash(token)).await?
    else {
        return Ok(Err(Refused::of(Refusal::Unknown)));
    };
    let scope = org::system_scope(&organisation);
    let organisation = org::organisation(conn, &organisation).await?;
    let secret = crate::surveys::link_secret(conn, &scope).await?;
    let survey = store::surveys::get(conn, &scope, &link.survey).await?;
    let asked = asked(app, conn, &scope, &link, survey.version).await?;
    let Some((version, document)) = asked else {
        return Ok(Err(Refused {
            organisation: Some(organisation),
            ..Refused::of(Refusal::NotYet)
        }));
    };
    let now = app.clock.now();
    let over = document
        .answering
        .closes_at
        .is_some_and(|closes| now >= closes);
    let reason = if link.revoked_at.is_some() {
        Some(Refusal::Revoked)
    } else if link.expires_at.is_some_and(|expires| now >= expires) {
        Some(Refusal::Expired)
    } else if link.kind != LinkKind::Preview && (survey.status == Status::Closed || over) {
        Some(Refusal::Closed)
    } else {
        None
    };
    let fields = match reason {
        Some(reason) => Err(reason),
        None => fields(&secret, &link, &document, query),
    };
    let (fields, brought) = match fields {
        Ok(fields) => fields,
        Err(reason) => {
            return Ok(Err(Refused {
                reason,
                document: Some(document),
                organisation: Some(organisation),
            }));
        }
    };
    let known =
        link.kind == LinkKind::Personal && document.programme.identity == Identity::Identified;
    let customer = match &link.place.customer_id {
        Some(customer) if known => facts(conn, &scope, customer).await?,
        _ => BTreeMap::new(),
    };
    Ok(Ok(Opened {
        customer,
        link,
        organisation,
        scope,
        version,
        document,
        fields,
        brought,
        secret,
    }))
}

async fn asked(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    link: &Link,
    current: Option<i64>,
) -> Outcome<Option<(i64, Arc<Document>)>> {
    if link.kind == LinkKind::Preview {
        let (draft, _) = store::surveys::draft(conn, scope, &link.survey).await?;
        return Ok(Some((0, Arc::new(draft))));
    }
    match current {
        None => Ok(None),
        Some(number) => {
            let version: Arc<Version> =
                crate::surveys::version(app, conn, scope, &link.survey, number).await?;
            Ok(Some((number, version.document.clone())))
        }
    }
}

/// What a text may say about a customer; nothing when they are no longer known.
async fn facts(
    conn: &mut Conn,
    scope: &Scope,
    customer: &id::CustomerId,
) -> Outcome<BTreeMap<String, String>> {
    let customer = match people::customer(conn, scope, customer).await {
        Ok(customer) => customer,
        Err(problem) if problem.status() == StatusCode::NOT_FOUND => return Ok(BTreeMap::new()),
        Err(problem) => return Err(problem),
    };
    let attributes = serde_json::to_value(&customer.attributes)?;
    let mut facts: BTreeMap<String, String> = attributes
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| match value {
            serde_json::Value::String(text) => Some((name.clone(), text.clone())),
            serde_json::Value::Number(number) => Some((name.clone(), number.to_string())),
            _ => None,
        })
        .collect();
    if let Some(name) = customer.name {
        facts.insert("name".to_owned(), name);
    }
    Ok(facts)
}

/// Hidden fields of the link and its address together, and whether the address
/// brought any. What the survey does not declare is ignored, because mail
/// programs and social networks append words of their own to addresses.
fn fields(
    secret: &LinkSecret,
    link: &Link,
    document: &Document,
    query: &[(String, String)],
) -> Result<(Fields, bool), Refusal> {
    let length: usize = query
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if length > LONGEST_QUERY {
        return Err(Refusal::Tampered);
    }
    let mut brought = Fields::new();
    for (name, value) in query {
        if document.hidden_field(name).is_none() {
            continue;
        }
        // The same field twice, or another value than the link's own.
        let fixed = link.fields.get(name).is_some_and(|fixed| fixed != value);
        if fixed || brought.insert(name.clone(), value.clone()).is_some() {
            return Err(Refusal::Tampered);
        }
    }
    let signature = query
        .iter()
        .find(|(name, _)| name == "sig")
        .map(|(_, value)| value);
    let signed = match signature {
        None => false,
        Some(signature) if vouched(secret, &link.id, &brought, signature) => true,
        Some(_) => return Err(Refusal::Tampered),
    };
    // Without a signature only a value on the survey's own list can be trusted
    // not to have been made up.
    let free = |name: &String| {
        document
            .hidden_field(name)
            .is_some_and(|field| field.allowed.is_empty())
    };
    let vouched_by_link = |name: &String| link.fields.contains_key(name);
    if !signed
        && brought
            .keys()
            .any(|name| free(name) && !vouched_by_link(name))
    {
        return Err(Refusal::Tampered);
    }
    let checked = validate::fields(document, &brought, signed).map_err(|_| Refusal::Tampered)?;
    let any = !checked.is_empty();
    // Fields fixed in the link were vouched for when it was made; those that a
    // later version no longer declares or allows are left out.
    let mut all: Fields = link
        .fields
        .iter()
        .filter_map(|(name, value)| {
            let one = Fields::from([(name.clone(), value.clone())]);
            validate::fields(document, &one, true).ok()
        })
        .flatten()
        .collect();
    all.extend(checked);
    Ok((all, any))
}

/// The parts of a record's context that a link may tell, by the programme's
/// rule: a confidential programme keeps nothing that leads back to a person.
impl Opened {
    /// The customer, unless the programme is confidential.
    pub fn customer(&self) -> Option<&id::CustomerId> {
        if self.is_confidential() {
            None
        } else {
            self.link.place.customer_id.as_ref()
        }
    }

    /// The link's id, unless it would lead back to a person who was promised
    /// not to be known.
    pub fn kept_link(&self) -> Option<&id::LinkId> {
        let known = self.is_confidential() && self.link.kind == LinkKind::Personal;
        (!known).then_some(&self.link.id)
    }

    /// Whether the programme is confidential.
    pub fn is_confidential(&self) -> bool {
        self.document.programme.identity == Identity::Confidential
    }
}
