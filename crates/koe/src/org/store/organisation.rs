//! Organisations.

use sqlx::Row;
use sqlx::any::AnyRow;

use crate::base::db::Conn;
use crate::base::id::{self, Id};
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::base::text::Language;
use crate::org::model::Organisation;

const COLUMNS: &str = "id, name, language, time_zone, fiscal_year_start, calling_code, privacy";

fn read(row: &AnyRow) -> Outcome<Organisation> {
    Ok(Organisation {
        id: Id::stored(row.try_get::<String, _>("id")?),
        name: row.try_get("name")?,
        language: language(row.try_get("language")?),
        time_zone: row.try_get("time_zone")?,
        fiscal_year_start: row.try_get("fiscal_year_start")?,
        calling_code: row.try_get("calling_code")?,
        privacy: serde_json::from_str(&row.try_get::<String, _>("privacy")?)?,
    })
}

/// A stored language tag.
pub fn language(tag: String) -> Language {
    if tag == "ja" {
        Language::Ja
    } else {
        Language::En
    }
}

/// Creates an organisation. `link_secret` signs its links.
///
/// # Errors
/// When the store refuses.
pub async fn create(
    conn: &mut Conn,
    organisation: &Organisation,
    link_secret: &str,
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO organisation \
         (id, name, language, time_zone, fiscal_year_start, calling_code, privacy, link_secret, \
          created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(organisation.id.as_str())
    .bind(&organisation.name)
    .bind(organisation.language.tag())
    .bind(&organisation.time_zone)
    .bind(organisation.fiscal_year_start)
    .bind(&organisation.calling_code)
    .bind(serde_json::to_string(&organisation.privacy)?)
    .bind(link_secret)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// One organisation by id.
///
/// # Errors
/// 404 when absent.
pub async fn get(conn: &mut Conn, id: &id::OrganisationId) -> Outcome<Organisation> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM organisation WHERE id = $1"
    )))
    .bind(id.as_str())
    .fetch_one(conn)
    .await?;
    read(&row)
}

/// All organisations, oldest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn all(conn: &mut Conn) -> Outcome<Vec<Organisation>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM organisation ORDER BY created_ms, id"
    )))
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Writes the settings that may change.
///
/// # Errors
/// When the store refuses.
pub async fn update(conn: &mut Conn, scope: &Scope, settings: &Organisation) -> Outcome<()> {
    sqlx::query(
        "UPDATE organisation SET name = $2, language = $3, time_zone = $4, \
         fiscal_year_start = $5, calling_code = $6, privacy = $7 WHERE id = $1",
    )
    .bind(scope.organisation().as_str())
    .bind(&settings.name)
    .bind(settings.language.tag())
    .bind(&settings.time_zone)
    .bind(settings.fiscal_year_start)
    .bind(&settings.calling_code)
    .bind(serde_json::to_string(&settings.privacy)?)
    .execute(conn)
    .await?;
    Ok(())
}

/// The secret that signs links of an organisation.
///
/// # Errors
/// 404 when absent.
pub async fn link_secret(conn: &mut Conn, id: &id::OrganisationId) -> Outcome<String> {
    Ok(
        sqlx::query_scalar("SELECT link_secret FROM organisation WHERE id = $1")
            .bind(id.as_str())
            .fetch_one(conn)
            .await?,
    )
}

/// Gives a taken-in organisation the secret that signs its links.
///
/// # Errors
/// When the store refuses.
pub async fn put_link_secret(conn: &mut Conn, scope: &Scope, secret: &str) -> Outcome<()> {
    sqlx::query("UPDATE organisation SET link_secret = $2 WHERE id = $1")
        .bind(scope.organisation().as_str())
        .bind(secret)
        .execute(conn)
        .await?;
    Ok(())
}

/// Holds the organisation's row until the transaction ends, so that changes
/// that must see each other (owners, invitations, merges of customers) follow
/// one another.
///
/// # Errors
/// When the store refuses.
pub async fn hold(conn: &mut Conn, scope: &Scope) -> Outcome<()> {
    sqlx::query("UPDATE organisation SET created_ms = created_ms WHERE id = $1")
        .bind(scope.organisation().as_str())
        .execute(conn)
        .await?;
    Ok(())
}
