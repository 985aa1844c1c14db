//! Customers, with what identifies and describes them and what they agreed
//! to.

use serde_json::json;

use super::{World, names};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::scope::Scope;
use crate::demo::chance::Draw;
use crate::demo::company::{self, Company};
use crate::demo::history::History;
use crate::demo::people::Customer;
use crate::org;
use crate::people::{
    self, Attribute, AttributeKind, Attributes, Consent, Holder, Identifier, IdentifierKind, Person,
};

/// Customers of one transaction.
const BATCH: usize = 500;

/// Declares what is kept about customers and makes all of them, in the order
/// in which they joined.
pub async fn resolve(app: &App, world: &mut World, history: &History) -> anyhow::Result<()> {
    let mut tx = app.db.write().await?;
    declare(&mut tx, &world.scope).await?;
    tx.commit().await?;
    let count = history.members.count;
    world.customers.reserve(count);
    for first in (0..count).step_by(BATCH) {
        let batch: Vec<Customer> = (first..count.min(first + BATCH))
            .map(|index| history.members.get(index))
            .collect();
        // They became known when they joined.
        if let Some(customer) = batch.first() {
            super::set_clock(app, super::joined(customer)?);
        }
        let persons: Vec<Person> = batch
            .iter()
            .map(|customer| person(history.truths.seed, customer))
            .collect::<Result<_, _>>()
            .map_err(|problem| anyhow::anyhow!("an identifier of the demo {problem}"))?;
        let mut tx = app.db.write().await?;
        let resolved = people::resolve_many(&mut tx, app, &world.scope, &persons).await?;
        for (customer, resolved) in batch.iter().zip(&resolved) {
            for purpose in &customer.purposes {
                let consent = Consent {
                    purpose: (*purpose).to_owned(),
                    granted: true,
                    at: super::joined(customer)?,
                    source: "会員登録".to_owned(),
                };
                let id = app.chance.id(app.clock.now_ms());
                let now_ms = app.clock.now_ms();
                people::insert_consent(
                    &mut tx,
                    &world.scope,
                    &id,
                    &resolved.customer,
                    &consent,
                    now_ms,
                )
                .await?;
            }
        }
        tx.commit().await?;
        world
            .customers
            .extend(resolved.into_iter().map(|one| one.customer));
    }
    Ok(())
}

fn person(seed: u64, customer: &Customer) -> Result<Person, &'static str> {
    let card = IdentifierKind::External("loyalty".into());
    let mail = format!("{}@example.com", customer.card.to_lowercase());
    let identifiers = vec![
        Identifier::read(card, &customer.card, org::DEFAULT_CALLING_CODE)?,
        Identifier::read(IdentifierKind::Email, &mail, org::DEFAULT_CALLING_CODE)?,
    ];
    let store = &Company::get().stores[customer.store];
    let attributes: Attributes = [
        ("age_band", json!(customer.age_band)),
        ("prefecture", json!(customer.prefecture)),
        ("rank", json!(customer.rank)),
        ("since", json!(customer.since.to_string())),
        ("home_store", json!(store.code)),
        (
            "language",
            json!(if customer.english { "en" } else { "ja" }),
        ),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value))
    .collect();
    Ok(Person {
        identifiers,
        name: Some(name(seed, customer)),
        attributes,
    })
}

/// A name put together from the commonest family and given names.
fn name(seed: u64, customer: &Customer) -> String {
    const FAMILY: [(&str, &str); 20] = [
        ("佐藤", "Sato"),
        ("鈴木", "Suzuki"),
        ("高橋", "Takahashi"),
        ("田中", "Tanaka"),
        ("伊藤", "Ito"),
        ("渡辺", "Watanabe"),
        ("山本", "Yamamoto"),
        ("中村", "Nakamura"),
        ("小林", "Kobayashi"),
        ("加藤", "Kato"),
        ("吉田", "Yoshida"),
        ("山田", "Yamada"),
        ("佐々木", "Sasaki"),
        ("山口", "Yamaguchi"),
        ("松本", "Matsumoto"),
        ("井上", "Inoue"),
        ("木村", "Kimura"),
        ("林", "Hayashi"),
        ("清水", "Shimizu"),
        ("森", "Mori"),
    ];
    const GIVEN: [(&str, &str); 20] = [
        ("陽子", "Yoko"),
        ("健一", "Kenichi"),
        ("美咲", "Misaki"),
        ("大輔", "Daisuke"),
        ("恵子", "Keiko"),
        ("翔太", "Shota"),
        ("由美", "Yumi"),
        ("誠", "Makoto"),
        ("さくら", "Sakura"),
        ("拓也", "Takuya"),
        ("智子", "Tomoko"),
        ("直樹", "Naoki"),
        ("愛", "Ai"),
        ("浩", "Hiroshi"),
        ("真由美", "Mayumi"),
        ("和也", "Kazuya"),
        ("久美子", "Kumiko"),
        ("亮", "Ryo"),
        ("彩", "Aya"),
        ("隆", "Takashi"),
    ];
    let mut draw = Draw::of(seed, "name", customer.index as u64);
    let (family, given) = (draw.pick(&FAMILY), draw.pick(&GIVEN));
    if customer.english {
        format!("{} {}", given.1, family.1)
    } else {
        format!("{} {}", family.0, given.0)
    }
}

async fn declare(conn: &mut Conn, scope: &Scope) -> anyhow::Result<()> {
    let code = AttributeKind::Code;
    for (key, kind, frozen, ja, en) in [
        ("age_band", code, true, "年代", "Age"),
        ("prefecture", code, true, "都道府県", "Prefecture"),
        ("rank", code, true, "会員ランク", "Membership rank"),
        (
            "since",
            AttributeKind::Date,
            false,
            "入会日",
            "Member since",
        ),
        ("home_store", code, false, "よく利用する店舗", "Home store"),
        ("language", code, false, "言語", "Language"),
    ] {
        let holder = Holder::Customer;
        let attribute = Attribute {
            holder,
            key: key.into(),
            label: company::names(ja, en),
            kind,
            values: names::of(key),
            personal: false,
            frozen,
            archived: false,
        };
        attribute.check()?;
        people::insert_attribute(conn, scope, &attribute).await?;
    }
    Ok(())
}
