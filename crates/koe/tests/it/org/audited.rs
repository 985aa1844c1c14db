//! Everything that changes something leaves a line in the audit log, whichever part of Koe does it.

use koe::leaving::{self, WriteOut};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::company;
use crate::importing::import;
use crate::support::{PASSWORD, Person, TestApp, answer};
use crate::voices::{list, survey};

/// What an owner does, step by step.
struct Deeds<'a> {
    t: &'a TestApp,
    owner: &'a Person,
}

impl Deeds<'_> {
    /// Asks for a change and looks for its line; what was answered.
    async fn noted(&self, method: Method, path: &str, body: Value, action: &str) -> Value {
        self.t.app.clock.advance_ms(1_000);
        let request = self.owner.request(method, path);
        let request = match &body {
            // Files are sent as they are.
            Value::String(file) => request.body(file.clone()),
            body => request.json(body),
        };
        let (status, answer) = answer(request).await;
        assert!(status.is_success(), "{action}: {status} {answer}");
        self.found(action).await;
        answer
    }

    /// Insists that the newest line says this, and was written now.
    async fn found(&self, action: &str) {
        let path = format!("/api/audit?limit=1&action={action}");
        let (status, log) = self.owner.get(&path).await;
        assert_eq!(status, StatusCode::OK, "{log}");
        let line = &log["items"][0];
        assert_eq!(line["action"], action, "no line says {action}");
        let at: jiff::Timestamp = line["at"]
            .as_str()
            .and_then(|at| at.parse().ok())
            .expect("a time");
        assert_eq!(at, self.t.app.clock.now(), "an older line: {line}");
        assert!(line["subject"].as_str().is_some_and(|id| !id.is_empty()));
    }

    async fn post(&self, path: &str, body: Value, action: &str) -> String {
        let made = self.noted(Method::POST, path, body, action).await;
        made["id"].as_str().unwrap_or_default().to_owned()
    }

    async fn patch(&self, path: &str, body: Value, action: &str) {
        self.noted(Method::PATCH, path, body, action).await;
    }

    async fn delete(&self, path: &str, action: &str) {
        self.noted(Method::DELETE, path, Value::Null, action).await;
    }
}

#[tokio::test]
async fn changes_of_people_and_of_what_is_known_of_them_are_in_the_log() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let deeds = Deeds {
        t: &t,
        owner: &owner,
    };
    let named = |name: &str| json!({ "name": name });
    let one = deeds
        .post("/api/customers", named("A"), "customer.create")
        .await;
    let other = deeds
        .post("/api/customers", named("B"), "customer.create")
        .await;
    let customer = format!("/api/customers/{one}");
    deeds.patch(&customer, named("C"), "customer.change").await;
    let consent = json!({ "purpose": "research", "granted": true, "source": "call" });
    let path = format!("{customer}/consents");
    deeds.post(&path, consent, "customer.consent").await;

    let account = json!({ "code": "A1", "name": "Acme" });
    let account = deeds.post("/api/accounts", account, "account.create").await;
    let account = format!("/api/accounts/{account}");
    deeds
        .patch(&account, named("Acme 2"), "account.change")
        .await;
    let member = format!("{account}/customers/{one}");
    deeds
        .noted(Method::PUT, &member, Value::Null, "account.join")
        .await;
    deeds.delete(&member, "account.leave").await;

    let merge = json!({ "customer_id": other });
    let path = format!("{customer}/merge");
    deeds.post(&path, merge, "customer.merge").await;
    let reason = json!({ "reason": "request" });
    let path = format!("{customer}/erasure");
    deeds.post(&path, reason, "customer.erase").await;

    let label = json!({ "en": "Plan" });
    let body = json!({ "key": "plan", "label": label, "kind": "code" });
    deeds
        .post("/api/attributes", body, "attribute.create")
        .await;
    let change = json!({ "label": { "en": "Tier" } });
    deeds
        .patch("/api/attributes/plan", change.clone(), "attribute.change")
        .await;
    let body = json!({ "kind": "orders", "key": "orders", "label": label, "columns": [] });
    let stream = deeds.post("/api/streams", body, "stream.create").await;
    let stream = format!("/api/streams/{stream}");
    deeds.patch(&stream, change, "stream.change").await;
}

#[tokio::test]
async fn changes_of_surveys_answers_and_metrics_are_in_the_log() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let deeds = Deeds {
        t: &t,
        owner: &owner,
    };
    let template = json!({ "template": "nps_relational" });
    let draft = deeds
        .post("/api/surveys", template.clone(), "survey.create")
        .await;
    let path = format!("/api/surveys/{draft}");
    deeds.delete(&path, "survey.delete").await;
    let made = deeds.post("/api/surveys", template, "survey.create").await;
    let path = format!("/api/surveys/{made}");
    for (step, action) in [
        ("publish", "survey.publish"),
        ("close", "survey.close"),
        ("reopen", "survey.reopen"),
    ] {
        let step = format!("{path}/{step}");
        deeds.post(&step, json!({}), action).await;
    }
    let link = json!({ "kind": "public" });
    let links = format!("{path}/links");
    let link = deeds.post(&links, link, "link.create").await;
    let link = format!("{links}/{link}");
    deeds.delete(&link, "link.revoke").await;

    let survey = survey(&t, &owner, "identified").await;
    let said = json!({ "survey_id": survey, "partial": true,
        "answers": { "why": "連絡は taro@example.com へ" } });
    let record = owner.create("/api/responses", said).await;
    t.drain().await;
    t.app.clock.advance_ms(1_000);
    assert_eq!(list(&owner, &[("masked", "false")]).await["total"], 1);
    deeds.found("voice.unmask").await;
    let export = format!("/api/surveys/{survey}/responses/export");
    deeds
        .noted(Method::GET, &export, Value::Null, "response.export")
        .await;
    let record = format!("/api/responses/{}", record["id"].as_str().expect("an id"));
    let answers = json!({ "answers": { "why": "訂正" } });
    deeds.patch(&record, answers, "response.correct").await;
    deeds.delete(&record, "response.delete").await;

    let formula = json!({ "formula": { "kind": "nps" },
        "sources": [{ "stream": survey, "field": "score" }] });
    let body = json!({ "name": { "en": "NPS" }, "definition": formula });
    let metric = deeds.post("/api/metrics", body, "metric.create").await;
    let path = format!("/api/metrics/{metric}");
    let name = json!({ "name": { "en": "Recommend" } });
    deeds.patch(&path, name, "metric.change").await;
}

#[tokio::test]
async fn changes_of_the_organisation_and_what_comes_and_goes_are_in_the_log() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let deeds = Deeds {
        t: &t,
        owner: &owner,
    };
    let id = company(&owner).await;
    deeds.found("unit.import").await;
    let name = json!({ "en": "New" });
    let body = json!({ "code": "new", "name": name, "kind": "store" });
    deeds.post("/api/units", body, "unit.create").await;
    let path = format!("/api/units/{}", id("s1"));
    deeds
        .patch(&path, json!({ "name": name }), "unit.change")
        .await;
    for (things, more) in [
        (
            "touchpoint",
            json!({ "channel": "store", "stage": "purchase", "experience": "direct" }),
        ),
        ("offering", json!({ "kind": "product" })),
    ] {
        let mut body = json!({ "code": "one", "name": name });
        for (key, value) in more.as_object().expect("an object") {
            body[key] = value.clone();
        }
        let path = format!("/api/{things}s");
        let made = deeds.post(&path, body, &format!("{things}.create")).await;
        let change = json!({ "name": { "en": "Other" } });
        let path = format!("{path}/{made}");
        deeds
            .patch(&path, change, &format!("{things}.change"))
            .await;
    }
    let change = json!({ "name": "Koe" });
    deeds
        .patch("/api/organisation", change, "organisation.change")
        .await;

    let invited = json!({ "email": "new@example.com", "role": "viewer" });
    let invitation = deeds
        .post("/api/invitations", invited, "member.invite")
        .await;
    let path = format!("/api/invitations/{invitation}");
    deeds.delete(&path, "member.withdraw_invitation").await;
    super::restricted(&t, "b@example.com", koe::org::Role::Agent, &[&id("s1")]).await;
    deeds.found("member.join").await;
    let (_, members) = owner.get("/api/members").await;
    let members = members["items"].as_array().expect("members");
    let member = members.iter().find(|one| one["email"] == "b@example.com");
    let member = member.and_then(|one| one["id"].as_str()).expect("a member");
    let path = format!("/api/members/{member}");
    let change = json!({ "name": "Other" });
    deeds.patch(&path, change.clone(), "member.change").await;
    deeds
        .patch("/api/session/member", change, "member.change_profile")
        .await;
    t.app.clock.advance_ms(1_000);
    koe::org::reset_password(&t.app, "b@example.com", PASSWORD)
        .await
        .expect("another password");
    deeds.found("member.reset_password").await;
    t.app.clock.advance_ms(1_000);
    t.member(&t.organisation, "c@example.com", koe::org::Role::Viewer)
        .await;
    deeds.found("member.create").await;
    let permissions = json!({ "name": "k", "permissions": ["read_results"] });
    let key = deeds.post("/api/keys", permissions, "key.create").await;
    deeds
        .delete(&format!("/api/keys/{key}"), "key.delete")
        .await;

    let file = json!("id,comment\n1,良い\n");
    let upload = "/api/imports?name=a.csv";
    let waiting = deeds.post(upload, file, "import.upload").await;
    let path = format!("/api/imports/{waiting}");
    deeds.delete(&path, "import.discard").await;
    import(&owner, "b.csv", "id,comment\n1,良い\n", None).await;
    deeds.found("import.done").await;
    t.app.clock.advance_ms(1_000);
    let outside = tempfile::tempdir().expect("a folder");
    let wanted = WriteOut {
        to: outside.path().join("everything"),
        link_key: false,
    };
    let scope = koe::org::operator_scope(&t.organisation);
    leaving::write_out(&t.app, &scope, &wanted, &|_| {})
        .await
        .expect("written");
    deeds.found("organisation.export").await;
}
