//! Several measures in one pass.

use koe_lake::{Error, Measure, ProfileQuestion, Selection, Units};

use crate::shop::{Shop, answers, nps_by, sealed, survey};

#[tokio::test]
async fn several_measures_read_a_file_once_and_share_what_is_kept_of_it() {
    let shop = Shop::open();
    let snapshot = sealed(shop.seal(&answers(0..200), "f1").await);
    let files = snapshot.files.len();
    let profile = ProfileQuestion {
        stream: survey(),
        measures: vec![
            Measure::Count,
            Measure::Histogram("nps".to_owned()),
            Measure::CodeShare("reason".to_owned()),
        ],
        selection: Selection::of(Units::All),
    };
    let first = shop.lake.profile(&profile, &snapshot).await.expect("it");
    assert_eq!(first.work.files_read, files);
    let alone = shop
        .lake
        .ask(&nps_by(&[]), &snapshot)
        .await
        .expect("an answer");
    assert_eq!(alone.work.files_read, 0, "the profile kept it");
    assert_eq!(alone.total(), first.groups[1]);
    let again = shop.lake.profile(&profile, &snapshot).await.expect("it");
    assert_eq!(
        (again.work.files_read, again.work.files_remembered),
        (0, files)
    );
    assert_eq!(again.groups, first.groups);

    let mut unknown = profile;
    unknown.measures.push(Measure::Number("gone".to_owned()));
    let refused = shop.lake.profile(&unknown, &snapshot).await;
    assert!(matches!(refused, Err(Error::UnknownField { .. })));
}
