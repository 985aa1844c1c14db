//! Lists are paged by cursor: the key of the last row, opaque to clients.

use base64::Engine;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::problem::{Outcome, Problem};

/// `?limit=&cursor=` of every list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Rows wanted, 1 to 200 (default 50).
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// One page of a list.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Listing<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// Give it as `cursor` to get the next page; null at the end.
    pub next_cursor: Option<String>,
}

impl PageQuery {
    /// Rows wanted, within `most`.
    ///
    /// # Errors
    /// 422 when outside 1…`most`.
    pub fn limit(&self, most: u32) -> Outcome<i64> {
        let limit = self.limit.unwrap_or(50.min(most));
        if (1..=most).contains(&limit) {
            Ok(i64::from(limit))
        } else {
            Err(Problem::invalid(
                "limit",
                format!("must lie between 1 and {most} (limits.page_rows)"),
            ))
        }
    }

    /// The key of the last row of the page before.
    ///
    /// # Errors
    /// 422 when the cursor was not made by [`Listing::cut`].
    pub fn after(&self) -> Outcome<Option<String>> {
        let Some(cursor) = &self.cursor else {
            return Ok(None);
        };
        base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(cursor)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .map(Some)
            .ok_or_else(|| Problem::invalid("cursor", "use the next_cursor of the page before"))
    }
}

impl<T> Listing<T> {
    /// Makes a page of `rows`, which were fetched with `limit + 1`, so that
    /// the extra one tells whether there is more. `key` gives a row's cursor.
    pub fn cut(mut rows: Vec<T>, limit: i64, key: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows
            .last()
            .filter(|_| more)
            .map(|row| Self::cursor(&key(row)));
        Self {
            items: rows,
            next_cursor,
        }
    }

    /// A key as an opaque cursor.
    pub fn cursor(key: &str) -> String {
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(key)
    }

    /// A list that fits one page.
    pub fn whole(items: Vec<T>) -> Self {
        Self {
            items,
            next_cursor: None,
        }
    }
}
