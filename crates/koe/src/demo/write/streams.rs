//! The streams of operational rows, and the lake's streams of everything.

use std::collections::HashMap;
use std::sync::Arc;

use koe_lake::{Field, StreamSchema};

use super::names;
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::scope::Scope;
use crate::demo::company;
use crate::demo::history::Kind;
use crate::demo::truths::Topic;
use crate::people::{self, Column, ColumnKind, Stream, StreamKind};
use crate::surveys::Version;

/// An operational stream: kind, key, names, columns with their names.
struct Table {
    kind: Kind,
    stream: StreamKind,
    key: &'static str,
    ja: &'static str,
    en: &'static str,
    columns: &'static [(&'static str, ColumnKind, &'static str, &'static str)],
}

const TABLES: [Table; 3] = [
    Table {
        kind: Kind::Order,
        stream: StreamKind::Orders,
        key: "orders",
        ja: "注文",
        en: "Orders",
        columns: &[
            ("amount", ColumnKind::Number, "金額（円）", "Amount (yen)"),
            ("items", ColumnKind::Integer, "点数", "Items"),
            ("payment", ColumnKind::Code, "支払い方法", "Payment"),
            ("coupon", ColumnKind::Boolean, "クーポン利用", "Coupon used"),
            ("gift", ColumnKind::Boolean, "贈りもの", "Gift"),
        ],
    },
    Table {
        kind: Kind::Contact,
        stream: StreamKind::Contacts,
        key: "contacts",
        ja: "お問い合わせ",
        en: "Contacts",
        columns: &[
            ("reason", ColumnKind::Code, "用件", "Reason"),
            (
                "number",
                ColumnKind::Integer,
                "同じ件での回数",
                "Contacts about the same issue",
            ),
            (
                "wait_seconds",
                ColumnKind::Integer,
                "待ち時間（秒）",
                "Wait (seconds)",
            ),
            (
                "handling_minutes",
                ColumnKind::Number,
                "対応時間（分）",
                "Handling (minutes)",
            ),
            ("resolved", ColumnKind::Boolean, "解決", "Resolved"),
        ],
    },
    Table {
        kind: Kind::Contract,
        stream: StreamKind::Contracts,
        key: "contracts",
        ja: "契約",
        en: "Contracts",
        columns: &[
            ("plan", ColumnKind::Code, "プラン", "Plan"),
            ("fee", ColumnKind::Number, "料金（円）", "Fee (yen)"),
            ("status", ColumnKind::Code, "状態", "Status"),
            ("ended", ColumnKind::Date, "終了日", "Ended"),
        ],
    },
];

/// Declares the operational streams; returns the lake's streams, those of the
/// published surveys included.
pub async fn declare(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    surveys: &HashMap<Topic, Arc<Version>>,
) -> anyhow::Result<HashMap<Kind, StreamSchema>> {
    let mut streams = HashMap::new();
    for table in &TABLES {
        let stream = Stream {
            id: app.chance.id(app.clock.now_ms()),
            kind: table.stream,
            key: table.key.to_owned(),
            label: company::names(table.ja, table.en),
            columns: table
                .columns
                .iter()
                .map(|(key, kind, ja, en)| Column {
                    key: (*key).to_owned(),
                    label: company::names(ja, en),
                    kind: *kind,
                    values: names::of(key),
                })
                .collect(),
            archived: false,
        };
        stream.check()?;
        people::insert_stream(conn, scope, &stream).await?;
        let fields: Vec<Field> = stream
            .columns
            .iter()
            .map(|column| Field::new(&column.key, column.kind.stored_as()))
            .collect();
        let schema = experience::register_stream(
            conn,
            scope,
            stream.id.as_str(),
            table.stream.word(),
            &fields,
        )
        .await?;
        streams.insert(table.kind, schema);
    }
    for (topic, version) in surveys {
        let stream = experience::stream(conn, scope, version.survey.as_str()).await?;
        streams.insert(Kind::Survey(*topic), stream.schema);
    }
    Ok(streams)
}
