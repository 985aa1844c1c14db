//! Which organisation a command is about.

use super::Unacceptable;
use crate::base::app::App;
use crate::base::scope::Scope;
use crate::org::{self, Organisation};

/// The organisations that are meant: the one of that name or id, else all.
///
/// # Errors
/// [`Unacceptable`] when there is none.
pub async fn organisations(app: &App, wanted: Option<&str>) -> anyhow::Result<Vec<Organisation>> {
    let mut known = org::organisations(app).await?;
    known.retain(|organisation| {
        wanted
            .is_none_or(|wanted| organisation.name == wanted || organisation.id.as_str() == wanted)
    });
    if known.is_empty() {
        return Err(
            Unacceptable("there is no such organisation; see `koe user list`".into()).into(),
        );
    }
    Ok(known)
}

/// The operator's scope of the one organisation that is meant.
///
/// # Errors
/// [`Unacceptable`] when it is none or not clear which.
pub async fn scope(app: &App, wanted: Option<&str>) -> anyhow::Result<Scope> {
    match organisations(app, wanted).await?.as_slice() {
        [only] => Ok(org::operator_scope(&only.id)),
        several => {
            let names: Vec<&str> = several.iter().map(|one| one.name.as_str()).collect();
            Err(Unacceptable(format!(
                "there are several organisations ({}); choose one with --organisation, by name or id",
                names.join(", ")
            ))
            .into())
        }
    }
}
