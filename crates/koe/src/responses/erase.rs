//! The records of a person who is erased: deleted, or cut from the person.

use std::collections::{BTreeMap, BTreeSet};

use koe_analysis::text::{find_personal_data, mask, normalise};
use koe_lake::{
    Column, CommonColumn, Condition, FieldsWanted, Order, PendingRow, RecordsQuestion, Row, Test,
    Value,
};

use super::store::{self, Head};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::id::{CustomerId, SurveyId};
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::people::{self, FROZEN};
use crate::surveys;
use crate::surveys::fields::field_of_hidden;

/// Who is erased, and what becomes of what they said.
#[derive(Clone, Debug)]
pub struct Leaving {
    /// All pseudonyms.
    pub customers: Vec<CustomerId>,
    /// Name and identifiers, to be masked where texts name them.
    pub words: Vec<String>,
    /// Whether what they answered stays, as nobody's.
    pub anonymise: bool,
}

/// What became of the records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Records that are gone.
    pub deleted: Vec<String>,
    /// Records that are nobody's now.
    pub anonymised: Vec<String>,
    /// Free texts that are gone or masked.
    pub texts: u64,
}

/// Deletes the records of a person, or makes them nobody's, in the
/// transaction of the erasure and before the lake hides their rows
/// ([`experience::remove_customers`]). Operational rows (orders, contacts) always go:
/// without the person they say nothing, and with day, place and amount they
/// would still say who it was.
///
/// # Errors
/// When store or lake refuse.
pub async fn erase(conn: &mut Conn, app: &App, scope: &Scope, leaving: &Leaving) -> Outcome<Left> {
    let now_ms = app.clock.now_ms();
    let heads = store::heads_of(conn, scope, &leaving.customers).await?;
    let operational: BTreeSet<String> = people::streams(conn, scope)
        .await?
        .into_iter()
        .map(|stream| stream.id.as_str().to_owned())
        .collect();
    let (kept, gone): (Vec<Head>, Vec<Head>) = heads
        .into_iter()
        .partition(|head| leaving.anonymise && !operational.contains(&head.stream));
    let ids = |heads: &[Head]| -> Vec<String> {
        heads
            .iter()
            .map(|head| head.id.as_str().to_owned())
            .collect()
    };
    let mut left = Left {
        deleted: ids(&gone),
        anonymised: ids(&kept),
        texts: 0,
    };
    let all: Vec<String> = left
        .deleted
        .iter()
        .chain(&left.anonymised)
        .cloned()
        .collect();
    let mut texts = store::texts_of(conn, scope, &all).await?;
    left.texts = texts.values().map(|texts| texts.len() as u64).sum();
    let rows = rows(conn, app, scope, &kept).await?;
    let words = words_of_links(conn, app, scope, &kept).await?;
    experience::forget_pending(conn, scope, &all).await?;
    store::delete_all(conn, scope, &left.deleted, now_ms).await?;
    for head in &kept {
        let mut said = texts.remove(head.id.as_str()).unwrap_or_default();
        let hidden = &words[&(head.stream.clone(), head.version)];
        said.retain(|text| !hidden.contains(&text.field));
        for text in &mut said {
            text.body = without(&text.body, &leaving.words);
        }
        store::anonymise(conn, scope, head, &said, now_ms).await?;
    }
    let rows: Vec<_> = rows.iter().map(|row| (scope.organisation(), row)).collect();
    experience::append(conn, &rows).await?;
    Ok(left)
}

/// The rows of records as they go on: without customer, account, the
/// attributes that were frozen of the customer, and what came with the link;
/// one revision later.
pub(super) async fn rows(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    heads: &[Head],
) -> Outcome<Vec<PendingRow>> {
    let mut rows = Vec::with_capacity(heads.len());
    let mut by_version: BTreeMap<(&str, i64), Vec<&Head>> = BTreeMap::new();
    for head in heads {
        by_version
            .entry((&head.stream, head.version))
            .or_default()
            .push(head);
    }
    for ((stream, version), heads) in by_version {
        let hidden = hidden_fields(conn, app, scope, stream, version).await?;
        for row in read(conn, app, scope, stream, &heads).await? {
            let mut row = row;
            row.common.customer = None;
            row.common.account = None;
            row.common.revision += 1;
            row.values
                .retain(|field, _| !hidden.contains(field) && !field.starts_with(FROZEN));
            rows.push(PendingRow {
                stream: stream.to_owned(),
                row,
            });
        }
    }
    Ok(rows)
}

/// Fields whose values came with a link: they may be the person's number.
pub(super) async fn hidden_fields(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    stream: &str,
    version: i64,
) -> Outcome<BTreeSet<String>> {
    let Ok(survey) = stream.parse::<SurveyId>() else {
        return Ok(BTreeSet::new());
    };
    let version = surveys::version(app, conn, scope, &survey, version).await?;
    Ok(version
        .document
        .hidden_fields
        .iter()
        .map(|field| field_of_hidden(field).to_owned())
        .collect())
}

/// The hidden fields of words of every version that the records answered, by stream and version:
/// what a link said of the person goes whole, whatever it said.
pub(super) async fn words_of_links(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    heads: &[Head],
) -> Outcome<BTreeMap<(String, i64), BTreeSet<String>>> {
    let mut words = BTreeMap::new();
    for head in heads {
        let key = (head.stream.clone(), head.version);
        if words.contains_key(&key) {
            continue;
        }
        let fields = match head.stream.parse::<SurveyId>() {
            Err(_) => BTreeSet::new(),
            Ok(survey) => {
                let version = surveys::version(app, conn, scope, &survey, head.version).await?;
                let fields = version.document.hidden_fields_of_words();
                fields.map(|field| field.id.clone()).collect()
            }
        };
        words.insert(key, fields);
    }
    Ok(words)
}

/// The rows of records of one stream as they stand.
async fn read(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    stream: &str,
    heads: &[&Head],
) -> Outcome<Vec<Row>> {
    let schema = experience::stream(conn, scope, stream).await?.schema;
    let snapshot = experience::snapshot(app, conn, scope, &[stream]).await?;
    let ids = heads
        .iter()
        .map(|head| Value::Code(head.id.as_str().to_owned()))
        .collect();
    let mut selection = experience::selection(scope);
    selection.conditions.push(Condition {
        column: Column::Common(CommonColumn::RecordId),
        test: Test::AnyOf(ids),
    });
    let question = RecordsQuestion {
        streams: vec![schema],
        selection,
        fields: FieldsWanted::All,
        order: Order::OldestFirst,
        limit: 0,
        after: None,
    };
    let mut export = app
        .lake
        .export(&question, &snapshot)
        .map_err(experience::problem)?;
    let mut rows = Vec::with_capacity(heads.len());
    while let Some(batch) = export.next().await {
        let batch = batch.map_err(experience::problem)?;
        rows.extend(batch.into_iter().map(|record| record.row));
    }
    Ok(rows)
}

/// The least length of a part of a name that is masked on its own: a single
/// letter stands in every text.
const SHORTEST: usize = 2;

/// A text without the words that name the person and without anything else
/// that has the form of personal data.
pub(super) fn without(body: &str, words: &[String]) -> String {
    let mut body = body.to_owned();
    let parts = words
        .iter()
        .flat_map(|word| std::iter::once(word.as_str()).chain(word.split_whitespace()))
        .filter(|part| part.chars().count() >= SHORTEST);
    for part in parts {
        let spans = normalise(&body).find(part);
        // From the end, so that the places before stay where they are.
        for span in spans.into_iter().rev() {
            let characters: Vec<char> = body.chars().collect();
            body = characters[..span.start]
                .iter()
                .copied()
                .chain(koe_analysis::text::MASK.chars())
                .chain(characters[span.end..].iter().copied())
                .collect();
        }
    }
    let found = find_personal_data(&body);
    mask(&body, &found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_the_person_is_masked_however_it_is_written() {
        let words = [
            "山田 花子".to_owned(),
            "hanako@example.com".to_owned(),
            "x".to_owned(),
        ];
        for (body, masked) in [
            ("山田です。また行きます。", "●●●です。また行きます。"),
            ("花子と山田　花子", "●●●と●●●"),
            ("HANAKO@example.comへ返信を", "●●●へ返信を"),
            ("電話は090-1234-5678", "電話は●●●"),
            ("ふつうの感想 x", "ふつうの感想 x"),
        ] {
            assert_eq!(without(body, &words), masked, "{body}");
        }
    }
}
