//! A database may sort texts as a language does, signs before digits and letters: most servers of
//! PostgreSQL are set up so. Lists are whole all the same.

use koe::base::config::Secret;
use reqwest::Url;
use serde_json::{Value, json};
use sqlx::{Connection, Executor};

use crate::support::{Person, TestApp};
use crate::voices::{because, list, send, survey};

/// Runs a statement on the server, when there is one.
async fn on_server(sql: &str) {
    let Ok(url) = std::env::var("KOE_TEST_DATABASE_URL") else {
        return;
    };
    sqlx::any::install_default_drivers();
    let mut server = sqlx::AnyConnection::connect(&url).await.expect("a server");
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    server.execute(sql).await.expect("done");
}

/// Everything on a list, two by two.
async fn all(person: &Person, path: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let (_, page) = person.get(&format!("{path}?limit=2{cursor}")).await;
        let items = page["items"].as_array().unwrap_or_else(|| panic!("{page}"));
        all.extend(items.iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

#[tokio::test]
async fn lists_are_whole_in_a_database_that_sorts_as_a_language_does() {
    let name = format!("koe_sort_{}", std::process::id());
    on_server(&format!(
        "CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C.UTF-8'"
    ))
    .await;
    let t = TestApp::start_with(|config| {
        if let Some(Secret(url)) = &mut config.store.database_url {
            let mut there = Url::parse(url).expect("an address");
            there.set_path(&name);
            there.set_query(None);
            *url = there.to_string();
        }
    })
    .await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    for n in 0..5 {
        t.app.clock.advance_ms(1);
        let body = json!({ "name": format!("Customer {n}") });
        owner.create("/api/customers", body).await;
        let body = json!({ "code": format!("a{n}"), "name": "Acme" });
        owner.create("/api/accounts", body).await;
        let copy = format!("/api/surveys/{survey}/duplicate");
        owner.create(&copy, json!({})).await;
        let link = json!({ "kind": "public" });
        owner
            .create(&format!("/api/surveys/{survey}/links"), link)
            .await;
    }
    for (path, count) in [
        ("/api/customers".to_owned(), 5),
        ("/api/accounts".to_owned(), 5),
        ("/api/surveys".to_owned(), 6),
        (format!("/api/surveys/{survey}/links"), 5),
    ] {
        let listed = all(&owner, &path).await;
        assert_eq!(listed.len(), count, "{path}: {listed:?}");
        let ids: Vec<&str> = listed
            .iter()
            .map(|one| one["id"].as_str().expect("an id"))
            .collect();
        assert!(
            ids.is_sorted_by(|a, b| a > b),
            "{path}, newest first: {ids:?}"
        );
    }
    assert!(all(&owner, "/api/audit").await.len() >= 20);

    let records = send(&t, &owner, vec![because(&survey, "見失われた声")]).await;
    let mut tx = t.app.db.write().await.expect("a transaction");
    sqlx::query("DELETE FROM voice WHERE record_id = $1")
        .bind(&records[0])
        .execute(&mut *tx)
        .await
        .expect("a voice is lost");
    tx.commit().await.expect("committed");
    t.see_to_duties().await;
    assert_eq!(list(&owner, &[]).await["total"], 1);

    t.app.db.close().await;
    on_server(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
}
