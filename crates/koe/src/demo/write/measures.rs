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
    let nps = || Formula::Nps {
        cuts: NpsCuts::default(),
    };
    let csat = || Formula::Csat {
        scale: Scale::new(1, 5),
        top: 2,
        good_end: GoodEnd::default(),
    };
    let mean = |scale| Formula::Mean {
        scale,
        direction: Direction::HigherIsBetter,
    };
    let aspect = || mean(Some(Scale::new(1, 5)));
    let effort = Formula::Ces {
        scale: Scale::new(1, 7),
        direction: Direction::HigherIsBetter,
    };
    use Topic::{Contact, Delivery, Pulse, Purchase, Relational};
    // Names, formula, target; survey, question and the part of its field.
    let asked = [
        (
            ("お買い物の満足度", "Purchase satisfaction"),
            csat(),
            Some(70.0),
            Purchase,
            "satisfaction",
            "",
        ),
        (
            ("お買い物後のNPS", "NPS after a purchase"),
            nps(),
            Some(0.0),
            Purchase,
            "recommend",
            "",
        ),
        (
            ("会員NPS", "Members' NPS"),
            nps(),
            Some(0.0),
            Relational,
            "nps",
            "",
        ),
        (
            (
                "お問い合わせの解決しやすさ（CES）",
                "Ease of getting help (CES)",
            ),
            effort,
            Some(5.0),
            Contact,
            "ces",
            "",
        ),
        (
            ("お届けの満足度", "Delivery satisfaction"),
            csat(),
            Some(75.0),
            Delivery,
            "satisfaction",
            "",
        ),
        (
            ("スタッフの応対", "Staff"),
            aspect(),
            Some(3.8),
            Purchase,
            "aspects",
            ".staff.value",
        ),
        (
            ("待ち時間", "Waiting"),
            aspect(),
            Some(3.8),
            Purchase,
            "aspects",
            ".waiting.value",
        ),
        (
            ("品揃え・在庫", "Range and availability"),
            aspect(),
            None,
            Purchase,
            "aspects",
            ".assortment.value",
        ),
        (
            ("価格に見合う価値", "Value for money"),
            aspect(),
            None,
            Purchase,
            "aspects",
            ".price.value",
        ),
        (
            ("清潔さ・見やすさ", "Cleanliness"),
            aspect(),
            None,
            Purchase,
            "aspects",
            ".cleanliness.value",
        ),
        (
            ("探しやすさ・注文のしやすさ", "Ease"),
            aspect(),
            None,
            Purchase,
            "aspects",
            ".ease.value",
        ),
        (
            ("継続利用の意向", "Intention to stay"),
            aspect(),
            None,
            Relational,
            "stay",
            "",
        ),
        (
            (
                "スタッフのおすすめ度（eNPS）",
                "Staff recommendation (eNPS)",
            ),
            nps(),
            None,
            Pulse,
            "enps",
            "",
        ),
    ];
    for (names, formula, target, topic, question, part) in asked {
        let version = &surveys[&topic];
        let question = version
            .document
            .question(question)
            .ok_or_else(|| anyhow::anyhow!("{topic:?} does not ask {question}"))?;
        let source = Source {
            stream: version.survey.as_str().to_owned(),
            field: format!("{}{part}", fields::field_of(question)),
            name: None,
        };
        insert(conn, app, scope, names, formula, source, target).await?;
    }
    let orders = &streams[&Kind::Order].id;
    let source = Source {
        stream: orders.clone(),
        field: "amount".to_owned(),
        name: None,
    };
    let names = ("1回あたりの購入額（円）", "Amount of an order (yen)");
    insert(conn, app, scope, names, mean(None), source, None).await?;
    let contacts = &streams[&Kind::Contact].id;
    let source = Source {
        stream: contacts.clone(),
        field: "resolved".to_owned(),
        name: None,
    };
    let names = (
        "お問い合わせ1回ごとの解決率",
        "Contacts that resolved the issue",
    );
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
    let name: BTreeMap<String, String> = [
        ("ja".to_owned(), ja.to_owned()),
        ("en".to_owned(), en.to_owned()),
    ]
    .into();
    let definition = Definition {
        formula: formula.into(),
        sources: vec![source],
        metrics: Vec::new(),
        mixes_programmes: false,
    };
    let now_ms = app.clock.now_ms();
    let metric = Metric {
        id: app.chance.id(now_ms),
        name,
        definition,
        target,
        archived: false,
    };
    metrics::insert(conn, scope, &metric, now_ms).await?;
    // Lists are in the order of making.
    app.clock.advance_ms(1_000);
    Ok(())
}
