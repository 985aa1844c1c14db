//! Speed of the text pipeline: Japanese comments of 40 characters, whole (language,
//! personal data, sentences, words, pairs, sentiment), without and with the topics of
//! the starter tree for contact centres, on one core. The bar is
//! 30,000 a second. Needs `cargo xtask dictionary`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use koe_analysis::text::topics::{TopicLimits, Trade};
use koe_analysis::text::{Analyser, Asked, Dictionary, Synonyms};

/// Ten comments of 40 characters each.
const COMMENTS: [&str; 10] = [
    "スタッフの対応がとても丁寧で、部屋も清潔だったので気持ちよく過ごせました。また来ます",
    "注文した商品がなかなか届かず、問い合わせの電話もつながらないので大変困りました。残念",
    "アプリの画面が見やすくなって操作も簡単になりましたが、時々落ちるのが気になっています",
    "レジの待ち時間が長すぎます。店員さんの数をもう少し増やしてほしいと思います。お願い。",
    "料理はどれも美味しくて量もちょうど良かったです。値段が少し高いのだけが残念でしたね。",
    "説明が分かりやすくて助かりました。初めてでしたが安心して手続きを終えることができた。",
    "駅から近くて便利ですが、壁が薄くて隣の部屋の声が聞こえるのであまり眠れませんでした",
    "担当の方が親身になって相談に乗ってくれました。こちらにお願いして本当に良かったです",
    "ポイントの使い方がよく分からないので、もっと分かりやすく案内していただきたいですね。",
    "特に不満はありません。いつも通りの品質で安心して買い物ができるお店だと思っています。",
];

fn japanese(criterion: &mut Criterion) {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../dictionary/dist/ipadic.zst"
    );
    let small = std::fs::read(path).expect("run `cargo xtask dictionary`");
    let bytes = zstd::bulk::decompress(&small, 200_000_000).expect("a whole dictionary");
    let dictionary = Dictionary::read(&bytes, &[]).expect("a dictionary of this version");
    let analyser = Analyser::new(Some(&dictionary), &Synonyms::new());
    let mut reader = analyser.reader();
    let comments: Vec<String> = COMMENTS
        .iter()
        .map(|comment| comment.chars().take(40).collect())
        .collect();
    let mut group = criterion.benchmark_group("text");
    group.throughput(Throughput::Elements(comments.len() as u64));
    group.bench_function("japanese_comments_of_40_characters", |bencher| {
        bencher.iter(|| {
            for comment in &comments {
                black_box(reader.analyse(comment, Asked::Open));
            }
        });
    });
    let topics = analyser
        .topics(&Trade::ContactCentre.topics(), &TopicLimits::default())
        .expect("the starter tree can be used");
    group.bench_function("the_same_with_topics", |bencher| {
        bencher.iter(|| {
            for comment in &comments {
                let analysis = reader.analyse(comment, Asked::Open);
                black_box(topics.find(comment, &analysis));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, japanese);
criterion_main!(benches);
