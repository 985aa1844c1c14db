//! The metrics that the company looks at.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use koe_analysis::score::{Direction, GoodEnd, Metric as Formula, NpsCuts, Scale};
use koe_lake::StreamSchema;

use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::scope::Scope;
use crate::demo::history::Kind;
use crate::demo::truths::Topic;
use crate::metrics::{self, Definition, Metric, Source};
use crate::surveys::{Version, fields};

/// Makes the metrics, the one that matters most first.
pub async fn metrics(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    surveys: &HashMap<Topic, Arc<Version>>,
    streams: &HashMap<Kind, StreamSchema>,
) -> anyhow::Result<()> {
    let nps = || Formula::Nps { cuts: NpsCuts::default() };
    let csat = || Formula::Csat { scale: Scale::new(1, 5), top: 2, good_end: GoodEnd::default() };
    let mean = |scale| Formula::Mean { scale, direction: Direction::HigherIsBetter };
    let effort = Formula::Ces { scale: Scale::new(1, 7), direction: Direction::HigherIsBetter };
    let five = || Some(Scale::new(1, 5));
    use Topic::{Contact, Delivery, Pulse, Purchase, Relational};
    let asked: [(&str, &str, Formula, Topic, &str, &str, Option<f64>); 13] = [
        ("お買い物の満足度", "Purchase satisfaction", csat(), Purchase, "satisfaction", "", Some(70.0)),
        ("お買い物後のNPS", "NPS after a purchase", nps(), Purchase, "recommend", "", Some(0.0)),
        ("会員NPS", "Members' NPS", nps(), Relational, "nps", "", Some(0.0)),
        ("お問い合わせの解決しやすさ（CES）", "Ease of getting help (CES)", effort, Contact, "ces", "", Some(5.0)),
        ("お届けの満足度", "Delivery satisfaction", csat(), Delivery, "satisfaction", "", Some(75.0)),
        ("スタッフの応対", "Staff", mean(five()), Purchase, "aspects", ".staff.value", Some(3.8)),
        ("待ち時間", "Waiting", mean(five()), Purchase, "aspects", ".waiting.value", Some(3.8)),
        ("品揃え・在庫", "Range and availability", mean(five()), Purchase, "aspects", ".assortment.value", None),
        ("価格に見合う価値", "Value for money", mean(five()), Purchase, "aspects", ".price.value", None),
        ("清潔さ・見やすさ", "Cleanliness", mean(five()), Purchase, "aspects", ".cleanliness.value", None),
        ("探しやすさ・注文のしやすさ", "Ease", mean(five()), Purchase, "aspects", ".ease.value", None),
        ("継続利用の意向", "Intention to stay", mean(five()), Relational, "stay", "", None),
        ("スタッフのおすすめ度（eNPS）", "Staff recommendation (eNPS)", nps(), Pulse, "enps", "", None),
    ];
    for (ja, en, formula, topic, question, part, target) in asked {
        let version = &surveys[&topic];
        let question = version
            .document
            .question(question)
            .ok_or_else(|| anyhow::anyhow!("{topic:?} does not ask {question}"))?;
        let source = Source {
            stream: version.survey.as_str().to_owned(),
            field: format!("{}{part}", fields::field_of(question)),
        };
        insert(conn, app, scope, (ja, en), formula, source, target).await?;
    }
    let orders = &streams[&Kind::Order].id;
    let source = Source { stream: orders.clone(), field: "amount".to_owned() };
    let names = ("1回あたりの購入額（円）", "Amount of an order (yen)");
    insert(conn, app, scope, names, mean(None), source, None).await?;
    let contacts = &streams[&Kind::Contact].id;
    let source = Source { stream: contacts.clone(), field: "resolved".to_owned() };
    let names = ("お問い合わせ1回ごとの解決率", "Contacts that resolved the issue");
    let resolved = Formula::Share {
        values: [1].into(),
        scale: Some(Scale::new(0, 1)),
        direction: Direction::HigherIsBetter,
    };
    insert(conn, app, scope, names, resolved, source, None).await
}

async fn insert(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    (ja, en): (&str, &str),
    formula: Formula,
    source: Source,
    target: Option<f64>,
) -> anyhow::Result<()> {
    let name: BTreeMap<String, String> =
        [("ja".to_owned(), ja.to_owned()), ("en".to_owned(), en.to_owned())].into();
    let definition = Definition { formula, sources: vec![source], mixes_programmes: false };
    let now_ms = app.clock.now_ms();
    let metric = Metric { id: app.chance.id(now_ms), name, definition, target, archived: false };
    metrics::insert(conn, scope, &metric, now_ms).await?;
    // Lists are in the order of making.
    app.clock.advance_ms(1_000);
    Ok(())
}
