//! Finding links of a survey among many.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::IntoParams;

use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org;
use crate::people;
use crate::surveys::links::LinkKind;
use crate::surveys::store::links::{About, Wanted};
use crate::surveys::width::folded;
use crate::touchpoints::{self, Offering, Touchpoint};

/// Characters of a search at most.
const LONGEST: usize = 200;

/// Which links are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LinkFilter {
    /// `public`, `personal` or `preview`.
    #[serde(default)]
    kind: Option<String>,
    /// Part of the name or code of the link's unit, touchpoint or offering, whatever its case and
    /// width; part of a field fixed in the link; or the whole of an identifier of its customer.
    #[serde(default)]
    q: Option<String>,
}

impl LinkFilter {
    /// # Errors
    /// 422 for a kind that does not exist and for words that are too long.
    pub async fn read(&self, app: &App, conn: &mut Conn, scope: &Scope) -> Outcome<Wanted> {
        let kind = match self.kind.as_deref() {
            None => None,
            Some(word) => Some(LinkKind::from_word(word).ok_or_else(|| {
                Problem::invalid("kind", "must be one of public, personal and preview")
            })?),
        };
        let words = self.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
        let about = match words {
            None => None,
            Some(words) if words.chars().count() > LONGEST => {
                let say = format!("may have at most {LONGEST} characters");
                return Err(Problem::invalid("q", say));
            }
            Some(words) => Some(about(app, conn, scope, words).await?),
        };
        Ok(Wanted { kind, about })
    }
}

/// Places that are called so, and customers who are identified so.
async fn about(app: &App, conn: &mut Conn, scope: &Scope, words: &str) -> Outcome<About> {
    let folded_words = folded(words);
    let called = |code: &str, names: &BTreeMap<String, String>| {
        let mut called = names.values().map(String::as_str).chain([code]);
        called.any(|name| folded(name).contains(&folded_words))
    };
    let mut ids: Vec<String> = Vec::new();
    let tree = org::unit_history(conn, app, scope.organisation()).await?;
    let units = tree.units().filter(|unit| called(&unit.code, &unit.name));
    ids.extend(units.map(|unit| unit.id.to_string()));
    let touchpoints: Vec<Touchpoint> = touchpoints::list(conn, scope).await?;
    let touchpoints = touchpoints
        .iter()
        .filter(|one| called(&one.code, &one.name));
    ids.extend(touchpoints.map(|one| one.id.to_string()));
    let offerings: Vec<Offering> = touchpoints::list(conn, scope).await?;
    let offerings = offerings.iter().filter(|one| called(&one.code, &one.name));
    ids.extend(offerings.map(|one| one.id.to_string()));
    let customers = people::recognise(conn, scope, &[words.to_owned()]).await?;
    for customer in customers.into_iter().flatten() {
        // A link keeps the pseudonym of when it was made.
        let pseudonyms = people::pseudonyms(conn, scope, &customer).await?;
        ids.extend(
            pseudonyms
                .into_iter()
                .map(|pseudonym| pseudonym.to_string()),
        );
    }
    Ok(About {
        ids,
        words: words.to_owned(),
    })
}
