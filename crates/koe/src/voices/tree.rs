//! The topics of an organisation: rules that people keep, each change a new
//! version.

use std::collections::BTreeMap;

use axum::extract::State;
use koe_analysis::text::topics::{Name, TopicDocument, TopicLimits, TopicProblems, Trade};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{reading, store};
use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::db::Conn;
use crate::base::http::{Json, Listing};
use crate::base::problem::{FieldProblem, Outcome, Problem, ProblemDocument};
use crate::base::scope::Scope;
use crate::org::{Actor, Permission, record_audit};

/// The topics of an organisation as they are stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// 1 at first, one more with each change.
    pub version: i64,
    /// The rules.
    pub document: TopicDocument,
    /// When it was changed.
    pub changed_ms: i64,
}

/// The routes of topics.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show_topics, change_topics))
        .routes(routes!(list_topic_starters))
}

/// The topics that voices are read for.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicTree {
    /// Give it with a change; 0 when there are no topics yet.
    pub version: i64,
    /// The rules (docs/guide/en/topics.md); null when there are none yet.
    #[schema(value_type = Option<Object>)]
    pub document: Option<Value>,
    /// When they were changed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub changed_at: Option<jiff::Timestamp>,
    /// How much of all voices was read with these topics, 0 to 1; the others
    /// follow in the background.
    pub read: f64,
}

/// New rules.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TopicTreeChange {
    /// The version that the change was made from.
    version: i64,
    /// All rules, those that stay too.
    #[schema(value_type = Object)]
    document: Value,
}

/// Topics to begin with.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicStarter {
    /// `retail`, `hotel`, `contact_centre`, `app`.
    trade: &'static str,
    /// How many topics there are.
    topics: usize,
    /// The names of those at the top, by language.
    names: Vec<BTreeMap<&'static str, String>>,
    /// The rules, to be changed before or after they are taken over.
    #[schema(value_type = Object)]
    document: Value,
}

/// A name by language.
pub fn by_language(name: &Name) -> BTreeMap<&'static str, String> {
    [("ja", &name.ja), ("en", &name.en)]
        .into_iter()
        .filter(|(_, name)| !name.is_empty())
        .map(|(language, name)| (language, name.clone()))
        .collect()
}

/// Show the topics
#[utoipa::path(get, path = "/api/topics", tag = "voices", operation_id = "show_topics",
    responses((status = 200, description = "The rules, and how far voices were read with them", body = TopicTree)))]
async fn show_topics(State(app): State<App>, actor: Actor) -> Outcome<Json<TopicTree>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    shown(&mut tx, scope).await.map(Json)
}

async fn shown(conn: &mut Conn, scope: &Scope) -> Outcome<TopicTree> {
    let tree = store::tree(conn, scope).await?;
    let read = store::share_read(conn, scope, reading::number(tree.as_ref())).await?;
    Ok(TopicTree {
        version: tree.as_ref().map_or(0, |tree| tree.version),
        changed_at: tree.as_ref().map(|tree| from_ms(tree.changed_ms)),
        document: tree
            .map(|tree| serde_json::to_value(&tree.document))
            .transpose()?,
        read,
    })
}

/// Change the topics
///
/// Puts all rules in the place of those there are. Voices are read again in
/// the background.
#[utoipa::path(put, path = "/api/topics", tag = "voices", operation_id = "change_topics",
    request_body = TopicTreeChange,
    responses(
        (status = 200, description = "Changed", body = TopicTree),
        (status = 409, description = "Somebody else changed them meanwhile", body = ProblemDocument),
        (status = 422, description = "A rule cannot be used", body = ProblemDocument)))]
async fn change_topics(
    State(app): State<App>,
    actor: Actor,
    Json(change): Json<TopicTreeChange>,
) -> Outcome<Json<TopicTree>> {
    let scope = actor.require_everywhere(Permission::EditMetrics)?;
    let document = understood(&change.document)?;
    let mut tx = app.db.write().await?;
    keep(&mut tx, &app, scope, change.version, document).await?;
    let tree = shown(&mut tx, scope).await?;
    tx.commit().await?;
    Ok(Json(tree))
}

/// Keeps rules in the place of those of `version`, and notes it.
///
/// # Errors
/// 409 when another version is in force; when the store refuses.
pub async fn keep(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    version: i64,
    document: TopicDocument,
) -> Outcome<()> {
    let topics = document.walk().len();
    let tree = Tree {
        version: version + 1,
        document,
        changed_ms: app.clock.now_ms(),
    };
    if !store::keep_tree(conn, scope, &tree).await? {
        return Err(Problem::conflict(
            "topics_changed",
            "The topics were changed meanwhile; load them again and repeat your change.",
        ));
    }
    let detail = serde_json::json!({ "version": tree.version, "topics": topics });
    record_audit(conn, app, scope, "topics.change", scope.actor(), detail).await
}

/// Rules that can be used.
///
/// # Errors
/// 422 naming each place in `document` with the remedy.
pub fn understood(document: &Value) -> Outcome<TopicDocument> {
    let document = TopicDocument::from_value(document).map_err(refused)?;
    document.check(&TopicLimits::default()).map_err(refused)?;
    Ok(document)
}

/// Why rules cannot be used, by place.
pub fn refused(problems: TopicProblems) -> Problem {
    let fields = problems.0.into_iter().map(|problem| FieldProblem {
        field: match problem.path.as_str() {
            "" => "document".to_owned(),
            path => format!("document.{path}"),
        },
        message: problem.message,
    });
    Problem::invalid_fields(fields.collect())
}

/// List topics to begin with
#[utoipa::path(get, path = "/api/topic-starters", tag = "voices", operation_id = "list_topic_starters",
    responses((status = 200, description = "One tree of topics for each trade", body = Listing<TopicStarter>)))]
async fn list_topic_starters(actor: Actor) -> Outcome<Json<Listing<TopicStarter>>> {
    actor.require(Permission::ReadResults)?;
    let starters = Trade::ALL.map(|trade| {
        let document = trade.topics();
        Ok(TopicStarter {
            trade: trade.as_str(),
            topics: document.walk().len(),
            names: document
                .topics
                .iter()
                .map(|topic| by_language(&topic.name))
                .collect(),
            document: serde_json::to_value(&document)?,
        })
    });
    let starters: Outcome<Vec<TopicStarter>> = starters.into_iter().collect();
    Ok(Json(Listing::whole(starters?)))
}
