//! Files of every format there has been, kept for ever, must go on reading as what they were
//! written from.

use std::path::{Path, PathBuf};

use koe_lake::{
    FORMAT_VERSION, FieldsWanted, Order, RecordsQuestion, Row, SealedFile, Selection, Snapshot,
    Units,
};

use crate::shop::{Shop, answers, nps_by, pending, sealed, survey};

fn sample(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/formats/v{version}"))
}

/// A sample is a sealed file, its manifest entry and the rows it was made from.
#[tokio::test]
async fn a_sample_of_every_format_still_reads_as_the_rows_it_was_made_from() {
    for version in 1..=FORMAT_VERSION {
        let folder = sample(version);
        if version == FORMAT_VERSION
            && !folder.exists()
            && std::env::var_os("UPDATE_GOLDEN").is_some()
        {
            write_sample(&folder).await;
        }
        let text = |name: &str| {
            std::fs::read_to_string(folder.join(name))
                .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        };
        let rows: Vec<Row> = serde_json::from_str(&text("rows.json")).expect("rows");
        let entry: SealedFile =
            serde_json::from_str(&text("manifest.json")).expect("a manifest entry");
        assert_eq!(entry.format_version, version);

        let shop = Shop::open();
        let place = shop.folder.path().join(&entry.path);
        std::fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
        std::fs::copy(folder.join("sample.parquet"), place).expect("copied");
        assert_eq!(
            shop.lake.inspect(&entry.path).await.expect("inspected"),
            entry
        );

        let snapshot = sealed(vec![entry]);
        let asked = RecordsQuestion {
            streams: vec![survey()],
            selection: Selection::of(Units::All),
            fields: FieldsWanted::All,
            order: Order::OldestFirst,
            limit: 1_000,
            after: None,
        };
        let page = shop.lake.records(&asked, &snapshot).await.expect("a page");
        let found: Vec<Row> = page.records.into_iter().map(|record| record.row).collect();
        assert_eq!(found, rows, "v{version}");

        let by = nps_by(&[koe_lake::CommonColumn::Touchpoint]);
        let now = Snapshot {
            pending: pending(rows),
            ..Snapshot::default()
        };
        let then = shop.lake.ask(&by, &snapshot).await.expect("an answer");
        assert_eq!(
            then.groups,
            shop.lake.ask(&by, &now).await.expect("an answer").groups
        );
    }
}

async fn write_sample(folder: &Path) {
    let shop = Shop::open();
    let rows = answers(0..60);
    let files = shop.seal(&rows, "sample").await;
    std::fs::create_dir_all(folder).expect("a folder");
    std::fs::copy(
        shop.folder.path().join(&files[0].path),
        folder.join("sample.parquet"),
    )
    .expect("copied");
    let write =
        |name: &str, text: String| std::fs::write(folder.join(name), text + "\n").expect("written");
    write(
        "manifest.json",
        serde_json::to_string_pretty(&files[0]).expect("JSON"),
    );
    write(
        "rows.json",
        serde_json::to_string_pretty(&rows).expect("JSON"),
    );
}
