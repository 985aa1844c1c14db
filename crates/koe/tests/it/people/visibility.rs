//! Who sees which customers.

use koe::org::Role;
use koe::people::{Sighting, seen_at};
use reqwest::StatusCode;
use serde_json::json;

use super::{id, ids, path};
use crate::org::{company, restricted};
use crate::support::TestApp;

#[tokio::test]
async fn somebody_of_a_region_sees_customers_with_a_record_there_and_no_others() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let unit = company(&owner).await;
    let mut made = Vec::new();
    for name in ["East", "West", "Nowhere"] {
        t.app.clock.advance_ms(1);
        let body =
            json!({ "name": name, "identifiers": [{ "kind": "external:crm", "value": name }] });
        made.push(owner.create("/api/customers", body).await);
    }
    let scope = koe::org::system_scope(&t.organisation);
    let at_ms = t.app.clock.now_ms();
    let mut sightings = Vec::new();
    for (customer, code) in [
        (&made[0], Some("s1")),
        (&made[0], Some("s2")),
        (&made[1], Some("s3")),
        (&made[2], None),
    ] {
        let unit = code.map(|code| unit(code).parse().expect("an id"));
        sightings.push(Sighting {
            customer: id(customer).parse().expect("an id"),
            unit,
            at_ms,
        });
    }
    let mut tx = t.app.db.write().await.expect("a transaction");
    seen_at(&mut tx, &scope, &sightings).await.expect("noted");
    seen_at(&mut tx, &scope, &sightings)
        .await
        .expect("noted twice changes nothing");
    tx.commit().await.expect("committed");
    assert_eq!(
        owner.get(&path(&made[2])).await.1["last_contact_at"],
        "2026-04-01T00:00:00.003Z"
    );

    let manager = restricted(&t, "east@example.com", Role::Manager, &[&unit("east")]).await;
    assert_eq!(ids(&manager.get("/api/customers").await.1), [id(&made[0])]);
    assert_eq!(ids(&manager.get("/api/customers?q=West").await.1), [""; 0]);
    assert_eq!(manager.get(&path(&made[0])).await.0, StatusCode::OK);
    for hidden in [&made[1], &made[2]] {
        assert_eq!(manager.get(&path(hidden)).await.0, StatusCode::NOT_FOUND);
        let (_, list) = manager
            .get(&format!("/api/customers?q={}", id(hidden)))
            .await;
        assert_eq!(list["items"], json!([]));
    }
    for (identifier, status) in [("East", StatusCode::OK), ("West", StatusCode::NOT_FOUND)] {
        let (got, _) = manager
            .get(&format!("/api/customers/lookup?identifier={identifier}"))
            .await;
        assert_eq!(got, status, "{identifier}");
    }
    assert_eq!(
        manager
            .patch(&path(&made[0]), json!({ "name": "x" }))
            .await
            .0,
        StatusCode::FORBIDDEN
    );

    let analyst = restricted(&t, "analyst@example.com", Role::Analyst, &[&unit("east")]).await;
    let merge = json!({ "customer_id": made[1]["id"] });
    assert_eq!(
        analyst
            .post(&format!("{}/merge", path(&made[0])), merge)
            .await
            .0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        analyst
            .patch(&path(&made[1]), json!({ "name": "x" }))
            .await
            .0,
        StatusCode::NOT_FOUND
    );
    for (body, status) in [
        (json!({ "name": "New" }), StatusCode::UNPROCESSABLE_ENTITY),
        (
            json!({ "name": "New", "unit_id": unit("west") }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({ "name": "New", "unit_id": unit("s1") }),
            StatusCode::CREATED,
        ),
    ] {
        assert_eq!(
            analyst.post("/api/customers", body.clone()).await.0,
            status,
            "{body}"
        );
    }
    assert_eq!(ids(&analyst.get("/api/customers").await.1).len(), 2);
}

#[tokio::test]
async fn viewers_strangers_and_foreigners_see_nobody() {
    let t = TestApp::start().await;
    let made = t
        .owner()
        .await
        .create("/api/customers", json!({ "name": "Hanako" }))
        .await;
    t.member(&t.organisation, "viewer@example.com", Role::Viewer)
        .await;
    let viewer = t.signed_in("viewer@example.com").await;
    let foreign = t.foreign_owner().await;
    let consents = format!("{}/consents", path(&made));
    for there in [
        "/api/customers",
        &path(&made),
        &consents,
        "/api/customers/lookup?identifier=x",
        "/api/accounts",
    ] {
        assert_eq!(viewer.get(there).await.0, StatusCode::FORBIDDEN, "{there}");
        assert_eq!(
            t.anybody().get(there).await.0,
            StatusCode::UNAUTHORIZED,
            "{there}"
        );
    }
    assert_eq!(foreign.get("/api/customers").await.1["items"], json!([]));
    for there in [
        &path(&made),
        &consents,
        &format!("/api/customers/lookup?identifier={}", id(&made)),
    ] {
        assert_eq!(foreign.get(there).await.0, StatusCode::NOT_FOUND, "{there}");
    }
    assert_eq!(
        foreign.patch(&path(&made), json!({ "name": "x" })).await.0,
        StatusCode::NOT_FOUND
    );
    t.member(&t.organisation, "agent@example.com", Role::Agent)
        .await;
    let agent = t.signed_in("agent@example.com").await;
    assert_eq!(agent.get(&path(&made)).await.0, StatusCode::OK);
    assert_eq!(
        agent.post("/api/customers", json!({ "name": "x" })).await.0,
        StatusCode::FORBIDDEN
    );
}
