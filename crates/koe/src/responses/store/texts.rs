//! Free texts of records.

use std::collections::{BTreeMap, HashMap};

use sqlx::Row as _;

use super::{ROWS, Text};
use crate::base::db::{Conn, among, array, values};
use crate::base::id::{RecordId, UnitId};
use crate::base::problem::Outcome;
use crate::base::scope::Scope;

/// Stores free texts, for intake and imports alike.
///
/// # Errors
/// When the store refuses.
pub async fn insert_texts(conn: &mut Conn, texts: &[(&RecordId, &Text)]) -> Outcome<()> {
    for chunk in texts.chunks(ROWS) {
        let sql = format!(
            "INSERT INTO record_text (record_id, field, body) VALUES {}",
            values(conn, chunk.len(), 3)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (record, text) in chunk {
            query = query
                .bind(record.as_str().to_owned())
                .bind(text.field.clone())
                .bind(text.body.clone());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// Free texts of records that the asker may see, by record.
///
/// # Errors
/// When the store cannot be read.
pub async fn texts_of(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[String],
) -> Outcome<HashMap<String, Vec<Text>>> {
    let sql = format!(
        "SELECT record_id, field, body, unit_id FROM record_text \
         JOIN record ON record.id = record_text.record_id \
         WHERE organisation_id = $1 AND deleted_ms IS NULL AND record_id IN {} \
         ORDER BY record_id, field",
        among(conn, 2)
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str().to_owned())
        .bind(array(ids))
        .fetch_all(conn)
        .await?;
    let mut texts: HashMap<String, Vec<Text>> = HashMap::new();
    for row in rows {
        let unit: Option<String> = row.try_get("unit_id")?;
        if scope.sees(unit.map(UnitId::stored).as_ref()) {
            let of_record = texts.entry(row.try_get("record_id")?).or_default();
            of_record.push(Text {
                field: row.try_get("field")?,
                body: row.try_get("body")?,
            });
        }
    }
    Ok(texts)
}

/// Which fields have free texts, by stream.
///
/// # Errors
/// When the store cannot be read.
pub async fn text_fields(conn: &mut Conn, scope: &Scope) -> Outcome<BTreeMap<String, Vec<String>>> {
    let rows = sqlx::query(
        "SELECT DISTINCT record.stream_id, record_text.field FROM record_text \
         JOIN record ON record.id = record_text.record_id WHERE record.organisation_id = $1",
    )
    .bind(scope.organisation().as_str())
    .fetch_all(conn)
    .await?;
    let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        let of_stream = fields.entry(row.try_get("stream_id")?).or_default();
        of_stream.push(row.try_get("field")?);
    }
    fields.values_mut().for_each(|fields| fields.sort());
    Ok(fields)
}
