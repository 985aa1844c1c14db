//! The documents of the demo's surveys: two of its own, the others from the
//! templates that everybody has, under the company's name.

use serde_json::{Value, json};

use super::company::Company;
use super::truths::Topic;
use crate::surveys::{Document, templates};

/// The document of a survey.
///
/// # Errors
/// When a file cannot be read, which a test excludes.
pub fn document(topic: Topic) -> anyhow::Result<Document> {
    let company = Company::get();
    let (template, ja, en) = match topic {
        Topic::Purchase => return own(include_str!("surveys/purchase.json")),
        Topic::Delivery => return own(include_str!("surveys/delivery.json")),
        Topic::Contact => (
            "post_contact_ces",
            "お問い合わせ後のアンケート",
            "After your contact with us",
        ),
        Topic::Relational => (
            "nps_relational",
            "会員アンケート（年2回）",
            "Members' survey (twice a year)",
        ),
        Topic::Expectation => (
            "expectation_result",
            "使い始めの期待と結果",
            "First use: expectation and result",
        ),
        Topic::Pulse => (
            "employee_pulse",
            "スタッフアンケート（半年ごと）",
            "Staff survey (every half-year)",
        ),
    };
    let template = templates::get(template)
        .ok_or_else(|| anyhow::anyhow!("there is no template {template}"))?;
    let mut document = serde_json::to_value(&template.document)?;
    document["title"] = json!({ "ja": ja, "en": en });
    document["privacy"]["controller"] = json!(company.controller);
    // Longer than the three years that are made, so that nothing goes that is planted in them.
    document["privacy"]["retention_days"] = json!(1_460);
    document["theme"] = json!({ "accent": ACCENT });
    Ok(Document::from_value(document)?)
}

/// The green of the company's shopping bags.
const ACCENT: &str = "#2f6b57";

fn own(json: &str) -> anyhow::Result<Document> {
    let mut document: Value = serde_json::from_str(json)?;
    document["theme"] = json!({ "accent": ACCENT });
    Ok(Document::from_value(document)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surveys::check::check;

    #[test]
    fn the_documents_can_be_published_without_a_problem() {
        for topic in Topic::ALL {
            let document = document(topic).expect("a document");
            assert_eq!(check(&document), [], "{topic:?}");
        }
    }
}
