//! Every element of a survey file, counted from the file alone.
//!
//! An element is: the survey entry; each survey element; inside them each block, block
//! element, block option, skip, flow element, embedded-data field, choice (or statement),
//! answer (or scale point), column question, choice group, translation, logic and logic
//! expression, note, scoring category, survey option; and each further setting of a question
//! that says anything. Empty values (`null`, `false`, `""`, `[]`, `{}`) say nothing.

use serde_json::Value;

use super::json::{entries, is_blank, join, text, word};
use crate::connectors::report::Element;

/// What belongs to the question element itself.
pub(super) const OWN: [&str; 22] = [
    "QuestionText",
    "QuestionText_Unsafe",
    "QuestionTextUnsafe",
    "QuestionDescription",
    "QuestionID",
    "DataExportTag",
    "QuestionType",
    "Selector",
    "SubSelector",
    "Choices",
    "ChoiceOrder",
    "Answers",
    "AnswerOrder",
    "Language",
    "NextChoiceId",
    "NextAnswerId",
    "NumberOfQuestions",
    "AdditionalQuestions",
    "DisplayLogic",
    "InPageDisplayLogic",
    "SkipLogic",
    "ChoiceGroups",
];

/// The members of an object that hold logic.
const LOGIC: [&str; 6] = [
    "DisplayLogic",
    "InPageDisplayLogic",
    "BranchLogic",
    "ExclusionLogic",
    "Logic",
    "QuotaLogic",
];

/// All elements of a file, parents before what they hold, in the file's order.
pub fn elements(file: &Value) -> Vec<Element> {
    let mut found = Found(Vec::new());
    for (key, value) in entries(file) {
        let path = join("", &key);
        match key.as_str() {
            "SurveyEntry" => found.add(&path, "survey_entry", text(value, "SurveyName")),
            "SurveyElements" => {
                for (key, element) in entries(value) {
                    found.survey_element(&join(&path, &key), element);
                }
            }
            _ => found.add(&path, "part", &key),
        }
    }
    found.0
}

struct Found(Vec<Element>);

impl Found {
    fn add(&mut self, path: &str, kind: &'static str, name: &str) {
        self.0.push(Element {
            path: path.to_owned(),
            kind,
            name: name.chars().take(120).collect(),
        });
    }

    fn survey_element(&mut self, path: &str, element: &Value) {
        let code = text(element, "Element");
        let name = match text(element, "PrimaryAttribute") {
            "" => code,
            name => name,
        };
        let kind = match code {
            "SQ" => "question",
            "BL" => "blocks",
            "FL" => "flow",
            "SO" => "options",
            "SCO" => "scoring",
            "NT" => "notes",
            "QO" | "QG" => "quota",
            _ => "survey_element",
        };
        self.add(path, kind, name);
        let payload_path = join(path, "Payload");
        let Some(payload) = element.get("Payload") else {
            return;
        };
        match code {
            "SQ" => self.question(&payload_path, payload),
            "BL" => self.blocks(&payload_path, payload),
            "FL" => self.flow(&join(&payload_path, "Flow"), payload.get("Flow")),
            "SO" => self.members(&payload_path, Some(payload), "survey_option"),
            "NT" => self.members(&join(&payload_path, "Notes"), payload.get("Notes"), "note"),
            "SCO" => self.members(
                &join(&payload_path, "ScoringCategories"),
                payload.get("ScoringCategories"),
                "scoring_category",
            ),
            "QO" | "QG" => self.expressions(&payload_path, payload),
            _ => {}
        }
    }

    /// Each member that says something, as one element named by its key or its own name.
    fn members(&mut self, path: &str, value: Option<&Value>, kind: &'static str) {
        for (key, member) in value.map(entries).unwrap_or_default() {
            if !is_blank(member) {
                let name = word(member.get("ID")).unwrap_or_else(|| key.clone());
                self.add(&join(path, &key), kind, &name);
            }
        }
    }

    fn question(&mut self, path: &str, payload: &Value) {
        self.choices(&join(path, "Choices"), payload.get("Choices"), "choice");
        self.choices(&join(path, "Answers"), payload.get("Answers"), "answer");
        self.members(
            &join(path, "ChoiceGroups"),
            payload.get("ChoiceGroups"),
            "choice_group",
        );
        let columns_path = join(path, "AdditionalQuestions");
        for (key, column) in payload
            .get("AdditionalQuestions")
            .map(entries)
            .unwrap_or_default()
        {
            let path = join(&columns_path, &key);
            self.add(&path, "column_question", text(column, "DataExportTag"));
            self.question(&path, column);
        }
        self.members(
            &join(path, "Language"),
            payload.get("Language"),
            "translation",
        );
        self.logics(path, payload);
        self.skips(path, payload);
        for (key, setting) in entries(payload) {
            if !OWN.contains(&key.as_str()) && !is_blank(setting) {
                let path = join(path, &key);
                self.add(&path, "setting", &key);
                self.expressions(&path, setting);
            }
        }
    }

    fn choices(&mut self, path: &str, choices: Option<&Value>, kind: &'static str) {
        for (key, choice) in choices.map(entries).unwrap_or_default() {
            let path = join(path, &key);
            let name = match text(choice, "Display") {
                "" => &key,
                display => display,
            };
            self.add(&path, kind, name);
            self.logics(&path, choice);
        }
    }

    fn logics(&mut self, path: &str, holder: &Value) {
        for key in LOGIC {
            if let Some(logic) = holder.get(key).filter(|logic| !is_blank(logic)) {
                let path = join(path, key);
                self.add(&path, "logic", key);
                self.expressions(&path, logic);
            }
        }
    }

    /// Every logic expression at any depth.
    fn expressions(&mut self, path: &str, value: &Value) {
        for (key, member) in entries(value) {
            let path = join(path, &key);
            if is_expression(member) {
                let name = [text(member, "LeftOperand"), text(member, "Operator")].join(" ");
                self.add(&path, "logic_expression", name.trim());
            } else if member.is_object() || member.is_array() {
                self.expressions(&path, member);
            }
        }
    }

    fn skips(&mut self, path: &str, holder: &Value) {
        let path = join(path, "SkipLogic");
        for (key, skip) in holder.get("SkipLogic").map(entries).unwrap_or_default() {
            self.add(&join(&path, &key), "skip", text(skip, "SkipToDestination"));
        }
    }

    fn blocks(&mut self, path: &str, payload: &Value) {
        for (key, block) in entries(payload) {
            let path = join(path, &key);
            self.add(&path, "block", text(block, "Description"));
            let inside = join(&path, "BlockElements");
            for (key, element) in block.get("BlockElements").map(entries).unwrap_or_default() {
                let path = join(&inside, &key);
                let name = match text(element, "QuestionID") {
                    "" => text(element, "Type"),
                    id => id,
                };
                self.add(&path, "block_element", name);
                self.skips(&path, element);
                self.logics(&path, element);
            }
            self.members(
                &join(&path, "Options"),
                block.get("Options"),
                "block_option",
            );
            self.logics(&path, block);
        }
    }

    fn flow(&mut self, path: &str, flow: Option<&Value>) {
        for (key, element) in flow.map(entries).unwrap_or_default() {
            let path = join(path, &key);
            self.add(&path, "flow_element", text(element, "Type"));
            self.logics(&path, element);
            let fields = join(&path, "EmbeddedData");
            for (key, field) in element.get("EmbeddedData").map(entries).unwrap_or_default() {
                self.add(&join(&fields, &key), "embedded_field", text(field, "Field"));
            }
            self.flow(&join(&path, "Flow"), element.get("Flow"));
        }
    }
}

/// Whether an object is one test of a logic.
pub fn is_expression(value: &Value) -> bool {
    value.is_object() && (value.get("LogicType").is_some() || text(value, "Type") == "Expression")
}
