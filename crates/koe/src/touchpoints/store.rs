//! The SQL of `touchpoints`: one text for touchpoints and offerings.

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::any::AnyRow;

use super::model::{Channel, Experience, Named, Offering, Stage, Touchpoint};
use crate::base::db::Conn;
use crate::base::id::Id;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;

/// How a named thing is kept: in the table of its word, with columns of its
/// own beside `id`, `code`, `name` and `archived_ms`.
pub trait Kept: Named {
    /// The columns that it alone has.
    const OWN: &'static [&'static str];

    /// What stands in them, in their order.
    fn own(&self) -> Vec<Option<&str>>;

    /// Made of what all named things have, and of its own columns.
    ///
    /// # Errors
    /// When the store holds what this version does not know.
    fn read(common: Common<Self::Kind>, row: &AnyRow) -> Outcome<Self>;
}

/// What all named things have.
pub struct Common<K> {
    id: Id<K>,
    code: String,
    name: BTreeMap<String, String>,
    archived: bool,
}

/// A stored word, read by what knows the words.
fn word<T>(row: &AnyRow, column: &str, read: fn(&str) -> Option<T>) -> Outcome<T> {
    let word: String = row.try_get(column)?;
    read(&word).ok_or_else(|| {
        Problem::internal(anyhow::anyhow!("the store holds an unknown word: {word}"))
    })
}

impl Kept for Touchpoint {
    const OWN: &'static [&'static str] = &["channel", "stage", "experience", "owner_unit_id"];

    fn own(&self) -> Vec<Option<&str>> {
        vec![
            Some(self.channel.word()),
            Some(self.stage.word()),
            Some(self.experience.word()),
            self.owner_unit_id.as_ref().map(Id::as_str),
        ]
    }

    fn read(common: Common<Self::Kind>, row: &AnyRow) -> Outcome<Self> {
        let owner: Option<String> = row.try_get("owner_unit_id")?;
        Ok(Self {
            id: common.id,
            code: common.code,
            name: common.name,
            channel: word(row, "channel", Channel::from_word)?,
            stage: word(row, "stage", Stage::from_word)?,
            experience: word(row, "experience", Experience::from_word)?,
            owner_unit_id: owner.map(Id::stored),
            archived: common.archived,
        })
    }
}

impl Kept for Offering {
    const OWN: &'static [&'static str] = &["kind"];

    fn own(&self) -> Vec<Option<&str>> {
        vec![Some(&self.kind)]
    }

    fn read(common: Common<Self::Kind>, row: &AnyRow) -> Outcome<Self> {
        Ok(Self {
            id: common.id,
            code: common.code,
            name: common.name,
            kind: row.try_get("kind")?,
            archived: common.archived,
        })
    }
}

fn select<T: Kept>(condition: &str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!(
        "SELECT id, code, name, archived_ms, {} FROM {} WHERE organisation_id = $1 {condition}",
        T::OWN.join(", "),
        T::WORD,
    ))
}

fn read<T: Kept>(row: &AnyRow) -> Outcome<T> {
    let common = Common {
        id: Id::stored(row.try_get::<String, _>("id")?),
        code: row.try_get("code")?,
        name: serde_json::from_str(&row.try_get::<String, _>("name")?)?,
        archived: row.try_get::<Option<i64>, _>("archived_ms")?.is_some(),
    };
    T::read(common, row)
}

/// All of a kind by code. They are few (hundreds), and every member of the
/// organisation may know them: names of places and things, not of people.
///
/// # Errors
/// When the store cannot be read.
pub async fn list<T: Kept>(conn: &mut Conn, scope: &Scope) -> Outcome<Vec<T>> {
    let rows = sqlx::query(select::<T>("ORDER BY code"))
        .bind(scope.organisation().as_str())
        .fetch_all(conn)
        .await?;
    rows.iter().map(read).collect()
}

/// One of a kind.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn get<T: Kept>(conn: &mut Conn, scope: &Scope, id: &Id<T::Kind>) -> Outcome<T> {
    let row = sqlx::query(select::<T>("AND id = $2"))
        .bind(scope.organisation().as_str())
        .bind(id.as_str())
        .fetch_one(conn)
        .await?;
    read(&row)
}

/// Adds one.
///
/// # Errors
/// 409 when the code is taken.
pub async fn insert<T: Kept>(conn: &mut Conn, scope: &Scope, thing: &T) -> Outcome<()> {
    let places: Vec<String> = (5..5 + T::OWN.len()).map(|at| format!("${at}")).collect();
    let sql = format!(
        "INSERT INTO {} (id, organisation_id, code, name, {}) VALUES ($1, $2, $3, $4, {}) \
         ON CONFLICT (organisation_id, code) DO NOTHING",
        T::WORD,
        T::OWN.join(", "),
        places.join(", "),
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(thing.id().as_str())
        .bind(scope.organisation().as_str())
        .bind(thing.code())
        .bind(serde_json::to_string(thing.name())?);
    for value in thing.own() {
        query = query.bind(value);
    }
    if query.execute(conn).await?.rows_affected() == 0 {
        return Err(Problem::conflict(
            "code_taken",
            "This code is already in use; choose another.",
        ));
    }
    Ok(())
}

/// Writes what may change; the code never does.
///
/// # Errors
/// When the store refuses.
pub async fn update<T: Kept>(
    conn: &mut Conn,
    scope: &Scope,
    thing: &T,
    now_ms: i64,
) -> Outcome<()> {
    let own: Vec<String> = T::OWN
        .iter()
        .zip(5..)
        .map(|(column, at)| format!("{column} = ${at}"))
        .collect();
    let sql = format!(
        "UPDATE {} SET name = $3, archived_ms = $4, {} WHERE organisation_id = $1 AND id = $2",
        T::WORD,
        own.join(", "),
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(thing.id().as_str())
        .bind(serde_json::to_string(thing.name())?)
        .bind(thing.archived().then_some(now_ms));
    for value in thing.own() {
        query = query.bind(value);
    }
    query.execute(conn).await?;
    Ok(())
}
