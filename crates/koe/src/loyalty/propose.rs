//! Which analyses suggest themselves: one for each stream of rows with an
//! amount, orders first.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Definition, Group};
use super::plan::{is_amount, nps_questions};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::id::SurveyId;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::people::{self, AttributeKind, Holder, StreamKind};
use crate::surveys;

/// An analysis that could be made.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct LoyaltyProposal {
    /// A name for it, by language.
    name: BTreeMap<String, String>,
    /// The stream, by language.
    stream_label: BTreeMap<String, String>,
    /// Whether its rows are declared as orders.
    orders: bool,
    /// The definition, ready to be saved.
    definition: Definition,
    /// Every column that could be the amount.
    amounts: Vec<AmountChoice>,
    /// Everything that customers could be divided by.
    groups: Vec<GroupChoice>,
}

/// A column that could be the amount.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = LoyaltyAmountChoice)]
struct AmountChoice {
    /// Its key.
    key: String,
    /// Its label, by language.
    label: BTreeMap<String, String>,
}

/// Something that customers could be divided by.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = LoyaltyGroupChoice)]
struct GroupChoice {
    /// As in a definition.
    group: Group,
    /// The question or attribute, by language.
    label: BTreeMap<String, String>,
}

/// What suggests itself.
///
/// # Errors
/// When the store cannot be read.
pub async fn proposals(app: &App, conn: &mut Conn, scope: &Scope) -> Outcome<Vec<LoyaltyProposal>> {
    let groups = groups(app, conn, scope).await?;
    let mut streams = people::streams(conn, scope).await?;
    streams.retain(|stream| !stream.archived);
    streams.sort_by_key(|stream| stream.kind != StreamKind::Orders);
    Ok((streams.into_iter())
        .filter_map(|stream| {
            let amounts: Vec<AmountChoice> = (stream.columns.iter())
                .filter(|column| is_amount(column.kind))
                .map(|column| AmountChoice {
                    key: column.key.clone(),
                    label: column.label.clone(),
                })
                .collect();
            // An amount is called so where people name their columns with care.
            let named = amounts.iter().find(|one| one.key.contains("amount"));
            let amount = named.or(amounts.first())?.key.clone();
            let name = |language: &str, before: &str, after: &str| {
                let label = stream.label.get(language)?;
                Some((language.to_owned(), format!("{before}{label}{after}")))
            };
            Some(LoyaltyProposal {
                name: [
                    name("ja", "", "から見た顧客の生涯価値"),
                    name("en", "Loyalty value by ", ""),
                ]
                .into_iter()
                .flatten()
                .collect(),
                orders: stream.kind == StreamKind::Orders,
                definition: Definition {
                    stream: stream.id.as_str().to_owned(),
                    amount,
                    horizon_days: 365,
                    until: None,
                    group: groups.first().map(|choice| choice.group.clone()),
                },
                stream_label: stream.label,
                amounts,
                groups: groups.clone(),
            })
        })
        .collect())
}

/// Questions of 0 to 10 first, then the attributes that divide people.
async fn groups(app: &App, conn: &mut Conn, scope: &Scope) -> Outcome<Vec<GroupChoice>> {
    let mut found = Vec::new();
    for stream in experience::streams(conn, scope).await? {
        let Ok(survey) = stream.schema.id.parse::<SurveyId>() else {
            continue;
        };
        let Ok(version) = surveys::current(app, conn, scope, &survey).await else {
            continue;
        };
        let title = version.document.title.by_tag();
        for (field, label) in nps_questions(&version.document) {
            let with_title = |(language, asked): (String, String)| {
                let label = match title.get(&language) {
                    Some(title) => format!("{title} · {asked}"),
                    None => asked,
                };
                (language, label)
            };
            found.push(GroupChoice {
                group: Group::Nps {
                    stream: stream.schema.id.clone(),
                    field,
                },
                label: label.into_iter().map(with_title).collect(),
            });
        }
    }
    let attributes = people::attributes(conn, scope, Holder::Customer).await?;
    let dividing = attributes
        .into_iter()
        .filter(|one| !one.personal && one.kind != AttributeKind::Text);
    found.extend(dividing.map(|one| GroupChoice {
        group: Group::Attribute { key: one.key },
        label: one.label,
    }));
    Ok(found)
}
