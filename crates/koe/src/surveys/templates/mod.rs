//! Surveys to start from: whole documents in Japanese and English, ready to publish.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{Document, Text};

/// A survey to start from.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SurveyTemplate)]
pub struct Template {
    /// Stable id (`nps_relational`).
    pub id: &'static str,
    /// What it is called.
    pub name: Text,
    /// When it fits and what it measures.
    pub description: Text,
    /// The survey.
    pub document: Document,
}

/// A template as its file holds it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: Text,
    description: Text,
    document: Document,
}

const FILES: [(&str, &str); 6] = [
    ("nps_relational", include_str!("nps_relational.json")),
    ("post_contact_ces", include_str!("post_contact_ces.json")),
    (
        "post_purchase_csat",
        include_str!("post_purchase_csat.json"),
    ),
    ("onboarding_day30", include_str!("onboarding_day30.json")),
    ("employee_pulse", include_str!("employee_pulse.json")),
    (
        "expectation_result",
        include_str!("expectation_result.json"),
    ),
];

static ALL: LazyLock<Vec<Template>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|(id, json)| {
            let written: Written =
                serde_json::from_str(json).expect("the templates are read by a test");
            Template {
                id,
                name: written.name,
                description: written.description,
                document: written.document,
            }
        })
        .collect()
});

/// Every template, the most general first.
pub fn all() -> &'static [Template] {
    &ALL
}

/// The template with this id.
pub fn get(id: &str) -> Option<&'static Template> {
    all().iter().find(|template| template.id == id)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::surveys::answers::Fields;
    use crate::surveys::check::check;
    use crate::surveys::document::{Identity, Kind, Language, ProgrammeKind};
    use crate::surveys::logic::Flow;
    use crate::surveys::samples::answers;

    #[test]
    fn templates_have_no_problem_at_all() {
        for template in all() {
            assert_eq!(check(&template.document), [], "{}", template.id);
            for language in [Language::ja(), Language::en()] {
                assert!(template.name.exact(&language).is_some());
                assert!(template.description.exact(&language).is_some());
            }
        }
    }

    #[test]
    fn templates_measure_what_they_say() {
        let has = |id: &str, kind: &str| {
            get(id)
                .unwrap()
                .document
                .questions()
                .any(|question| question.kind.name() == kind)
        };
        for (id, kind) in [
            ("nps_relational", "nps"),
            ("post_contact_ces", "ces"),
            ("post_purchase_csat", "csat"),
            ("onboarding_day30", "csat"),
            ("employee_pulse", "nps"),
            ("expectation_result", "expectation"),
        ] {
            assert!(has(id, kind), "{id} {kind}");
        }
        let relational = &get("nps_relational").unwrap().document;
        assert_eq!(relational.programme.kind, ProgrammeKind::Relational);
        let employees = &get("employee_pulse").unwrap().document;
        assert_eq!(employees.programme.identity, Identity::Confidential);
        assert!(
            !employees
                .questions()
                .any(|question| matches!(question.kind, Kind::Consent(_)))
        );
    }

    /// The pages and the ending some answers lead to.
    fn way(id: &str, given: serde_json::Value) -> (Vec<&'static str>, &'static str) {
        let flow = Flow::new(&get(id).unwrap().document);
        let walk = flow.walk(&answers(given), &Fields::new());
        let pages = walk
            .visits
            .iter()
            .map(|visit| visit.page.id.as_str())
            .collect();
        (pages, walk.ending.map_or("", |ending| ending.id.as_str()))
    }

    #[test]
    fn templates_ask_each_person_only_what_concerns_them() {
        for (id, given, pages, ending) in [
            (
                "nps_relational",
                json!({"nps": 3}),
                vec!["recommendation", "reason", "drivers", "contact"],
                "sorry",
            ),
            (
                "nps_relational",
                json!({"nps": 10}),
                vec!["recommendation", "reason", "drivers"],
                "promoter",
            ),
            (
                "nps_relational",
                json!({"nps": 7}),
                vec!["recommendation", "reason", "drivers"],
                "thanks",
            ),
            (
                "post_contact_ces",
                json!({"ces": 7, "fcr": "first"}),
                vec!["effort", "resolution", "agent"],
                "thanks",
            ),
            (
                "post_contact_ces",
                json!({"ces": 2, "fcr": "first"}),
                vec!["effort", "resolution", "cause", "agent"],
                "thanks",
            ),
            (
                "post_contact_ces",
                json!({"ces": 2, "fcr": "unresolved"}),
                vec!["effort", "resolution", "cause", "agent", "call_back"],
                "unresolved",
            ),
            (
                "post_purchase_csat",
                json!({"satisfaction": 1}),
                vec!["overall", "why", "aspects", "feeling"],
                "sorry",
            ),
            (
                "onboarding_day30",
                json!({"usage": "not_started"}),
                vec!["status", "blocked"],
                "support",
            ),
            (
                "onboarding_day30",
                json!({"usage": "regular"}),
                vec!["status", "first_steps", "results"],
                "thanks",
            ),
            (
                "employee_pulse",
                json!({"enps": 2}),
                vec!["recommendation", "work", "words"],
                "thanks",
            ),
            (
                "expectation_result",
                json!({"experience": {"expectation": 8, "result": 4}}),
                vec!["pair", "why", "origin"],
                "sorry",
            ),
        ] {
            assert_eq!(way(id, given.clone()), (pages, ending), "{id} {given}");
        }
    }
}
