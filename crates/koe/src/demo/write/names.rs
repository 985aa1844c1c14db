//! What the company calls its codes, in both languages.

use std::collections::BTreeMap;

use crate::demo::company::{Company, names};

/// Attribute or column, code, Japanese, English.
const NAMES: &[(&str, &str, &str, &str)] = &[
    ("payment", "card", "クレジットカード", "Card"),
    ("payment", "wallet", "スマートフォン決済", "Mobile wallet"),
    ("payment", "cash", "現金", "Cash"),
    (
        "payment",
        "cash_on_delivery",
        "代金引換",
        "Cash on delivery",
    ),
    ("reason", "defect", "不具合", "Defect"),
    ("reason", "how_to", "使い方", "How to use"),
    ("reason", "order_change", "注文の変更", "Order change"),
    ("reason", "delivery", "配送", "Delivery"),
    ("reason", "returns", "返品", "Returns"),
    ("reason", "membership", "会員登録", "Membership"),
    ("reason", "repair", "修理", "Repair"),
    ("plan", "monthly", "月1回", "Monthly"),
    ("plan", "fortnightly", "2週に1回", "Fortnightly"),
    ("plan", "warranty", "延長保証", "Warranty"),
    ("status", "active", "契約中", "Active"),
    ("status", "ended", "終了", "Ended"),
    ("age_band", "under_30", "29歳以下", "Under 30"),
    ("age_band", "30s", "30代", "30s"),
    ("age_band", "40s", "40代", "40s"),
    ("age_band", "50s", "50代", "50s"),
    ("age_band", "60s", "60代", "60s"),
    ("age_band", "70_up", "70歳以上", "70 and over"),
    ("rank", "regular", "レギュラー", "Regular"),
    ("rank", "silver", "シルバー", "Silver"),
    ("rank", "gold", "ゴールド", "Gold"),
    ("language", "ja", "日本語", "Japanese"),
    ("language", "en", "英語", "English"),
    ("prefecture", "aichi", "愛知県", "Aichi"),
    ("prefecture", "chiba", "千葉県", "Chiba"),
    ("prefecture", "fukuoka", "福岡県", "Fukuoka"),
    ("prefecture", "gunma", "群馬県", "Gunma"),
    ("prefecture", "hiroshima", "広島県", "Hiroshima"),
    ("prefecture", "hyogo", "兵庫県", "Hyogo"),
    ("prefecture", "ibaraki", "茨城県", "Ibaraki"),
    ("prefecture", "ishikawa", "石川県", "Ishikawa"),
    ("prefecture", "kagawa", "香川県", "Kagawa"),
    ("prefecture", "kagoshima", "鹿児島県", "Kagoshima"),
    ("prefecture", "kanagawa", "神奈川県", "Kanagawa"),
    ("prefecture", "kumamoto", "熊本県", "Kumamoto"),
    ("prefecture", "kyoto", "京都府", "Kyoto"),
    ("prefecture", "nagano", "長野県", "Nagano"),
    ("prefecture", "nara", "奈良県", "Nara"),
    ("prefecture", "okayama", "岡山県", "Okayama"),
    ("prefecture", "osaka", "大阪府", "Osaka"),
    ("prefecture", "saitama", "埼玉県", "Saitama"),
    ("prefecture", "shizuoka", "静岡県", "Shizuoka"),
    ("prefecture", "tokyo", "東京都", "Tokyo"),
];

/// Names of the codes of an attribute or a column of a stream; none when its
/// values are no codes.
pub fn of(key: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    if key == "home_store" {
        let stores = Company::get().stores.iter();
        return stores
            .map(|store| (store.code.clone(), store.name()))
            .collect();
    }
    NAMES
        .iter()
        .filter(|(of, ..)| *of == key)
        .map(|(_, code, ja, en)| ((*code).to_owned(), names(ja, en)))
        .collect()
}
