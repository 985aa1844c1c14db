//! Printed sheets of QR codes.

use axum::extract::State;
use axum::response::Html;
use jiff::tz::TimeZone;
use serde::Deserialize;
use utoipa::ToSchema;

use super::links::{Addresses, check_place, declaring};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::http::{Json, Path};
use crate::base::id;
use crate::base::problem::{FieldProblem, Outcome, Problem, ProblemDocument};
use crate::base::scope::Scope;
use crate::org::{self, Actor, Permission, Unit, record_audit};
use crate::surveys::answers::Fields;
use crate::surveys::document::{Language, Text};
use crate::surveys::links::{self, Link, LinkKind, Place, Sheet};
use crate::surveys::store;
use crate::touchpoints;

/// Pages of one sheet at most.
const MOST_PAGES: usize = 1_000;

/// Which units get a printed page. Give exactly one of `units`, `csv` and `unit_kind`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct QrSheetRequest {
    /// Codes of units.
    units: Option<Vec<String>>,
    /// A CSV whose first column, or column `code`, holds codes of units.
    csv: Option<String>,
    /// All units of a kind (`store`) that exist today.
    unit_kind: Option<String>,
    /// The touchpoint of all links.
    touchpoint_id: Option<id::TouchpointId>,
    /// The channel, when it is not the touchpoint's own.
    channel: Option<touchpoints::Channel>,
    /// The product or service of all links.
    offering_id: Option<id::OfferingId>,
}

/// Print a sheet of QR codes
///
/// One A4 page for each unit, to be printed from the browser. Units that have a
/// link of the same kind already keep it, so that a sheet can be printed again.
#[utoipa::path(post, path = "/api/surveys/{id}/qr-sheet", tag = "links", operation_id = "print_qr_sheet",
    params(("id" = id::SurveyId, Path, description = "The survey")),
    request_body = QrSheetRequest,
    responses(
        (status = 200, description = "The printable page", content_type = "text/html", body = String),
        (status = 404, description = "No such survey", body = ProblemDocument),
        (status = 422, description = "A unit does not exist", body = ProblemDocument)))]
pub async fn print_qr_sheet(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::SurveyId>,
    Json(request): Json<QrSheetRequest>,
) -> Outcome<Html<String>> {
    let scope = actor.require(Permission::EditSurveys)?;
    let mut tx = app.db.write().await?;
    let document = declaring(&app, &mut tx, scope, &id).await?;
    let units = wanted_units(&app, &mut tx, scope, &request).await?;
    let mut place = Place {
        touchpoint_id: request.touchpoint_id,
        channel: request.channel,
        offering_id: request.offering_id,
        unit_id: units.first().map(|unit| unit.id.clone()),
        customer_id: None,
    };
    check_place(&mut tx, scope, &mut place).await?;
    let addresses = Addresses::of(&app, &mut tx, scope).await?;
    let now_ms = app.clock.now_ms();
    let existing = store::links::plain_public(&mut tx, scope, &id, now_ms).await?;
    let (mut sheets, mut made) = (Vec::with_capacity(units.len()), 0);
    // Lists show the newest first: with a millisecond each, the last unit's being the oldest,
    // the links stand there in the order of the sheet.
    for (unit, later_ms) in units.into_iter().zip((0..MOST_PAGES as i64).rev()) {
        let place = Place {
            unit_id: Some(unit.id.clone()),
            ..place.clone()
        };
        let link = match existing.iter().find(|link| link.place == place) {
            Some(link) => link.id.clone(),
            None => {
                let link = Link {
                    id: app.chance.id(now_ms + later_ms),
                    survey: id.clone(),
                    kind: LinkKind::Public,
                    place,
                    fields: Fields::new(),
                    created_at: app.clock.now(),
                    expires_at: None,
                    revoked_at: None,
                    answered_at: None,
                };
                addresses.insert(&mut tx, scope, &link).await?;
                made += 1;
                link.id
            }
        };
        sheets.push(Sheet {
            name: name_of(&unit),
            code: unit.code,
            url: addresses.url(&link),
        });
    }
    if made > 0 {
        let detail = serde_json::json!({ "links": made, "kind": LinkKind::Public });
        record_audit(&mut tx, &app, scope, "link.create", id.as_str(), detail).await?;
    }
    let page = links::sheet(&document, &sheets)?;
    tx.commit().await?;
    Ok(Html(page))
}

/// The units of a request, in its order, each once.
async fn wanted_units(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    request: &QrSheetRequest,
) -> Outcome<Vec<Unit>> {
    let history = org::unit_history(conn, app, scope.organisation()).await?;
    let visible = |unit: &Unit| scope.sees(Some(&unit.id));
    let given = [
        request.units.is_some(),
        request.csv.is_some(),
        request.unit_kind.is_some(),
    ];
    if given.iter().filter(|given| **given).count() != 1 {
        return Err(Problem::invalid(
            "units",
            "give exactly one of units, csv and unit_kind",
        ));
    }
    let units: Vec<Unit> = if let Some(kind) = &request.unit_kind {
        let zone = org::organisation(conn, scope.organisation())
            .await?
            .time_zone;
        let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
        let today = app.clock.now().to_zoned(zone).date();
        let mut units: Vec<Unit> = history
            .units()
            .filter(|unit| {
                unit.kind == *kind && visible(unit) && history.exists_on(&unit.id, today)
            })
            .cloned()
            .collect();
        units.sort_by(|a, b| a.code.cmp(&b.code));
        units
    } else {
        let (codes, field) = match (&request.units, &request.csv) {
            (Some(codes), _) => (codes.clone(), "units"),
            (None, csv) => (codes_of(csv.as_deref().unwrap_or_default())?, "csv"),
        };
        let (mut units, mut unknown): (Vec<Unit>, Vec<FieldProblem>) = (Vec::new(), Vec::new());
        for (number, code) in codes.iter().enumerate() {
            let unit = history
                .by_code(code)
                .and_then(|id| history.get(id))
                .filter(|u| visible(u));
            match unit {
                Some(unit) if units.contains(unit) => {}
                Some(unit) => units.push(unit.clone()),
                None => unknown.push(FieldProblem {
                    field: format!("{field}[{number}]"),
                    message: format!("there is no unit with the code “{code}”"),
                }),
            }
        }
        if !unknown.is_empty() {
            return Err(Problem::invalid_fields(unknown));
        }
        units
    };
    if !(1..=MOST_PAGES).contains(&units.len()) {
        let found = units.len();
        return Err(Problem::invalid(
            "units",
            format!("a sheet has 1 to {MOST_PAGES} pages; this would have {found}"),
        ));
    }
    Ok(units)
}

/// The codes of a CSV: its column `code`, else its first column.
fn codes_of(text: &str) -> Outcome<Vec<String>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut codes = Vec::new();
    let mut column = 0;
    for (number, record) in reader.records().enumerate() {
        let record = record.map_err(|error| Problem::invalid("csv", error.to_string()))?;
        if number == 0
            && let Some(named) = record
                .iter()
                .position(|cell| cell.eq_ignore_ascii_case("code"))
        {
            column = named;
            continue;
        }
        match record.get(column) {
            Some(code) if !code.is_empty() => codes.push(code.to_owned()),
            _ => {}
        }
    }
    Ok(codes)
}

/// A unit's name as a text of the document's kind.
fn name_of(unit: &Unit) -> Text {
    let mut name = Text::default();
    for (language, words) in &unit.name {
        if let Ok(language) = Language::parse(language) {
            name.set(language, words.clone());
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_in_the_column_of_that_name_or_in_the_first() {
        for csv in [
            "S01\nS02\n",
            "\u{feff}code\nS01\n\nS02",
            "name,Code\n新宿,S01\n渋谷, S02 \n",
        ] {
            assert_eq!(codes_of(csv).expect("read"), ["S01", "S02"], "{csv}");
        }
    }
}
