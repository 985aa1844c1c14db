//! The unit tree over HTTP.

use koe::org::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{company, import, restricted};
use crate::support::TestApp;

fn codes(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().expect("items");
    items
        .iter()
        .filter_map(|unit| unit["code"].as_str())
        .collect()
}

fn unit<'v>(list: &'v Value, code: &str) -> &'v Value {
    let items = list["items"].as_array().expect("items");
    items.iter().find(|unit| unit["code"] == code).expect(code)
}

#[tokio::test]
async fn a_reorganisation_file_dated_1_april_keeps_history() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let id = company(&owner).await;
    let file = "code,parent_code,valid_from\ns1,west,2026-05-01\n";
    let (status, dry) = import(&owner, "/api/units/import?dry_run=true", file).await;
    assert_eq!(
        (status, &dry["moved"], &dry["written"]),
        (StatusCode::OK, &json!(1), &json!(false))
    );
    let (_, report) = import(&owner, "/api/units/import", file).await;
    assert_eq!(
        (&report["moved"], &report["written"]),
        (&json!(1), &json!(true)),
        "{report}"
    );
    let (_, again) = import(&owner, "/api/units/import", file).await;
    assert_eq!(
        (&again["changed"], &again["unchanged"]),
        (&json!(0), &json!(1)),
        "{again}"
    );
    for (as_of, region) in [("2026-04-30", "east"), ("2026-05-01", "west")] {
        let (_, list) = owner.get(&format!("/api/units?as_of={as_of}")).await;
        let store = unit(&list, "s1");
        assert_eq!(store["parent_id"], id(region), "{as_of}");
        assert_eq!(store["path"], json!([id("co"), id(region), id("s1")]));
    }
    let (_, detail) = owner.get(&format!("/api/units/{}", id("s1"))).await;
    assert_eq!(
        detail["placements"],
        json!([
            { "parent_id": id("east"), "from": null },
            { "parent_id": id("west"), "from": "2026-05-01" },
        ])
    );
    let day = "2026-05-01".parse().expect("a date");
    let mut tx = t.app.db.read().await.expect("a transaction");
    let history = koe::org::unit_history(&mut tx, &t.app, &t.organisation)
        .await
        .expect("history");
    let store = history.by_code("s1").expect("known").clone();
    let path: Vec<String> = history
        .path(&store, day)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        path,
        [id("co"), id("west"), id("s1")],
        "what records freeze"
    );
    tx.rollback().await.expect("ended");
}

#[tokio::test]
async fn what_was_previewed_is_written_or_nothing() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let id = company(&owner).await;
    let file = "code,name_ja,kind,parent_code,valid_from,valid_to\n\
        s1,一号店,store,west,2026-05-01,\ns9,九号店,store,west,,\ns2,二号店別館,store,east,,2027-04-01\n";
    let dry = "/api/units/import?dry_run=true";
    let (status, seen) = import(&owner, dry, file).await;
    assert_eq!(status, StatusCode::OK, "{seen}");
    assert_eq!(seen["written"], false);
    let listed: Vec<(&Value, &Value, &Value)> = seen["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .map(|one| (&one["line"], &one["code"], &one["edit"]["is"]))
        .collect();
    let expected = [
        (2, "s1", "moved"),
        (4, "s2", "renamed"),
        (4, "s2", "ended"),
        (3, "s9", "added"),
    ];
    assert_eq!(listed.len(), expected.len(), "{seen}");
    for ((line, code, edit), seen) in expected.iter().zip(&listed) {
        assert_eq!(
            *seen,
            (&json!(line), &json!(code), &json!(edit)),
            "{listed:?}"
        );
    }
    let moved = &seen["changes"][0]["edit"];
    assert_eq!(
        (&moved["before"], &moved["after"], &moved["from"]),
        (&json!("east"), &json!("west"), &json!("2026-05-01"))
    );
    let (_, list) = owner.get("/api/units").await;
    assert!(!codes(&list).contains(&"s9"), "nothing was written");

    let preview = seen["preview"].as_str().expect("a preview");
    let apply = format!("/api/units/import?preview={preview}");
    // Another file, or a tree that somebody changed meanwhile, is refused.
    let (status, problem) = import(&owner, &apply, "code,kind\ns1,shop\n").await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("preview_is_old"))
    );
    let path = format!("/api/units/{}", id("west"));
    owner.patch(&path, json!({ "kind": "area" })).await;
    let (status, problem) = import(&owner, &apply, file).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("preview_is_old"))
    );
    assert!(!codes(&owner.get("/api/units").await.1).contains(&"s9"));

    let (_, again) = import(&owner, dry, file).await;
    assert_eq!(again["changes"], seen["changes"]);
    let apply = format!(
        "/api/units/import?preview={}",
        again["preview"].as_str().expect("one")
    );
    let (status, done) = import(&owner, &apply, file).await;
    assert_eq!(
        (status, &done["written"]),
        (StatusCode::OK, &json!(true)),
        "{done}"
    );
    assert_eq!(done["changes"], again["changes"]);
    for (as_of, region) in [("2026-04-30", "east"), ("2026-05-01", "west")] {
        let (_, list) = owner.get(&format!("/api/units?as_of={as_of}")).await;
        assert_eq!(unit(&list, "s1")["parent_id"], id(region), "{as_of}");
    }
}

#[tokio::test]
async fn an_import_with_a_fault_writes_nothing_and_names_line_and_column() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let _ = company(&owner).await;
    let file = "code,name_ja,kind,parent_code\nnew,新店,store,east\ns2,二号店,store,nowhere\n";
    let (status, report) = import(&owner, "/api/units/import", file).await;
    assert_eq!(
        (status, &report["written"]),
        (StatusCode::OK, &json!(false))
    );
    let fault = &report["errors"][0];
    assert_eq!(
        (&fault["line"], &fault["field"]),
        (&json!(3), &json!("parent_code"))
    );
    assert!(!codes(&owner.get("/api/units").await.1).contains(&"new"));
    for file in ["name\nx\n", "code,colour\nx,red\n", "", "\u{0}\u{1}"] {
        let (status, problem) = import(&owner, "/api/units/import", file).await;
        assert_eq!(
            status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{file:?} {problem}"
        );
        assert_eq!(problem["fields"][0]["field"], "body");
    }
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused() {
    let t = TestApp::start_with(|config| config.limits.json_bytes = 1_024).await;
    let file = format!("code,name_ja\nx,{}\n", "あ".repeat(1_000));
    let (status, problem) = import(&t.owner().await, "/api/units/import", &file).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{problem}");
}

#[tokio::test]
async fn a_unit_is_added_renamed_moved_and_ended_but_never_deleted() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let id = company(&owner).await;
    let body = json!({ "code": "s4", "name": { "en": "Store 4" }, "kind": "store", "parent_id": id("west") });
    let made = owner.create("/api/units", body.clone()).await;
    let path = format!("/api/units/{}", made["id"].as_str().expect("an id"));
    assert_eq!(made["path"][2], made["id"]);
    let (status, problem) = owner.post("/api/units", body).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("code_taken"))
    );
    let (status, problem) = owner.patch(&path, json!({ "code": "s1" })).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("code_taken"))
    );
    let change = json!({ "code": "s-4", "name": { "ja": "四号店" },
        "move": { "parent_id": id("east"), "from": "2026-04-01" }, "valid_to": "2027-04-01" });
    let (status, changed) = owner.patch(&path, change).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!(
        (&changed["parent_id"], &changed["valid_to"]),
        (&json!(id("east")), &json!("2027-04-01"))
    );
    let (_, list) = owner.get("/api/units?as_of=2026-03-31").await;
    assert_eq!(unit(&list, "s-4")["parent_id"], id("west"));
    assert!(!codes(&owner.get("/api/units?as_of=2027-04-01").await.1).contains(&"s-4"));
    assert!(
        codes(&owner.get("/api/units").await.1).contains(&"s-4"),
        "history still names it"
    );
    let (_, reopened) = owner.patch(&path, json!({ "valid_to": null })).await;
    assert_eq!(reopened["valid_to"], Value::Null);
    assert_eq!(owner.delete(&path).await.0, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn bad_units_are_refused_by_field() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let id = company(&owner).await;
    let nowhere = "unt_00000000000000000000000000";
    for (body, field) in [
        (
            json!({ "code": "a b", "name": { "en": "x" }, "kind": "store" }),
            "code",
        ),
        (json!({ "code": "a", "name": {}, "kind": "store" }), "name"),
        (
            json!({ "code": "a", "name": { "fr": "x" }, "kind": "store" }),
            "name",
        ),
        (
            json!({ "code": "a", "name": { "en": "x" }, "kind": " " }),
            "kind",
        ),
        (
            json!({ "code": "a", "name": { "en": "x" }, "kind": "store", "parent_id": nowhere }),
            "parent_id",
        ),
        (
            json!({ "code": "a", "name": { "en": "x" }, "kind": "store", "parent_id": "x" }),
            "parent_id",
        ),
        (
            json!({ "code": "a", "name": { "en": "x" }, "kind": "store", "valid_from": "1 April" }),
            "valid_from",
        ),
        (
            json!({ "code": "a", "name": { "en": "x" }, "kind": "store",
            "valid_from": "2026-04-01", "valid_to": "2026-04-01" }),
            "valid_to",
        ),
        (
            json!({ "code": "a", "name": { "en": "x" }, "kind": "store", "colour": "red" }),
            "colour",
        ),
    ] {
        let (status, problem) = owner.post("/api/units", body.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body} {problem}");
        assert_eq!(problem["fields"][0]["field"], field, "{problem}");
    }
    for (code, change, field) in [
        (
            "co",
            json!({ "move": { "parent_id": id("s1"), "from": "2026-04-01" } }),
            "parent_id",
        ),
        (
            "s1",
            json!({ "move": { "parent_id": nowhere, "from": "2026-04-01" } }),
            "move.parent_id",
        ),
        ("east", json!({ "valid_to": "2026-04-01" }), "valid_to"),
        ("s1", json!({ "move": { "parent_id": null } }), "move"),
    ] {
        let (status, problem) = owner
            .patch(&format!("/api/units/{}", id(code)), change)
            .await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert_eq!(problem["fields"][0]["field"], field, "{problem}");
    }
}

#[tokio::test]
async fn somebody_of_a_region_sees_that_region_today_its_closed_stores_included() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let id = company(&owner).await;
    let manager = restricted(&t, "east@example.com", Role::Manager, &[&id("east")]).await;
    let (_, list) = manager.get("/api/units").await;
    assert_eq!(codes(&list), ["east", "s1", "s2"]);
    assert_eq!(
        unit(&list, "east")["parent_id"],
        Value::Null,
        "what lies above is not told"
    );
    assert_eq!(
        manager.get(&format!("/api/units/{}", id("s3"))).await.0,
        StatusCode::NOT_FOUND
    );
    owner
        .patch(
            &format!("/api/units/{}", id("s1")),
            json!({ "valid_to": "2026-04-01" }),
        )
        .await;
    owner
        .patch(
            &format!("/api/units/{}", id("s2")),
            json!({ "move": { "parent_id": id("west"), "from": "2026-04-02" } }),
        )
        .await;
    assert_eq!(
        codes(&manager.get("/api/units").await.1),
        ["east", "s1", "s2"]
    );
    t.app.clock.advance_ms(2 * 86_400_000);
    assert_eq!(codes(&manager.get("/api/units").await.1), ["east", "s1"]);
    let body =
        json!({ "code": "a", "name": { "en": "x" }, "kind": "store", "parent_id": id("east") });
    assert_eq!(
        manager.post("/api/units", body.clone()).await.0,
        StatusCode::FORBIDDEN
    );
    let admin = restricted(&t, "admin@example.com", Role::Admin, &[&id("east")]).await;
    assert_eq!(
        admin.post("/api/units", body).await.0,
        StatusCode::FORBIDDEN,
        "concerns everybody"
    );
    let (status, _) = import(&admin, "/api/units/import", "code\nx\n").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn another_organisation_neither_sees_nor_names_units_and_has_codes_of_its_own() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let id = company(&owner).await;
    let foreign = t.foreign_owner().await;
    assert_eq!(foreign.get("/api/units").await.1["items"], json!([]));
    let path = format!("/api/units/{}", id("s1"));
    assert_eq!(foreign.get(&path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        foreign.patch(&path, json!({ "kind": "x" })).await.0,
        StatusCode::NOT_FOUND
    );
    let body =
        json!({ "code": "s1", "name": { "en": "x" }, "kind": "store", "parent_id": id("co") });
    assert_eq!(
        foreign.post("/api/units", body).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let _ = company(&foreign).await;
}
