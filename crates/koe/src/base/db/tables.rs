//! Tables as they travel: what each slice keeps for an organisation, written
//! row by row as JSON and taken back in. The slices declare their tables; the
//! one text of SQL for all of them is here.

use std::fmt::Write as _;

use futures::TryStreamExt;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Conn, values};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;

/// Parameters of one INSERT; below every engine's limit.
const PARAMETERS: usize = 20_000;
/// Rows of one INSERT.
const ROWS: usize = 500;

/// A table and how it travels.
#[derive(Debug)]
pub struct Table {
    /// Its name in the schema.
    pub name: &'static str,
    /// The file that holds its rows in an export, without `.json`.
    pub file: &'static str,
    /// The columns by which its rows are ordered.
    pub key: &'static str,
    /// How a row is known to be an organisation's.
    pub owner: Owner,
    /// Only rows for which this holds travel; empty: all.
    pub only: &'static str,
    /// Every column but `organisation_id`.
    pub columns: &'static [Column],
}

/// How a row is known to be an organisation's.
#[derive(Debug, PartialEq, Eq)]
pub enum Owner {
    /// It is the organisation.
    Itself,
    /// By the column `organisation_id`.
    Column,
    /// By another table's row: own column, that table.
    Through(&'static str, &'static str),
}

/// A column of a table.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Json,
    Whole,
    Number,
    Withheld,
}

/// A column of text.
pub const fn text(name: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Text,
    }
}

/// A column of JSON, shown as it is and not as a text.
pub const fn json(name: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Json,
    }
}

/// A column of whole numbers.
pub const fn whole(name: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Whole,
    }
}

/// A column of any numbers.
pub const fn number(name: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Number,
    }
}

/// A secret: never written, and empty when the row is taken back in.
pub const fn withheld(name: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Withheld,
    }
}

impl Table {
    fn condition(&self) -> String {
        let mut condition = match self.owner {
            Owner::Itself => "id = $1".to_owned(),
            Owner::Column => "organisation_id = $1".to_owned(),
            Owner::Through(column, table) => {
                format!("{column} IN (SELECT id FROM {table} WHERE organisation_id = $1)")
            }
        };
        if !self.only.is_empty() {
            condition.push_str(" AND ");
            condition.push_str(self.only);
        }
        condition
    }

    fn shown(&self) -> impl Iterator<Item = &'static Column> {
        self.columns
            .iter()
            .filter(|column| column.kind != Kind::Withheld)
    }
}

/// How many rows of a table travel.
///
/// # Errors
/// When the store cannot be read.
pub async fn count(conn: &mut Conn, scope: &Scope, table: &Table) -> Outcome<u64> {
    let sql = format!(
        "SELECT COUNT(*) FROM {} WHERE {}",
        table.name,
        table.condition()
    );
    let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .fetch_one(conn)
        .await?;
    Ok(count.unsigned_abs())
}

/// Hands every row of a table that travels to `each`, as one line of JSON, in
/// the order of the key. Returns how many there were.
///
/// # Errors
/// When the store cannot be read, or `each` fails.
pub async fn read(
    conn: &mut Conn,
    scope: &Scope,
    table: &Table,
    mut each: impl FnMut(&str) -> std::io::Result<()> + Send,
) -> Outcome<u64> {
    let columns: Vec<&str> = table.shown().map(|column| column.name).collect();
    let sql = format!(
        "SELECT {} FROM {} WHERE {} ORDER BY {}",
        columns.join(", "),
        table.name,
        table.condition(),
        table.key
    );
    let mut rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str().to_owned())
        .fetch(conn);
    let mut count = 0;
    let mut line = String::new();
    while let Some(row) = rows.try_next().await? {
        line.clear();
        for (place, column) in table.shown().enumerate() {
            line.push(if place == 0 { '{' } else { ',' });
            write!(line, "\"{}\":", column.name).map_err(Problem::internal)?;
            write_cell(&mut line, &row, place, column)?;
        }
        line.push('}');
        each(&line).map_err(Problem::internal)?;
        count += 1;
    }
    Ok(count)
}

fn write_cell(line: &mut String, row: &AnyRow, place: usize, column: &Column) -> Outcome<()> {
    let written = match column.kind {
        Kind::Text | Kind::Withheld => {
            serde_json::to_string(&row.try_get::<Option<String>, _>(place)?)?
        }
        Kind::Whole => serde_json::to_string(&row.try_get::<Option<i64>, _>(place)?)?,
        Kind::Number => serde_json::to_string(&row.try_get::<Option<f64>, _>(place)?)?,
        Kind::Json => {
            let stored: String = row.try_get(place)?;
            // Everything but objects and lists travels as the text it is, so
            // that a column that is still empty comes back empty.
            if stored.starts_with(['{', '[']) && serde_json::from_str::<IgnoredAny>(&stored).is_ok()
            {
                stored
            } else {
                serde_json::to_string(&stored)?
            }
        }
    };
    line.push_str(&written);
    Ok(())
}

/// Takes rows into a table. All rows must have the same members; a column
/// that they do not have gets the schema's default.
///
/// # Errors
/// 422 naming the table when a row has an unknown member or one of another
/// kind, or clashes with one that is there; when the store refuses.
pub async fn insert(
    conn: &mut Conn,
    scope: &Scope,
    table: &Table,
    rows: &[Map<String, Value>],
) -> Outcome<()> {
    let Some(first) = rows.first() else {
        return Ok(());
    };
    let columns: Vec<&Column> = table
        .columns
        .iter()
        .filter(|column| column.kind == Kind::Withheld || first.contains_key(column.name))
        .collect();
    for row in rows {
        if let Some(unknown) = row
            .keys()
            .find(|key| !columns.iter().any(|column| column.name == **key))
        {
            return Err(unfit(table, unknown, "is not known here"));
        }
    }
    let owned = table.owner == Owner::Column;
    let width = columns.len() + usize::from(owned);
    let mut names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    if owned {
        names.push("organisation_id");
    }
    for chunk in rows.chunks(ROWS.min(PARAMETERS / width.max(1)).max(1)) {
        let sql = format!(
            "INSERT INTO {} ({}) VALUES {}",
            table.name,
            names.join(", "),
            values(conn, chunk.len(), width)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for row in chunk {
            for column in &columns {
                let value = row.get(column.name).unwrap_or(&Value::Null);
                let wrong = || unfit(table, column.name, "holds another kind of value");
                query = match (column.kind, value) {
                    (Kind::Withheld, _) => query.bind(String::new()),
                    (Kind::Text, Value::Null) => query.bind(None::<String>),
                    (Kind::Text | Kind::Json, Value::String(text)) => query.bind(text.clone()),
                    (Kind::Json, Value::Object(_) | Value::Array(_)) => {
                        query.bind(serde_json::to_string(value)?)
                    }
                    (Kind::Whole, Value::Null) => query.bind(None::<i64>),
                    (Kind::Whole, value) => query.bind(value.as_i64().ok_or_else(wrong)?),
                    (Kind::Number, Value::Null) => query.bind(None::<f64>),
                    (Kind::Number, value) => query.bind(value.as_f64().ok_or_else(wrong)?),
                    (Kind::Text | Kind::Json, _) => return Err(wrong()),
                };
            }
            if owned {
                query = query.bind(scope.organisation().as_str().to_owned());
            }
        }
        query.execute(&mut *conn).await.map_err(|error| {
            let taken = error
                .as_database_error()
                .is_some_and(|error| error.is_unique_violation());
            if taken {
                unfit(table, table.key, "clashes with what is here already")
            } else {
                error.into()
            }
        })?;
    }
    Ok(())
}

fn unfit(table: &Table, column: &str, what: &str) -> Problem {
    Problem::invalid(format!("{}.{column}", table.file), what)
}
