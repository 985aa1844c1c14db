//! Taking a survey's responses out as a file.

use std::collections::{BTreeMap, HashMap};

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use koe_lake::{Measure, ProfileQuestion, StreamSchema};
use serde::Deserialize;
use tokio_util::io::ReaderStream;
use utoipa::{IntoParams, ToSchema};

use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::http::{Path, Query};
use crate::base::id::{self, SurveyId};
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::base::scope::Scope;
use crate::base::sheet::{BYTE_ORDER_MARK, csv_lines};
use crate::base::text::Language;
use crate::org::{self, Actor, Permission, record_audit};
use crate::responses::chosen::Chosen;
use crate::responses::export::{self, Lines, Names, Values};
use crate::responses::lookup;
use crate::responses::pages::Texts;
use crate::surveys;
use crate::surveys::document::Language as Tongue;
use crate::touchpoints::{self, Channel, Offering, Stage, Touchpoint};

/// The kind of file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ExportFormat)]
pub enum Format {
    /// UTF-8 with a byte order mark, RFC 4180, CRLF.
    #[default]
    Csv,
    /// A workbook of one sheet.
    Xlsx,
}

/// How the file is written.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// `csv` (default) or `xlsx`.
    #[serde(default)]
    #[param(inline)]
    format: Format,
    /// `codes`, or `labels` (default): the words that people saw.
    #[serde(default)]
    #[param(inline)]
    values: Values,
    /// `ja` or `en` (default): of headers and labels.
    #[param(inline)]
    language: Option<Language>,
}

/// Take the responses of a survey out as a file
///
/// One line for each response, oldest first where it lies in one file of the lake; the columns of
/// every version. Texts that a spreadsheet would run as a formula begin with an apostrophe in CSV
/// and are plain words in XLSX. A CSV file has no limit; an XLSX file takes `limits.xlsx_rows`.
/// Not for confidential programmes.
#[utoipa::path(get, path = "/api/surveys/{id}/responses/export", tag = "responses", operation_id = "export_responses",
    params(("id" = id::SurveyId, Path, description = "The survey"), Wanted, Chosen),
    responses(
        (status = 200, description = "The file", body = String, content_type = "text/csv"),
        (status = 403, description = "Confidential, or not allowed", body = ProblemDocument),
        (status = 404, description = "No such survey, or never published", body = ProblemDocument),
        (status = 413, description = "More rows than an XLSX file takes", body = ProblemDocument)))]
pub async fn export_responses(
    State(app): State<App>,
    actor: Actor,
    Path(survey): Path<SurveyId>,
    Query(wanted): Query<Wanted>,
    Query(chosen): Query<Chosen>,
) -> Outcome<Response> {
    let scope = actor.require(Permission::ExportData)?;
    actor.require(Permission::ReadPeople)?;
    let language = wanted.language.unwrap_or(Language::En);
    let mut tx = app.db.read().await?;
    let (current, stream, choice) = chosen.of_survey(&app, &mut tx, scope, &survey).await?;
    lookup::refuse_confidential(&current.document)?;
    let versions = surveys::versions(&mut tx, scope, &survey).await?;
    let texts = app.slots.get_or_make(Texts::read);
    let names = names(&app, &mut tx, scope, wanted.values, language, &texts).await?;
    drop(tx);
    let selection = choice.selection(scope);
    let rows = count(&app, scope, stream.clone(), selection.clone()).await?;
    let most = app.config.limits.xlsx_rows;
    if wanted.format == Format::Xlsx && rows > most {
        return Err(Problem::too_large(format!(
            "The file would have {rows} rows, and an XLSX file takes {most} (limits.xlsx_rows); \
             choose a shorter period, or CSV."
        )));
    }
    let documents: Vec<(i64, &surveys::Document)> = versions
        .iter()
        .map(|version| (version.number, &*version.document))
        .collect();
    let layout = export::columns(
        &documents,
        wanted.values,
        language,
        choice.zone.clone(),
        &texts,
    );
    let lines = export::lines(&app, scope, stream, selection, layout, names).await?;

    let mut tx = app.db.write().await?;
    let detail = serde_json::json!({
        "rows": rows,
        "format": match wanted.format { Format::Csv => "csv", Format::Xlsx => "xlsx" },
        "from": chosen.from, "to": chosen.to, "unit": chosen.unit,
    });
    let action = "response.export";
    record_audit(&mut tx, &app, scope, action, survey.as_str(), detail).await?;
    tx.commit().await?;

    let tongue = match language {
        Language::Ja => Tongue::ja(),
        Language::En => Tongue::en(),
    };
    let title = current
        .document
        .title
        .get(&tongue, &current.document.base_language());
    let (body, kind, ending) = match wanted.format {
        Format::Csv => (csv(lines), "text/csv; charset=utf-8", "csv"),
        Format::Xlsx => {
            let sheet = texts.at(language, "/export/sheet");
            let file = tokio::task::spawn_blocking(move || export::workbook(lines, &sheet))
                .await
                .map_err(Problem::internal)??;
            let stream = ReaderStream::new(tokio::fs::File::from_std(file));
            let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            (Body::from_stream(stream), kind, "xlsx")
        }
    };
    let name = file_name(title, ending);
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, body).into_response())
}

/// The lines as a body. A failure on the way breaks the download off, so that half a file is
/// never taken for a whole one.
fn csv(lines: Lines) -> Body {
    let batches = futures::stream::unfold((lines, true), |(mut lines, first)| async move {
        let batch = lines.recv().await?;
        let bytes = batch
            .map_err(|problem| std::io::Error::other(problem.detail().to_owned()))
            .and_then(|batch| csv_lines(&batch).map_err(std::io::Error::other))
            .map(|bytes| match first {
                true => [BYTE_ORDER_MARK.as_bytes(), &bytes].concat(),
                false => bytes,
            });
        Some((bytes, (lines, false)))
    });
    // Whoever compresses the body asks again after its end, which `unfold` does not bear.
    Body::from_stream(batches.fuse().boxed())
}

/// The survey's title as a file name (RFC 6266), with a plain one for old readers.
fn file_name(title: &str, ending: &str) -> String {
    let named: String = format!("{title}.{ending}")
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            // A file's name leads nowhere.
            b'/' | b'\\' | 0..=31 => "_".to_owned(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename=\"responses.{ending}\"; filename*=UTF-8''{named}")
}

async fn count(
    app: &App,
    scope: &Scope,
    stream: StreamSchema,
    selection: koe_lake::Selection,
) -> Outcome<u64> {
    let snapshot = experience::snapshot_of(app, scope, &[&stream.id]).await?;
    let question = ProfileQuestion {
        stream,
        measures: vec![Measure::Count],
        selection,
    };
    let profile = app.lake.profile(&question, &snapshot).await;
    let groups = profile.map_err(experience::problem)?.groups;
    Ok(groups.first().map_or(0, |group| group.rows.n))
}

async fn names(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    values: Values,
    language: Language,
    texts: &Texts,
) -> Outcome<Names> {
    let name = |code: &str, names: &BTreeMap<String, String>| match values {
        Values::Codes => code.to_owned(),
        Values::Labels => names
            .get(language.tag())
            .or_else(|| names.values().next())
            .map_or_else(|| code.to_owned(), Clone::clone),
    };
    let mut places = HashMap::new();
    for touchpoint in touchpoints::list::<Touchpoint>(conn, scope).await? {
        let called = name(&touchpoint.code, &touchpoint.name);
        places.insert(touchpoint.id.as_str().to_owned(), called);
    }
    for offering in touchpoints::list::<Offering>(conn, scope).await? {
        let called = name(&offering.code, &offering.name);
        places.insert(offering.id.as_str().to_owned(), called);
    }
    let tree = org::unit_history(conn, app, scope.organisation()).await?;
    for unit in tree.units() {
        places.insert(unit.id.as_str().to_owned(), name(&unit.code, &unit.name));
    }
    if values == Values::Codes {
        return Ok(Names {
            places,
            ..Names::default()
        });
    }
    let word = |group: &str, word: &str| {
        let said = texts.at(language, &format!("/export/{group}/{word}"));
        (word.to_owned(), said)
    };
    Ok(Names {
        places,
        channels: Channel::ALL
            .iter()
            .map(|c| word("channel", c.word()))
            .collect(),
        stages: Stage::ALL.iter().map(|s| word("stage", s.word())).collect(),
    })
}
