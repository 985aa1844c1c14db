//! A person with a browser that runs no script, and surveys for them to answer.

use reqwest::header::{ACCEPT_LANGUAGE, LOCATION};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Person, TestApp};

/// Somebody who answers.
pub struct Respondent {
    pub person: Person,
    language: &'static str,
}

/// A page that came back.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub html: String,
    pub location: Option<String>,
    pub cookies: Vec<String>,
}

impl Page {
    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> String {
        let start = self.html.find(&format!("name=\"{name}\" value=\""));
        let rest = &self.html[start.unwrap_or_else(|| panic!("no {name} in {}", self.html))..];
        rest.split('"')
            .nth(3)
            .unwrap_or_default()
            .replace("&#x2f;", "/")
            .replace("&amp;", "&")
    }

    /// Where the form goes.
    pub fn action(&self) -> String {
        let rest = self.html.split("action=\"").nth(1).expect("a form");
        rest.split('"')
            .next()
            .unwrap_or_default()
            .replace("&#x2f;", "/")
            .replace("&amp;", "&")
    }

    pub fn has(&self, words: &str) -> bool {
        self.html.contains(words)
    }

    /// The page that is shown.
    pub fn page(&self) -> String {
        self.hidden("_page")
    }
}

impl Respondent {
    pub fn new(t: &TestApp, language: &'static str) -> Self {
        Self {
            person: t.anybody(),
            language,
        }
    }

    async fn load(&self, method: Method, path: &str, body: Option<Vec<(String, String)>>) -> Page {
        let mut request = self
            .person
            .request(method, path)
            .header(ACCEPT_LANGUAGE, self.language);
        if let Some(fields) = body {
            let mut text = String::new();
            for (name, value) in fields {
                let encode = |part: &str| {
                    part.bytes()
                        .map(|byte| format!("%{byte:02X}"))
                        .collect::<String>()
                };
                text.push_str(&format!("{}={}&", encode(&name), encode(&value)));
            }
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(text);
        }
        let response = request.send().await.expect("an answer");
        let header = |name| {
            response
                .headers()
                .get_all(name)
                .iter()
                .filter_map(|value| value.to_str().ok().map(str::to_owned))
                .collect::<Vec<_>>()
        };
        Page {
            status: response.status(),
            location: header(LOCATION).pop(),
            cookies: header(reqwest::header::SET_COOKIE),
            html: response.text().await.expect("text"),
        }
    }

    pub async fn open(&self, path: &str) -> Page {
        self.load(Method::GET, path, None).await
    }

    /// Sends a page's form; follows nothing.
    pub async fn post(&self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let mut all: Vec<(String, String)> = ["_page", "_shown", "_shown_at", "_start", "_lang"]
            .into_iter()
            .map(|name| (name.to_owned(), page.hidden(name)))
            .collect();
        all.extend(
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        self.load(Method::POST, &page.action(), Some(all)).await
    }

    /// Thinks for three seconds, sends the form and goes where it leads.
    pub async fn answer(&self, t: &TestApp, page: &Page, fields: &[(&str, &str)]) -> Page {
        t.app.clock.advance_ms(3_000);
        let sent = self.post(page, fields).await;
        match sent.location {
            Some(address) => {
                assert_eq!(sent.status, StatusCode::SEE_OTHER);
                self.open(address.split('#').next().unwrap_or_default())
                    .await
            }
            None => sent,
        }
    }
}

/// Three pages: a recommendation, what was missing (skipped by promoters), a
/// comment; in Japanese and English.
pub fn document() -> Value {
    json!({
        "format": 1,
        "title": { "ja": "ご来店後アンケート", "en": "After your visit" },
        "languages": ["ja", "en"],
        "privacy": { "purpose": { "ja": "店舗サービスの改善のため", "en": "To improve our stores" },
            "policy_url": "https://example.com/privacy", "retention_days": 730 },
        "hidden_fields": [
            { "id": "plan", "label": { "ja": "プラン" }, "kind": "code", "allowed": ["gold", "silver"], "signed": true },
            { "id": "campaign", "label": { "ja": "施策" }, "kind": "code", "allowed": ["spring", "autumn"] },
            { "id": "receipt", "label": { "ja": "レシート番号" }, "kind": "text" } ],
        "pages": [
            { "id": "p1", "questions": [
                { "id": "q1", "type": "nps", "required": true,
                  "text": { "ja": "ご友人に薦めたいと思いますか", "en": "How likely are you to recommend us?" } } ],
              "skips": [ { "when": { "question": "q1", "is": "at_least", "value": 9 }, "to": { "page": "p3" } } ] },
            { "id": "p2", "questions": [
                { "id": "q2", "type": "multiple", "required": true,
                  "text": { "ja": "{{answer:q1}}点とされた理由", "en": "What made it {{answer:q1}}?" },
                  "choices": [
                    { "id": "staff", "label": { "ja": "接客", "en": "Staff" } },
                    { "id": "range", "label": { "ja": "品揃え", "en": "Range" } },
                    { "id": "other", "label": { "ja": "その他", "en": "Other" }, "write_in": true } ] },
                { "id": "q2b", "type": "text", "voice": true, "required": true,
                  "show_if": { "question": "q2", "is": "includes", "value": "staff" },
                  "text": { "ja": "接客で気になったこと", "en": "What about the staff?" } } ] },
            { "id": "p3", "questions": [
                { "id": "q3", "type": "text", "long": true, "voice": true,
                  "text": { "ja": "ご自由にお書きください", "en": "Anything else?" } },
                { "id": "mail", "type": "text", "format": "email",
                  "text": { "ja": "メールアドレス（任意）", "en": "E-mail (optional)" } } ] } ],
        "endings": [
            { "id": "fan", "when": { "question": "q1", "is": "at_least", "value": 9 },
              "title": { "ja": "{{answer:q1}}点をありがとうございます", "en": "Thank you for the {{answer:q1}}" },
              "message": { "ja": "またのご来店をお待ちしております。", "en": "See you again." },
              "link": { "url": "https://example.com/points", "label": { "ja": "ポイントを見る", "en": "Your points" } } },
            { "id": "rest", "title": { "ja": "貴重なご意見をありがとうございます", "en": "Thank you for telling us" } } ]
    })
}

/// The document with other keys.
pub fn document_with(change: impl FnOnce(&mut Value)) -> Value {
    let mut document = document();
    change(&mut document);
    document
}

/// Makes and publishes a survey; its path in the API.
pub async fn published(owner: &Person, document: Value) -> String {
    let survey = owner
        .create("/api/surveys", json!({ "document": document }))
        .await;
    let path = format!("/api/surveys/{}", survey["id"].as_str().expect("an id"));
    owner.create(&format!("{path}/publish"), json!({})).await;
    path
}

/// Publishes a survey with a public link; the path of its answer page.
pub async fn public(t: &TestApp, document: Value) -> String {
    let owner = t.owner().await;
    let survey = published(&owner, document).await;
    link(&owner, &survey, json!({ "kind": "public" })).await
}

/// Makes a link; the path of its answer page.
pub async fn link(owner: &Person, survey: &str, link: Value) -> String {
    let link = owner.create(&format!("{survey}/links"), link).await;
    page_path(&link)
}

/// The path of a link's answer page.
pub fn page_path(link: &Value) -> String {
    let url = link["url"].as_str().expect("an address");
    url[url.find("/s/").expect("an answer page")..].to_owned()
}

/// One number of a table; for what no operation shows.
pub async fn count(t: &TestApp, sql: &'static str) -> i64 {
    let mut tx = t.app.db.read().await.expect("a transaction");
    let number = sqlx::query_scalar(sql)
        .fetch_one(&mut *tx)
        .await
        .expect(sql);
    tx.rollback().await.expect("ended");
    number
}

/// One text of a table; for what no operation shows.
pub async fn text(t: &TestApp, sql: &'static str) -> String {
    let mut tx = t.app.db.read().await.expect("a transaction");
    let text = sqlx::query_scalar(sql)
        .fetch_one(&mut *tx)
        .await
        .expect(sql);
    tx.rollback().await.expect("ended");
    text
}

/// Whether these words were kept as a text of a record.
pub async fn is_kept(t: &TestApp, words: &str) -> bool {
    let mut tx = t.app.db.read().await.expect("a transaction");
    let kept: i64 =
        sqlx::query_scalar("SELECT CAST(COUNT(*) AS BIGINT) FROM record_text WHERE body = $1")
            .bind(words)
            .fetch_one(&mut *tx)
            .await
            .expect("a count");
    tx.rollback().await.expect("ended");
    kept == 1
}

/// How far people came in a survey, named by its path in the API.
pub async fn drop_off(t: &TestApp, survey: &str) -> koe::responses::DropOff {
    let scope = koe::org::operator_scope(&t.organisation);
    let id = survey
        .rsplit('/')
        .next()
        .expect("an id")
        .parse()
        .expect("an id");
    let mut tx = t.app.db.read().await.expect("a transaction");
    let figures =
        koe::responses::drop_off(&mut tx, &scope, &id, &koe::responses::Within::default())
            .await
            .expect("figures");
    tx.rollback().await.expect("ended");
    figures
}

/// Answers that count.
pub async fn answers(t: &TestApp) -> i64 {
    count(
        t,
        "SELECT CAST(COUNT(*) AS BIGINT) FROM record WHERE deleted_ms IS NULL",
    )
    .await
}
