//! The generated contracts hold together.

use crate::support::TestApp;

#[tokio::test]
async fn the_api_page_lists_every_operation_and_loads_nothing_from_outside() {
    let t = TestApp::start().await;
    let (status, document) = t.anybody().get("/api/openapi.json").await;
    assert_eq!(status, 200);
    let page = t
        .anybody()
        .request(reqwest::Method::GET, "/api/docs")
        .send()
        .await
        .expect("an answer")
        .text()
        .await
        .expect("text");
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for operation in item.as_object().expect("operations").values() {
            let id = operation["operationId"].as_str().expect(path);
            assert!(page.contains(&format!("id=\"{id}\"")), "{id} is missing");
            operations += 1;
        }
    }
    assert!(operations > 90, "{operations}");
    assert!(!page.contains("src=\"http") && !page.contains("href=\"http"));
}

#[tokio::test]
async fn the_store_says_that_acknowledged_writes_survive_a_power_cut() {
    let t = TestApp::start().await;
    let settings = t.app.db.durability().await.expect("settings");
    assert!(settings.len() >= 2);
    for (name, value, safe) in settings {
        assert!(safe, "{name} is {value}");
    }
}
