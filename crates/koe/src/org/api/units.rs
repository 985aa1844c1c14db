//! The unit tree.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use crate::base::app::App;
use crate::base::http::{Json, Listing, Path, Query, present};
use crate::base::id;
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::base::scope::Scope;
use crate::org::model::{
    Actor, Permission, Unit, UnitHistory, UnitImport, apply_lines, read_lines,
};
use crate::org::store::{audit, organisation, units};

/// A unit and where it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitView {
    /// Id.
    id: id::UnitId,
    /// The organisation's own code, unique.
    code: String,
    /// Name by language.
    name: BTreeMap<String, String>,
    /// `company`, `division`, `region`, `store`, `team`, or the
    /// organisation's own word.
    kind: String,
    /// Above it on the day asked for; null: a root, or the top of what may
    /// be seen.
    parent_id: Option<id::UnitId>,
    /// From the top that may be seen to the unit itself.
    path: Vec<id::UnitId>,
    /// First day; null: as long as what it stands below.
    #[schema(value_type = Option<String>, format = Date)]
    valid_from: Option<Date>,
    /// First day on which it no longer is.
    #[schema(value_type = Option<String>, format = Date)]
    valid_to: Option<Date>,
}

/// A unit with its places over time.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitDetail {
    /// The unit as it stands today.
    unit: UnitView,
    /// Where it stood, stands and will stand, oldest first.
    placements: Vec<PlacementView>,
}

/// Below what a unit stands, from a day on until the next placement.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlacementView {
    /// Above it; null: a root.
    parent_id: Option<id::UnitId>,
    /// First day; null: from the unit's beginning.
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Date>,
}

/// Which tree is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct TreeQuery {
    /// Only units that exist on this day, as they stood then. Left out: all
    /// units ever, as they stand today.
    #[param(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
}

/// A new unit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUnit {
    /// The organisation's own code, unique.
    code: String,
    /// Name by language.
    name: BTreeMap<String, String>,
    /// `company`, `division`, `region`, `store`, `team`, or another word.
    kind: String,
    /// Above it; left out: a root.
    #[serde(default)]
    parent_id: Option<id::UnitId>,
    /// First day; left out: as long as what it stands below.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    valid_from: Option<Date>,
    /// First day on which it no longer is.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    valid_to: Option<Date>,
}

/// What may change of a unit; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitChange {
    /// The organisation's own code, unique.
    code: Option<String>,
    /// Name by language.
    name: Option<BTreeMap<String, String>>,
    /// `company`, `division`, `region`, `store`, `team`, or another word.
    kind: Option<String>,
    /// Puts it elsewhere from a day on; what was before stays as it was.
    #[serde(rename = "move")]
    moved: Option<Move>,
    /// First day; null: as long as what it stands below.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Date)]
    valid_from: Option<Option<Date>>,
    /// First day on which it no longer is: units are ended, never deleted,
    /// because history names them. Null: it goes on.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Date)]
    valid_to: Option<Option<Date>>,
}

/// A reorganisation of one unit.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = UnitMove)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// Above it from then on; null: a root.
    #[serde(default)]
    parent_id: Option<id::UnitId>,
    /// First day on which it stands there.
    #[schema(value_type = String, format = Date)]
    from: Date,
}

/// How a file is brought in.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct ImportQuery {
    /// Only say what would be written.
    dry_run: bool,
    /// The `preview` of a dry run: write only if file and tree are still as
    /// they were then.
    preview: Option<String>,
}

/// A CSV body of at most `limits.json_bytes`.
pub struct CsvBody(Bytes);

impl FromRequest<App> for CsvBody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let limit = app.config.limits.json_bytes;
        axum::body::to_bytes(request.into_body(), limit)
            .await
            .map(Self)
            .map_err(|_| {
                Problem::too_large(format!(
                    "The file is larger than {limit} bytes (limits.json_bytes)."
                ))
            })
    }
}

fn view(history: &UnitHistory, scope: &Scope, unit: &Unit, day: Date) -> UnitView {
    let mut path = history.path(&unit.id, day);
    path.retain(|above| scope.sees(Some(above)));
    UnitView {
        id: unit.id.clone(),
        code: unit.code.clone(),
        name: unit.name.clone(),
        kind: unit.kind.clone(),
        parent_id: path.len().checked_sub(2).map(|at| path[at].clone()),
        path,
        valid_from: unit.valid_from,
        valid_to: unit.valid_to,
    }
}

async fn today(app: &App, conn: &mut crate::base::db::Conn, scope: &Scope) -> Outcome<Date> {
    Ok(organisation::get(conn, scope.organisation())
        .await?
        .day_of(app.clock.now()))
}

/// Insists that the whole tree holds together.
fn check(history: &UnitHistory) -> Outcome<()> {
    let faults: Vec<_> = history
        .check()
        .into_iter()
        .map(|(_, fault)| fault)
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Problem::invalid_fields(faults))
    }
}

fn insist_free(history: &UnitHistory, code: &str) -> Outcome<()> {
    match history.by_code(code) {
        None => Ok(()),
        Some(_) => Err(Problem::conflict(
            "code_taken",
            "This code is already in use; choose another.",
        )),
    }
}

fn insist_known(history: &UnitHistory, unit: Option<&id::UnitId>, field: &str) -> Outcome<()> {
    match unit {
        Some(unit) if history.get(unit).is_none() => {
            Err(Problem::invalid(field, "there is no such unit"))
        }
        _ => Ok(()),
    }
}

/// List units
///
/// A flat list by code; `parent_id` and `path` make it a tree.
#[utoipa::path(get, path = "/api/units", tag = "units", operation_id = "list_units", params(TreeQuery),
    responses((status = 200, description = "The units that may be seen", body = Listing<UnitView>)))]
pub async fn list_units(
    State(app): State<App>,
    actor: Actor,
    Query(wanted): Query<TreeQuery>,
) -> Outcome<Json<Listing<UnitView>>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    let history = units::history(&mut tx, &app, scope.organisation()).await?;
    let day = match wanted.as_of {
        Some(day) => day,
        None => today(&app, &mut tx, scope).await?,
    };
    let items = history
        .units()
        .filter(|unit| scope.sees(Some(&unit.id)))
        .filter(|unit| wanted.as_of.is_none() || history.exists_on(&unit.id, day))
        .map(|unit| view(&history, scope, unit, day))
        .collect();
    Ok(Json(Listing::whole(items)))
}

/// Show a unit and its history
#[utoipa::path(get, path = "/api/units/{id}", tag = "units", operation_id = "show_unit",
    params(("id" = id::UnitId, Path, description = "The unit")),
    responses(
        (status = 200, description = "The unit", body = UnitDetail),
        (status = 404, description = "No such unit", body = ProblemDocument)))]
pub async fn show_unit(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::UnitId>,
) -> Outcome<Json<UnitDetail>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    let history = units::history(&mut tx, &app, scope.organisation()).await?;
    let day = today(&app, &mut tx, scope).await?;
    let unit = history
        .get(&id)
        .filter(|unit| scope.sees(Some(&unit.id)))
        .ok_or_else(Problem::not_found)?;
    let placements = history
        .placements(&id)
        .iter()
        .enumerate()
        .map(|(index, placement)| PlacementView {
            parent_id: placement
                .parent
                .clone()
                .filter(|parent| scope.sees(Some(parent))),
            from: (index > 0).then_some(placement.from),
        })
        .collect();
    Ok(Json(UnitDetail {
        unit: view(&history, scope, unit, day),
        placements,
    }))
}

/// Add a unit
#[utoipa::path(post, path = "/api/units", tag = "units", operation_id = "create_unit",
    request_body = NewUnit,
    responses(
        (status = 201, description = "Added", body = UnitView),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 409, description = "The code is taken", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn create_unit(
    State(app): State<App>,
    actor: Actor,
    Json(input): Json<NewUnit>,
) -> Outcome<(StatusCode, Json<UnitView>)> {
    let scope = actor.require_everywhere(Permission::EditOrganisation)?;
    let unit = Unit {
        id: app.chance.id(app.clock.now_ms()),
        code: input.code,
        name: input.name,
        kind: input.kind.trim().to_owned(),
        valid_from: input.valid_from,
        valid_to: input.valid_to,
    };
    UnitHistory::check_fields(&unit)?;
    let mut tx = app.db.write().await?;
    let before = units::begin_change(&mut tx, scope).await?;
    insist_free(&before, &unit.code)?;
    insist_known(&before, input.parent_id.as_ref(), "parent_id")?;
    let mut after = before.clone();
    let detail = serde_json::json!({ "code": unit.code, "parent_id": input.parent_id });
    after.add(unit.clone(), input.parent_id);
    check(&after)?;
    units::save(&mut tx, scope, &before, &after).await?;
    audit::record(
        &mut tx,
        &app,
        scope,
        "unit.create",
        unit.id.as_str(),
        detail,
    )
    .await?;
    let day = today(&app, &mut tx, scope).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view(&after, scope, &unit, day))))
}

/// Change, move or end a unit
#[utoipa::path(patch, path = "/api/units/{id}", tag = "units", operation_id = "change_unit",
    params(("id" = id::UnitId, Path, description = "The unit")),
    request_body = UnitChange,
    responses(
        (status = 200, description = "Changed", body = UnitView),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 404, description = "No such unit", body = ProblemDocument),
        (status = 409, description = "The code is taken", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn change_unit(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::UnitId>,
    Json(change): Json<UnitChange>,
) -> Outcome<Json<UnitView>> {
    let scope = actor.require_everywhere(Permission::EditOrganisation)?;
    let mut tx = app.db.write().await?;
    let before = units::begin_change(&mut tx, scope).await?;
    let old = before.get(&id).ok_or_else(Problem::not_found)?;
    let unit = Unit {
        id: id.clone(),
        code: change.code.unwrap_or_else(|| old.code.clone()),
        name: change.name.unwrap_or_else(|| old.name.clone()),
        kind: change
            .kind
            .unwrap_or_else(|| old.kind.clone())
            .trim()
            .to_owned(),
        valid_from: change.valid_from.unwrap_or(old.valid_from),
        valid_to: change.valid_to.unwrap_or(old.valid_to),
    };
    UnitHistory::check_fields(&unit)?;
    if unit.code != old.code {
        insist_free(&before, &unit.code)?;
    }
    let mut detail = super::changes(&Fields::of(old), &Fields::of(&unit))?;
    let mut after = before.clone();
    after.replace(unit.clone());
    if let Some(moved) = change.moved {
        insist_known(&before, moved.parent_id.as_ref(), "move.parent_id")?;
        detail["move"] = serde_json::json!({ "parent_id": moved.parent_id, "from": moved.from });
        after.place(&id, moved.parent_id, moved.from);
    }
    check(&after)?;
    units::save(&mut tx, scope, &before, &after).await?;
    audit::record(&mut tx, &app, scope, "unit.change", id.as_str(), detail).await?;
    let day = today(&app, &mut tx, scope).await?;
    tx.commit().await?;
    Ok(Json(view(&after, scope, &unit, day)))
}

/// A unit's own fields, for the audit log.
#[derive(Serialize)]
struct Fields<'a> {
    code: &'a str,
    name: &'a BTreeMap<String, String>,
    kind: &'a str,
    valid_from: Option<Date>,
    valid_to: Option<Date>,
}

impl<'a> Fields<'a> {
    fn of(unit: &'a Unit) -> Self {
        Self {
            code: &unit.code,
            name: &unit.name,
            kind: &unit.kind,
            valid_from: unit.valid_from,
            valid_to: unit.valid_to,
        }
    }
}

/// Bring units in from a CSV file
///
/// Columns: `code,name_ja,name_en,kind,parent_code,valid_from,valid_to`, in
/// any order; UTF-8 or Shift_JIS. A line says that from `valid_from` on the
/// unit stands below `parent_code`, so a file dated 1 April is a
/// reorganisation that keeps history. All or nothing; bringing the same file
/// in again changes nothing. A dry run lists every change; with its `preview`
/// exactly those are written, or nothing when the tree changed since.
#[utoipa::path(post, path = "/api/units/import", tag = "units", operation_id = "import_units",
    params(ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses(
        (status = 200, description = "What was or would be written; with errors, nothing was", body = UnitImport),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 409, description = "File or tree are no longer as in the preview", body = ProblemDocument),
        (status = 413, description = "The file is too large", body = ProblemDocument),
        (status = 422, description = "This is no such file", body = ProblemDocument)))]
pub async fn import_units(
    State(app): State<App>,
    actor: Actor,
    Query(how): Query<ImportQuery>,
    CsvBody(body): CsvBody,
) -> Outcome<Json<UnitImport>> {
    let scope = actor.require_everywhere(Permission::EditOrganisation)?;
    let (lines, unreadable) = read_lines(&body)?;
    let mut tx = app.db.write().await?;
    let before = units::begin_change(&mut tx, scope).await?;
    let preview = preview_of(units::revision(&mut tx, scope.organisation()).await?, &body);
    if how.preview.is_some_and(|expected| expected != preview) {
        return Err(Problem::conflict(
            "preview_is_old",
            "The file or the unit tree changed since the preview; look at what it changes now.",
        ));
    }
    let mut after = before.clone();
    let now_ms = app.clock.now_ms();
    let mut report = apply_lines(&mut after, lines, || app.chance.id(now_ms));
    report.preview = preview;
    report.errors.splice(0..0, unreadable);
    report.errors.sort_by_key(|fault| fault.line);
    report.written = !how.dry_run && report.errors.is_empty();
    if report.written {
        units::save(&mut tx, scope, &before, &after).await?;
        let detail = serde_json::json!({
            "added": report.added, "changed": report.changed, "moved": report.moved,
        });
        let subject = scope.organisation().as_str();
        audit::record(&mut tx, &app, scope, "unit.import", subject, detail).await?;
        tx.commit().await?;
    }
    Ok(Json(report))
}

/// Names a file laid on the tree of a revision.
fn preview_of(revision: i64, file: &[u8]) -> String {
    let mut digest = Sha256::new();
    digest.update(revision.to_be_bytes());
    digest.update(file);
    let digest = digest.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
