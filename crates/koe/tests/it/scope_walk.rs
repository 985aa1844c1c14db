//! Every operation of the API document, asked by nobody, by another
//! organisation and by somebody of another unit. The lists of exceptions may
//! only shrink.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Person, TestApp, answer};

/// Operations that answer people who are not signed in.
const OPEN: &[&str] = &["accept_invitation", "sign_in", "sign_out"];

/// Operations whose refusal of a foreign id cannot be told apart from a
/// refusal of the made-up body.
const NOT_REACHED: &[&str] = &[];

/// Readings that the owner is refused as well, because the document's shape alone is no whole
/// question: a crosstab needs its two sides.
const NEEDS_MORE: &[&str] = &["survey_crosstab"];

/// Stands in every name and text of the organisation that is protected.
const OURS: &str = "MarkOfOurs";
/// Stands in every text of the unit that is protected.
const UNIT: &str = "MarkOfUnit";

struct Operation {
    id: String,
    method: Method,
    path: String,
    details: Value,
}

/// What the protected organisation has, by the name of its id's shape.
struct World {
    ids: BTreeMap<String, String>,
    /// Ids of things that only the protected unit may see.
    unit_ids: BTreeSet<String>,
    other_unit: String,
}

async fn world(t: &TestApp, owner: &Person) -> World {
    let mut ids = BTreeMap::new();
    let id_of = |made: &Value| made["id"].as_str().expect("an id").to_owned();
    let name = json!({ "en": OURS });
    let body = json!({ "code": "a", "name": name, "kind": "store" });
    let unit = id_of(&owner.create("/api/units", body).await);
    let body = json!({ "code": "b", "name": name, "kind": "store" });
    let other_unit = id_of(&owner.create("/api/units", body).await);
    let body = json!({ "code": "t", "name": name, "channel": "store", "stage": "purchase", "experience": "direct" });
    let touchpoint = id_of(&owner.create("/api/touchpoints", body).await);
    let body = json!({ "code": "o", "name": name, "kind": "product" });
    ids.insert(
        "OfferingId".into(),
        id_of(&owner.create("/api/offerings", body).await),
    );
    let survey = owner
        .create(
            "/api/surveys",
            json!({ "template": "nps_relational", "title": name }),
        )
        .await;
    let survey = id_of(&survey);
    let published = owner
        .create(&format!("/api/surveys/{survey}/publish"), json!({}))
        .await;
    t.drain().await;
    let questions: Vec<&Value> = published["document"]["pages"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|page| page["questions"].as_array().into_iter().flatten())
        .collect();
    let of_type = |kind: &str| {
        let question = questions.iter().find(|q| q["type"] == kind).expect(kind);
        question["id"].as_str().expect("an id").to_owned()
    };
    let customer = owner
        .create("/api/customers", json!({ "name": UNIT }))
        .await;
    let customer = id_of(&customer);
    let answers = json!({ of_type("nps"): 9, of_type("text"): format!("{UNIT} said this") });
    let response = json!({ "survey_id": survey, "answers": answers, "partial": true,
        "context": { "unit_id": unit, "customer_id": customer, "touchpoint_id": touchpoint } });
    let record = id_of(&owner.create("/api/responses", response).await);
    t.drain().await;
    let account = owner
        .create("/api/accounts", json!({ "code": "acc", "name": UNIT }))
        .await;
    let account = id_of(&account);
    let join = format!("/api/accounts/{account}/customers/{customer}");
    let (status, answer) = owner.put(&join, Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
    let body = json!({ "key": "mark", "label": name, "kind": "text" });
    owner.create("/api/attributes", body).await;
    let amount = json!({ "key": "amount", "label": name, "kind": "number" });
    let body = json!({ "kind": "orders", "key": "orders", "label": name, "columns": [amount] });
    let stream = id_of(&owner.create("/api/streams", body).await);
    let import = imported(owner, &name).await;
    let left = owner
        .create("/api/customers", json!({ "name": UNIT }))
        .await;
    let erasure = owner
        .create(
            &format!("/api/customers/{}/erasure", id_of(&left)),
            json!({ "reason": "request" }),
        )
        .await;
    ids.insert("ErasureId".into(), id_of(&erasure));
    let link = owner
        .create(
            &format!("/api/surveys/{survey}/links"),
            json!({ "kind": "public", "touchpoint_id": touchpoint }),
        )
        .await;
    let (_, metrics) = owner.get("/api/metrics").await;
    let (_, proposals) = owner.get("/api/driver-proposals").await;
    let proposal = &proposals["items"][0];
    let body = json!({ "name": name, "definition": proposal["definition"] });
    let analysis = owner.create("/api/drivers", body).await;
    ids.insert("DriverAnalysisId".into(), id_of(&analysis));
    let (_, proposals) = owner.get("/api/loyalty-proposals").await;
    let proposal = &proposals["items"][0];
    let body = json!({ "name": name, "definition": proposal["definition"] });
    let analysis = owner.create("/api/loyalty", body).await;
    ids.insert("LoyaltyAnalysisId".into(), id_of(&analysis));
    let key = owner
        .create(
            "/api/keys",
            json!({ "name": OURS, "permissions": ["read_results"] }),
        )
        .await;
    let invitation = owner
        .create(
            "/api/invitations",
            json!({ "email": "new@example.com", "role": "viewer" }),
        )
        .await;
    let (_, session) = owner.get("/api/session").await;
    ids.insert("UnitId".into(), unit);
    ids.insert("AccountId".into(), account.clone());
    ids.insert("StreamId".into(), stream);
    ids.insert("ImportId".into(), import);
    // What a path names by a word instead of an id.
    ids.insert("key".into(), "mark".into());
    ids.insert("name".into(), OURS.into());
    ids.insert("version".into(), "1".into());
    ids.insert("TouchpointId".into(), touchpoint);
    ids.insert("SurveyId".into(), survey);
    ids.insert("CustomerId".into(), customer.clone());
    ids.insert("RecordId".into(), record.clone());
    ids.insert("LinkId".into(), id_of(&link));
    ids.insert("MetricId".into(), id_of(&metrics["items"][0]));
    ids.insert("ApiKeyId".into(), id_of(&key));
    ids.insert("MemberInvitationId".into(), id_of(&invitation));
    ids.insert("MemberId".into(), id_of(&session["member"]));
    World {
        ids,
        unit_ids: [customer, record, account].into(),
        other_unit,
    }
}

/// A file that waits to be brought in, with a mapping kept for next time.
async fn imported(owner: &Person, label: &Value) -> String {
    let request = owner
        .request(Method::POST, &format!("/api/imports?name={OURS}.csv"))
        .body(format!("id,comment\n1,{UNIT} wrote this\n"));
    let (status, made) = answer(request).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let id = made["id"].as_str().expect("an id").to_owned();
    let mut mapping = made["mapping"].clone();
    mapping["columns"] = json!([
        { "column": "id", "role": { "is": "record_key" } },
        { "column": "comment", "role": { "is": "text", "field": "comment" } },
    ]);
    mapping["all_rows"] = json!({ "occurred_at": "2026-03-01" });
    mapping["target"] = json!({ "kind": "voices", "key": "letters", "label": label });
    let body = json!({ "mapping": mapping, "save_as": OURS });
    let (status, mapped) = owner.put(&format!("/api/imports/{id}/mapping"), body).await;
    assert_eq!(status, StatusCode::OK, "{mapped}");
    id
}

fn operations() -> (Vec<Operation>, Value) {
    let document = serde_json::to_value(koe::wiring::openapi()).expect("a document");
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, details) in item.as_object().expect("operations") {
            operations.push(Operation {
                id: details["operationId"].as_str().expect(path).to_owned(),
                method: method.to_uppercase().parse().expect("a method"),
                path: path.clone(),
                details: details.clone(),
            });
        }
    }
    (operations, document)
}

impl Operation {
    /// The path with ids of the world, and what it names of them.
    fn path(&self, world: &World) -> (String, Vec<String>) {
        let mut path = self.path.clone();
        let mut named = Vec::new();
        for parameter in self.details["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().expect("a name");
            if parameter["in"] != "path" {
                continue;
            }
            let shape = parameter["schema"]["$ref"]
                .as_str()
                .and_then(|r| r.rsplit('/').next())
                .unwrap_or(name);
            let id = world.ids.get(shape);
            let id = id.unwrap_or_else(|| panic!("{}: the world has no {shape}", self.id));
            named.push(id.clone());
            path = path.replace(&format!("{{{name}}}"), id);
        }
        let identifier = world.ids.get("CustomerId").expect("a customer");
        if self.id == "look_up_customer" {
            path.push_str(&format!("?identifier={identifier}"));
            named.push(identifier.clone());
        }
        (path, named)
    }

    /// Whether it only reads.
    fn reads(&self) -> bool {
        self.method == Method::GET || self.id.contains("results") || self.id.contains("search")
    }

    /// A body of the documented shape, made up.
    fn body(&self, document: &Value, world: &World) -> Option<Value> {
        let content = &self.details["requestBody"]["content"];
        let schema = content.get("application/json")?.get("schema")?;
        Some(example(schema, document, world, 0))
    }
}

fn example(schema: &Value, document: &Value, world: &World, depth: usize) -> Value {
    if depth > 12 {
        return Value::Null;
    }
    if let Some(target) = schema["$ref"].as_str() {
        let name = target.rsplit('/').next().unwrap_or_default();
        if let Some(id) = world.ids.get(name) {
            return json!(id);
        }
        return example(
            &document["components"]["schemas"][name],
            document,
            world,
            depth + 1,
        );
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(first) = schema[choice]
            .as_array()
            .and_then(|all| all.iter().find(|one| one["type"] != "null"))
        {
            return example(first, document, world, depth + 1);
        }
    }
    if let Some(value) = schema["enum"].as_array().and_then(|values| values.first()) {
        return value.clone();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds
            .iter()
            .find(|k| *k != "null")
            .cloned()
            .unwrap_or_default(),
        kind => kind.clone(),
    };
    match kind.as_str() {
        Some("object") => {
            let mut object = serde_json::Map::new();
            for name in schema["required"].as_array().into_iter().flatten() {
                let name = name.as_str().expect("a name");
                let value = example(&schema["properties"][name], document, world, depth + 1);
                object.insert(name.to_owned(), value);
            }
            Value::Object(object)
        }
        Some("array") => json!([]),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        Some("string") => match schema["format"].as_str() {
            Some("date-time") => json!("2026-03-01T00:00:00Z"),
            Some("date") => json!("2026-03-01"),
            _ => json!("x"),
        },
        _ => json!({}),
    }
}

/// A key of its own rather than a session, so that no operation can end it.
async fn key(owner: &Person, units: Value) -> String {
    let all = serde_json::to_value(koe::org::Permission::ALL).expect("permissions");
    let made = owner
        .create(
            "/api/keys",
            json!({ "name": "walk", "permissions": all, "units": units }),
        )
        .await;
    made["secret"].as_str().expect("a secret").to_owned()
}

async fn ask(
    t: &TestApp,
    operation: &Operation,
    path: &str,
    body: Option<Value>,
    key: Option<&str>,
) -> (StatusCode, String) {
    let mut request = t.anybody().request(operation.method.clone(), path);
    if let Some(key) = key {
        request = request.bearer_auth(key);
    }
    if operation.details.get("requestBody").is_some() {
        request = request.json(&body.unwrap_or(json!({})));
    }
    let response = request.send().await.expect("an answer");
    let status = response.status();
    (status, response.text().await.expect("a body"))
}

/// Without this the walks below would prove nothing: what they look for is there, and whoever may
/// see it does.
#[tokio::test]
async fn the_owner_reads_everything_and_finds_the_marks() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let world = world(&t, &owner).await;
    let key = key(&owner, json!([])).await;
    let (operations, document) = operations();
    let (mut ours, mut of_unit) = (BTreeSet::new(), BTreeSet::new());
    let mut refused = BTreeSet::new();
    for operation in operations.iter().filter(|one| one.reads()) {
        let (path, _) = operation.path(&world);
        let body = operation.body(&document, &world);
        let (status, answer) = ask(&t, operation, &path, body, Some(&key)).await;
        // A key is no session.
        if !status.is_success() && operation.id != "show_session" {
            refused.insert(operation.id.as_str());
        }
        if operation.id == "metric_results" {
            let answer: Value = serde_json::from_str(&answer).expect("json");
            assert_eq!(answer["results"]["total"]["score"]["n"], 1, "{answer}");
        }
        if answer.contains(OURS) {
            ours.insert(operation.id.as_str());
        }
        if answer.contains(UNIT) {
            of_unit.insert(operation.id.as_str());
        }
    }
    assert_eq!(refused, NEEDS_MORE.iter().copied().collect());
    assert!(ours.len() >= 25, "{ours:?}");
    assert!(of_unit.len() >= 10, "{of_unit:?}");
}

#[tokio::test]
async fn nobody_gets_in_without_signing_in() {
    let t = TestApp::start().await;
    let world = world(&t, &t.owner().await).await;
    let (operations, document) = operations();
    assert!(operations.len() > 40);
    let mut open = BTreeSet::new();
    for operation in &operations {
        let (path, _) = operation.path(&world);
        let (status, body) = ask(
            &t,
            operation,
            &path,
            operation.body(&document, &world),
            None,
        )
        .await;
        assert!(
            !body.contains(OURS) && !body.contains(UNIT),
            "{}: {body}",
            operation.id
        );
        if OPEN.contains(&operation.id.as_str()) {
            open.insert(operation.id.as_str());
        } else {
            assert_eq!(
                status,
                StatusCode::UNAUTHORIZED,
                "{} {path}: {body}",
                operation.id
            );
        }
    }
    assert_eq!(
        open,
        OPEN.iter().copied().collect(),
        "an exception that is none any more"
    );
}

#[tokio::test]
async fn another_organisation_sees_and_changes_nothing() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let world = world(&t, &owner).await;
    let foreign = t.foreign_owner().await;
    let key = key(&foreign, json!([])).await;
    let (_, audit) = owner.get("/api/audit?limit=200").await;
    let (operations, document) = operations();
    let mut not_reached = BTreeSet::new();
    for operation in &operations {
        let (path, named) = operation.path(&world);
        let body = operation.body(&document, &world);
        let (status, answer) = ask(&t, operation, &path, body, Some(&key)).await;
        assert!(
            !status.is_server_error(),
            "{} {path}: {answer}",
            operation.id
        );
        assert!(
            !answer.contains(OURS) && !answer.contains(UNIT),
            "{}: {answer}",
            operation.id
        );
        if named.is_empty() {
            continue;
        }
        assert!(!status.is_success(), "{} {path}: {answer}", operation.id);
        if status == StatusCode::UNPROCESSABLE_ENTITY {
            not_reached.insert(operation.id.as_str());
        } else {
            let hidden = matches!(status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN);
            assert!(hidden, "{} {path}: {status} {answer}", operation.id);
        }
    }
    assert_eq!(not_reached, NOT_REACHED.iter().copied().collect());
    let (_, after) = owner.get("/api/audit?limit=200").await;
    assert_eq!(after, audit, "nothing was done to us");
}

#[tokio::test]
async fn another_unit_sees_nothing_of_this_one() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let world = world(&t, &owner).await;
    let key = key(&owner, json!([world.other_unit])).await;
    let (operations, document) = operations();
    let mut figures = 0;
    for operation in &operations {
        let (path, named) = operation.path(&world);
        // Only reading: what a member of another unit may change is the
        // matter of each operation's own tests.
        let reads = operation.reads();
        let of_unit = named.iter().any(|id| world.unit_ids.contains(id));
        if !reads && !of_unit {
            continue;
        }
        let body = operation.body(&document, &world);
        let (status, answer) = ask(&t, operation, &path, body, Some(&key)).await;
        assert!(!answer.contains(UNIT), "{} {path}: {answer}", operation.id);
        if of_unit {
            let hidden = matches!(
                status,
                StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::FORBIDDEN
            );
            assert!(hidden, "{} {path}: {status} {answer}", operation.id);
        }
        if operation.id == "metric_results" {
            assert_eq!(status, StatusCode::OK, "{answer}");
            let answer: Value = serde_json::from_str(&answer).expect("json");
            assert_eq!(answer["results"]["total"]["score"]["n"], 0, "{answer}");
            figures += 1;
        }
        if operation.id == "driver_results" && status.is_success() {
            let answer: Value = serde_json::from_str(&answer).expect("json");
            assert_eq!(answer["refused"]["value"], 0.0, "{answer}");
        }
        if operation.id == "loyalty_results" && status.is_success() {
            let answer: Value = serde_json::from_str(&answer).expect("json");
            assert_eq!(answer["refused"]["code"], "no_purchases", "{answer}");
        }
    }
    assert_eq!(figures, 1, "the figures of the other unit were asked for");
}
