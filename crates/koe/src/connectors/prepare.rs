//! What an import needs before its first row: where the rows go, and the codes they use.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use koe_lake::{Field, FieldKind, StreamSchema};

use super::imports::mapping::{Role, ValueKind};
use super::imports::{Mapping, Target, own_survey};
use super::model::Import;
use super::store;
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::id::{OfferingId, StreamId};
use crate::base::problem::{FieldProblem, Outcome, Problem};
use crate::base::scope::Scope;
use crate::org::{self, UnitHistory};
use crate::people::{self, Attribute, Holder};
use crate::surveys::document::Identity;
use crate::surveys::{self, Document, check};
use crate::touchpoints::{self, Offering, Touchpoint};

/// Where the rows of an import go.
pub(super) struct Destination {
    /// The survey's version, for answers.
    pub document: Option<Arc<Document>>,
    /// The stream in the lake; none for customers alone, and for a trial of a new one.
    pub schema: Option<StreamSchema>,
    /// Version of the survey or mapping.
    pub version: i64,
    /// What people are told the rows came from.
    pub source: String,
    /// Whether the feedback was asked for.
    pub solicited: bool,
    /// Whether people who answered may be known.
    pub confidential: bool,
}

/// The codes that rows may use.
pub(super) struct Codes {
    pub touchpoints: HashMap<String, Touchpoint>,
    pub offerings: HashMap<String, OfferingId>,
    pub units: Arc<UnitHistory>,
    pub attributes: Vec<Attribute>,
    pub calling_code: String,
    /// Whose days the tree of units changes on.
    pub zone: TimeZone,
}

impl Codes {
    /// Reads the codes of an organisation.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read(app: &App, conn: &mut Conn, scope: &Scope) -> Outcome<Self> {
        let touchpoints = touchpoints::list::<Touchpoint>(conn, scope).await?;
        let offerings = touchpoints::list::<Offering>(conn, scope).await?;
        let organisation = org::organisation(conn, scope.organisation()).await?;
        Ok(Self {
            touchpoints: touchpoints
                .into_iter()
                .map(|one| (one.code.clone(), one))
                .collect(),
            offerings: offerings
                .into_iter()
                .map(|one| (one.code, one.id))
                .collect(),
            units: org::unit_history(conn, app, scope.organisation()).await?,
            attributes: people::attributes(conn, scope, Holder::Customer).await?,
            zone: TimeZone::get(&organisation.time_zone).unwrap_or(TimeZone::UTC),
            calling_code: organisation.calling_code,
        })
    }
}

/// The survey that a mapping's answers are for, before anything is made.
///
/// # Errors
/// 404 when the survey is not there or has no published version; 422 when a survey of the
/// mapping's own cannot be published.
pub(super) async fn survey_of(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    mapping: &Mapping,
) -> Outcome<Option<Arc<Document>>> {
    match &mapping.target {
        Target::Survey { survey_id } => {
            let version = surveys::current(app, conn, scope, survey_id).await?;
            Ok(Some(version.document.clone()))
        }
        Target::NewSurvey { .. } => {
            let document = new_survey(conn, scope, mapping).await?;
            let errors: Vec<FieldProblem> = check::check(&document)
                .into_iter()
                .filter(|problem| problem.severity == check::Severity::Error)
                .map(|problem| FieldProblem {
                    field: format!("mapping.target.{}", problem.path),
                    message: problem
                        .message
                        .get(&surveys::Language::en(), &surveys::Language::ja())
                        .to_owned(),
                })
                .collect();
            if errors.is_empty() {
                Ok(Some(Arc::new(document)))
            } else {
                Err(Problem::invalid_fields(errors))
            }
        }
        _ => Ok(None),
    }
}

/// A mapping's own survey with the organisation's promises about personal data.
async fn new_survey(conn: &mut Conn, scope: &Scope, mapping: &Mapping) -> Outcome<Document> {
    let mut document = own_survey(mapping).ok_or_else(Problem::not_found)?;
    let organisation = org::organisation(conn, scope.organisation()).await?;
    surveys::adopt_purpose(&mut document, &organisation.privacy);
    if document.privacy.purpose.is_empty() {
        // Nobody is asked: the answers were given elsewhere, and are only kept here.
        document.privacy.purpose = surveys::Text::ja_en(
            "ほかで集めた回答の保管と分析のため（この画面では回答を受け付けません）。",
            "To keep and analyse answers collected elsewhere; nobody is asked here.",
        );
    }
    Ok(document)
}

/// Makes what is missing, within the caller's transaction, and says where the rows go.
///
/// # Errors
/// As for [`survey_of`]; 409 when an operational stream with the key holds something else.
pub(super) async fn destination(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    import: &Import,
) -> Outcome<Destination> {
    let mapping = &import.mapping;
    let source = "import".to_owned();
    let solicited = mapping.all_rows.solicited;
    let fields = value_fields(mapping);
    match &mapping.target {
        Target::Survey { .. } | Target::NewSurvey { .. } => {
            let survey = match (&mapping.target, &import.stream_id) {
                (Target::Survey { survey_id }, _) => survey_id.clone(),
                (_, Some(made)) => made.parse().map_err(|_| Problem::not_found())?,
                _ => {
                    let document = new_survey(conn, scope, mapping).await?;
                    let made = surveys::create(app, conn, scope, &document).await?.id;
                    surveys::publish(app, conn, scope, &made).await?;
                    made
                }
            };
            let version = surveys::current(app, conn, scope, &survey).await?;
            let schema = experience::stream(conn, scope, survey.as_str())
                .await?
                .schema;
            Ok(Destination {
                confidential: version.document.programme.identity == Identity::Confidential,
                document: Some(version.document.clone()),
                schema: Some(schema),
                version: version.number,
                source,
                solicited: solicited.unwrap_or(true),
            })
        }
        Target::Operational { key, .. } => {
            let id = declared(app, conn, scope, operational(app, mapping, key)?).await?;
            let schema =
                experience::register_stream(conn, scope, id.as_str(), "operational", &fields)
                    .await?;
            Ok(Destination::without_survey(
                schema,
                source,
                solicited.unwrap_or(false),
            ))
        }
        Target::Voices { key, label } => {
            let new: StreamId = app.chance.id(app.clock.now_ms());
            let id = store::source(conn, scope, key, label, &new, app.clock.now_ms()).await?;
            let schema =
                experience::register_stream(conn, scope, id.as_str(), "voices", &fields).await?;
            Ok(Destination::without_survey(
                schema,
                source,
                solicited.unwrap_or(false),
            ))
        }
        Target::Customers {} => Ok(Destination {
            document: None,
            schema: None,
            version: 1,
            source,
            solicited: false,
            confidential: false,
        }),
    }
}

/// A mapping kept for next time that made a survey answers that survey from then on; else
/// every month's file would make one more.
///
/// # Errors
/// When the store refuses.
pub(super) async fn next_time(
    conn: &mut Conn,
    scope: &Scope,
    mapping: &Mapping,
    made: Option<&str>,
    now_ms: i64,
) -> Outcome<()> {
    let (Target::NewSurvey { .. }, Some(made)) = (&mapping.target, made) else {
        return Ok(());
    };
    let survey_id = made.parse().map_err(|_| Problem::not_found())?;
    let mut next = mapping.clone();
    next.target = Target::Survey { survey_id };
    for kept in store::mappings(conn, scope).await? {
        if kept.mapping == *mapping {
            store::save_mapping(conn, scope, &kept.name, &next, now_ms).await?;
        }
    }
    Ok(())
}

impl Destination {
    /// The stream of the records, which their ids are made of.
    pub fn stream(&self) -> &str {
        self.schema
            .as_ref()
            .map_or("customers", |schema| &schema.id)
    }

    /// A trial stores nothing and so needs no stream.
    pub fn for_trial(document: Option<Arc<Document>>) -> Self {
        Self {
            confidential: document
                .as_ref()
                .is_some_and(|d| d.programme.identity == Identity::Confidential),
            document,
            schema: None,
            version: 1,
            source: "import".to_owned(),
            solicited: true,
        }
    }

    fn without_survey(schema: StreamSchema, source: String, solicited: bool) -> Self {
        Self {
            document: None,
            schema: Some(schema),
            version: 1,
            source,
            solicited,
            confidential: false,
        }
    }
}

/// The coded values of a mapping as lake fields.
fn value_fields(mapping: &Mapping) -> Vec<Field> {
    values_of(mapping)
        .map(|(field, kind)| {
            let kind = match kind {
                ValueKind::Number => FieldKind::Number,
                ValueKind::Integer => FieldKind::Integer,
                ValueKind::Code => FieldKind::Code,
                ValueKind::Date => FieldKind::Date,
                ValueKind::Flag => FieldKind::Flag,
            };
            Field::new(field, kind)
        })
        .collect()
}

fn values_of(mapping: &Mapping) -> impl Iterator<Item = (&String, ValueKind)> {
    mapping
        .columns
        .iter()
        .filter_map(|column| match &column.role {
            Role::Value { field, kind, .. } => Some((field, *kind)),
            _ => None,
        })
}

/// The operational stream with this key, made or widened when it has to be.
async fn declared(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    wanted: people::Stream,
) -> Outcome<StreamId> {
    wanted.check()?;
    let Some(before) = people::hold_stream(conn, scope, &wanted).await? else {
        return Ok(wanted.id);
    };
    let mut after = before.clone();
    for column in wanted.columns {
        match before.columns.iter().find(|known| known.key == column.key) {
            Some(known) if known.kind != column.kind => {
                return Err(Problem::invalid(
                    "mapping.columns",
                    format!(
                        "{} holds another kind of value in this stream; map it to another field",
                        column.key
                    ),
                ));
            }
            Some(_) => {}
            None => after.columns.push(column),
        }
    }
    if after != before {
        people::update_stream(conn, scope, &after, app.clock.now_ms()).await?;
    }
    Ok(before.id)
}

fn operational(app: &App, mapping: &Mapping, key: &str) -> Outcome<people::Stream> {
    let Target::Operational {
        stream_kind, label, ..
    } = &mapping.target
    else {
        return Err(Problem::not_found());
    };
    let columns = values_of(mapping)
        .map(|(field, kind)| people::Column {
            key: field.clone(),
            label: std::collections::BTreeMap::from([("en".to_owned(), field.clone())]),
            kind: match kind {
                ValueKind::Number => people::ColumnKind::Number,
                ValueKind::Integer => people::ColumnKind::Integer,
                ValueKind::Code => people::ColumnKind::Code,
                ValueKind::Date => people::ColumnKind::Date,
                ValueKind::Flag => people::ColumnKind::Boolean,
            },
            values: std::collections::BTreeMap::new(),
        })
        .collect();
    Ok(people::Stream {
        id: app.chance.id(app.clock.now_ms()),
        kind: people::StreamKind::from_word(stream_kind).unwrap_or(people::StreamKind::Other),
        key: key.to_owned(),
        label: label.by_tag(),
        columns,
        archived: false,
    })
}
