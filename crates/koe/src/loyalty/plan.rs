//! From a definition to what the lake is asked.

use std::collections::BTreeMap;

use koe_lake::{Column, Earlier, FieldKind, Lookup, PurchasesQuestion, StreamSchema, Told};
use serde::Serialize;

use super::model::{Definition, Group};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience::{self, Moment};
use crate::base::id::{StreamId, SurveyId};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org;
use crate::people::{self, CodeNames, ColumnKind, Knowledge, PersonDimension};
use crate::surveys::document::{Document, Identity, Kind};
use crate::surveys::{self, fields};

/// Answers of 0 to 10 as bands, and what those who gave them are called.
pub const NPS: [(&str, &str); 3] = [
    ("..<7", "detractor"),
    ("7..<9", "passive"),
    ("9..", "promoter"),
];

/// What is asked, and what is known of it.
pub struct Plan {
    /// The question; its selection is of no time and of everything the asker
    /// may see, its group is not chosen yet.
    pub question: PurchasesQuestion,
    /// By what customers are divided.
    pub divided: Divided,
    /// The stream of purchases, by language.
    pub stream_label: BTreeMap<String, String>,
    /// The column of the amount, by language.
    pub amount_label: BTreeMap<String, String>,
    /// By what customers are divided.
    pub group: Naming,
}

/// What groups are called.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Naming {
    /// By what customers are divided, by language; empty without groups.
    pub label: BTreeMap<String, String>,
    /// Names of the attribute's codes, by language.
    pub values: CodeNames,
}

/// By what customers are divided.
pub enum Divided {
    /// By nothing.
    Not,
    /// By their last answer to a question of 0 to 10.
    Nps(Box<Column>),
    /// By what is known of them; bands are chosen when it is asked.
    Known(PersonDimension, Box<Knowledge>),
}

impl Divided {
    /// The column that divides customers.
    ///
    /// # Errors
    /// When the lake cannot be asked for bands.
    pub async fn column(
        &self,
        app: &App,
        moment: &Moment,
        question: &PurchasesQuestion,
    ) -> Outcome<Option<Column>> {
        Ok(match self {
            Self::Not => None,
            Self::Nps(column) => Some((**column).clone()),
            Self::Known(known, knowledge) => {
                let streams = std::slice::from_ref(&question.stream);
                let column = knowledge.dimension(app, moment, known, streams, &question.selection);
                Some(column.await?)
            }
        })
    }

    /// The other stream that is looked into.
    pub fn stream(&self) -> Option<&str> {
        match self {
            Self::Nps(column) => match &**column {
                Column::Banded { of, .. } => match &**of {
                    Column::Earlier(earlier) => Some(&earlier.stream.id),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }
}

/// Checks a definition against what is there and lays it open.
///
/// # Errors
/// 422 naming the field.
pub async fn plan(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    definition: &Definition,
) -> Outcome<Plan> {
    let until = definition.check()?;
    let no_stream = || {
        Problem::invalid(
            "definition.stream",
            "there is no such stream of operational rows",
        )
    };
    let id: StreamId = definition.stream.parse().map_err(|_| no_stream())?;
    let declared = people::stream(conn, scope, &id)
        .await
        .map_err(|_| no_stream())?;
    let Some(amount) = (declared.columns.iter()).find(|column| column.key == definition.amount)
    else {
        return Err(Problem::invalid(
            "definition.amount",
            format!("{} has no such column", declared.key),
        ));
    };
    if !is_amount(amount.kind) {
        return Err(Problem::invalid(
            "definition.amount",
            "must be an integer or a number",
        ));
    }
    // A stream that never had a row is known to the store alone.
    let schema = match experience::stream(conn, scope, id.as_str()).await {
        Ok(known) => known.schema,
        Err(_) => {
            let fields = declared.columns.iter();
            let fields = fields.map(|one| koe_lake::Field::new(&one.key, one.kind.stored_as()));
            StreamSchema::new(id.as_str(), fields.collect()).map_err(Problem::internal)?
        }
    };
    let same = Lookup::new(people::merged(conn, scope).await?);
    let (divided, group) = match &definition.group {
        None => (Divided::Not, Naming::default()),
        Some(Group::Nps { stream, field }) => nps(app, conn, scope, (stream, field), &same).await?,
        Some(Group::Attribute { key }) => attribute(conn, scope, key).await?,
    };
    let settings = org::organisation(conn, scope.organisation()).await?;
    Ok(Plan {
        question: PurchasesQuestion {
            stream: schema,
            selection: experience::selection(scope),
            amount: definition.amount.clone(),
            zone: settings.time_zone,
            until,
            same,
            group: None,
        },
        divided,
        stream_label: declared.label,
        amount_label: amount.label.clone(),
        group,
    })
}

/// Whether a column can be an amount.
pub fn is_amount(kind: ColumnKind) -> bool {
    matches!(kind, ColumnKind::Integer | ColumnKind::Number)
}

/// The questions of a survey that tell promoters from detractors, by field,
/// with what is asked. A confidential programme has none: nobody's purchases
/// are laid beside its answers.
pub fn nps_questions(document: &Document) -> Vec<(String, BTreeMap<String, String>)> {
    if document.programme.identity == Identity::Confidential {
        return Vec::new();
    }
    (fields::columns(document).into_iter())
        .filter(|column| {
            let question = document.question(&column.question);
            question.is_some_and(|question| matches!(question.kind, Kind::Nps(_)))
        })
        .map(|column| (column.field.clone(), column.label.by_tag()))
        .collect()
}

async fn nps(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    (stream, field): (&str, &str),
    same: &Lookup,
) -> Outcome<(Divided, Naming)> {
    let wrong = |message: &str| Problem::invalid("definition.group.stream", message);
    let unknown = || wrong("there is no such survey with a published version");
    let survey: SurveyId = stream.parse().map_err(|_| unknown())?;
    let version = surveys::current(app, conn, scope, &survey).await;
    let version = version.map_err(|_| unknown())?;
    let schema = experience::stream(conn, scope, stream).await;
    let schema = schema.map_err(|_| unknown())?.schema;
    let asked = nps_questions(&version.document);
    if asked.is_empty() {
        return Err(wrong(
            "has no question of 0 to 10, or its answers belong to no customer",
        ));
    }
    let label = asked.into_iter().find(|(known, _)| known == field);
    let known = schema.field(field).map(|field| field.kind) == Some(FieldKind::Integer);
    let Some((_, label)) = label.filter(|_| known) else {
        return Err(Problem::invalid(
            "definition.group.field",
            "must be a question of 0 to 10 that asks for a recommendation",
        ));
    };
    let last = Column::Earlier(Earlier {
        stream: schema,
        tells: Told::Last(field.to_owned()),
        days: None,
        same: same.clone(),
    });
    let column = Column::Banded {
        of: Box::new(last),
        bands: NPS.iter().map(|(band, _)| (*band).to_owned()).collect(),
    };
    let naming = Naming {
        label,
        ..Naming::default()
    };
    Ok((Divided::Nps(Box::new(column)), naming))
}

async fn attribute(conn: &mut Conn, scope: &Scope, key: &str) -> Outcome<(Divided, Naming)> {
    let at = "definition.group.key";
    let dimension = PersonDimension::parse(&format!("customer:{key}"), at)?;
    let Some(known) = dimension else {
        return Err(Problem::invalid(at, "must be the key of an attribute"));
    };
    let asked = vec![(at.to_owned(), known.what.clone())];
    let knowledge = Knowledge::read(conn, scope, asked).await?;
    let declared = people::attributes(conn, scope, people::Holder::Customer).await?;
    let declared = declared.into_iter().find(|one| one.key == key);
    let naming = declared.map(|one| Naming {
        label: one.label,
        values: one.values,
    });
    Ok((
        Divided::Known(known, Box::new(knowledge)),
        naming.unwrap_or_default(),
    ))
}
