//! The only file that names every slice: routes, duties, subscribers. It
//! holds no logic.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as OpenApiDocument;
use utoipa_axum::router::OpenApiRouter;

use crate::base::app::App;
use crate::base::duties::Duty;
use crate::base::experience;
use crate::base::http::{assets, docs, health, reader, security};
use crate::base::outbox::Subscriber;
use crate::{
    connectors, drivers, loyalty, metrics, org, people, privacy, responses, surveys, touchpoints,
    views, voices,
};

#[derive(OpenApi)]
#[openapi(info(
    title = "Koe",
    description = "Customer experience management: collect, understand, design, act, prove."
),
tags(
    (name = "session", description = "Signing in and out, one's own account"),
    (name = "organisation", description = "The organisation and its settings"),
    (name = "units", description = "Units: the organisation as a tree, with its history"),
    (name = "members", description = "Members, roles and invitations"),
    (name = "keys", description = "API keys"),
    (name = "audit", description = "Audit log"),
    (name = "touchpoints", description = "Touchpoints, offerings and stages"),
    (name = "people", description = "Customers, accounts, consent and operational rows"),
    (name = "surveys", description = "Surveys, drafts, versions and templates"),
    (name = "links", description = "Links and QR codes that say where an answer is given"),
    (name = "responses", description = "Responses: intake, correction, deletion, results of a survey"),
    (name = "connectors", description = "Imports and conversion of surveys of other tools"),
    (name = "voices", description = "Voices: what customers wrote"),
    (name = "metrics", description = "Metrics and their results"),
    (name = "drivers", description = "Drivers: what decides an outcome"),
    (name = "loyalty", description = "Loyalty value: what customers are likely still worth"),
    (name = "privacy", description = "Erasure of a person, and how long answers are kept"),
))]
struct Document;

/// All operations with their documentation.
fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(org::session_routes())
        .merge(org::routes())
        .merge(touchpoints::routes())
        .merge(connectors::routes())
        .merge(people::routes())
        .merge(surveys::routes())
        .merge(responses::routes())
        .merge(voices::routes())
        .merge(metrics::routes())
        .merge(drivers::routes())
        .merge(loyalty::routes())
        .merge(privacy::routes())
        .merge(views::routes())
}

/// The OpenAPI document, generated from the code.
pub fn openapi() -> OpenApiDocument {
    operations().into_openapi()
}

/// Everything the server answers to.
///
/// # Errors
/// When the API page cannot be rendered, which a test excludes.
pub fn router(app: App) -> anyhow::Result<Router> {
    let (router, document) = operations().split_for_parts();
    Ok(router
        .merge(docs::routes(&document)?)
        .merge(health::routes())
        .merge(responses::page_routes())
        .fallback(assets::serve)
        .layer(from_fn(security::refuse_cross_site))
        .layer(from_fn(security::set_headers))
        .layer(from_fn(reader::in_their_language))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::new())
        .layer(from_fn(health::measure))
        .layer(TraceLayer::new_for_http())
        .with_state(app))
}

/// What must be seen to again and again.
pub fn duties() -> Vec<Arc<dyn Duty>> {
    vec![
        Arc::new(experience::Seal),
        Arc::new(experience::Compact::default()),
        Arc::new(experience::CollectGarbage),
        Arc::new(responses::ForgetSittings),
        Arc::new(surveys::ForgetPreviews),
        Arc::new(connectors::ResumeImports),
        Arc::new(voices::Repair::default()),
        Arc::new(voices::Reread),
        Arc::new(connectors::ForgetUploads),
        Arc::new(privacy::Retain),
        Arc::new(privacy::Complete),
    ]
}

/// Who reacts to events.
pub fn subscribers() -> Vec<Arc<dyn Subscriber>> {
    vec![Arc::new(voices::Read), Arc::new(metrics::Suggest)]
}
