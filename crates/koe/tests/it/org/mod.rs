//! Organisation, units, members, invitations, keys, audit log.

mod audited;
mod keys_and_audit;
mod members;
mod settings;
mod units;

use koe::org::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{PASSWORD, Person, TestApp};

/// A member who sees only `units`, made as people make one: invited by the
/// owner, and signed in by accepting.
pub async fn restricted(t: &TestApp, email: &str, role: Role, units: &[&str]) -> Person {
    let body = json!({ "email": email, "role": role, "units": units });
    let made = t.owner().await.create("/api/invitations", body).await;
    let person = t.anybody();
    let (status, session) = accept(&person, &made, PASSWORD).await;
    assert_eq!(status, StatusCode::OK, "{session}");
    person
}

/// Accepts an invitation by its link.
async fn accept(person: &Person, made: &Value, password: &str) -> (StatusCode, Value) {
    let link = made["link"].as_str().expect("a link");
    let token = link.rsplit('/').next().expect("a token");
    let body = json!({ "token": token, "name": "Invited", "password": password });
    person.post("/api/invitations/accept", body).await
}

/// Brings in a small company: co › east › s1, s2 and co › west › s3; ids by
/// code.
pub async fn company(owner: &Person) -> impl Fn(&str) -> String + use<> {
    let file = "code,name_ja,name_en,kind,parent_code,valid_from,valid_to\n\
        co,会社,Company,company,,,\neast,東,East,region,co,,\nwest,西,West,region,co,,\n\
        s1,一号店,Store 1,store,east,,\ns2,二号店,Store 2,store,east,,\ns3,三号店,Store 3,store,west,,\n";
    let report = import(owner, "/api/units/import", file).await.1;
    assert_eq!(report["added"], 6, "{report}");
    let (_, list) = owner.get("/api/units").await;
    move |code| id_of(&list, code)
}

/// The id of a unit in a listing.
fn id_of(list: &Value, code: &str) -> String {
    let items = list["items"].as_array().expect("items");
    let unit = items.iter().find(|unit| unit["code"] == code).expect(code);
    unit["id"].as_str().expect("an id").to_owned()
}

/// Posts a CSV file.
async fn import(person: &Person, path: &str, file: &str) -> (StatusCode, Value) {
    let request = person
        .request(reqwest::Method::POST, path)
        .header("content-type", "text/csv")
        .body(file.to_owned());
    crate::support::answer(request).await
}
