//! Embedded data as hidden fields.

use serde_json::Value;

use super::Conversion;
use super::json::{entries, join, text, word};
use crate::surveys::Text;
use crate::surveys::document::{HiddenField, HiddenKind};

impl Conversion<'_> {
    pub(super) fn embedded_data(&mut self, path: &str, element: &Value) {
        self.ledger.converted(path);
        let list = join(path, "EmbeddedData");
        for (key, field) in element.get("EmbeddedData").map(entries).unwrap_or_default() {
            let path = join(&list, &key);
            let name = text(field, "Field");
            if name.is_empty() {
                continue;
            }
            self.ledger.converted(&path);
            if !self.fields.contains_key(name) {
                let compared = self.numeric.contains(name);
                let kind = match text(field, "VariableType") {
                    _ if compared => HiddenKind::Number,
                    "Scale" | "Numeric" | "Number" => HiddenKind::Number,
                    "Nominal" | "Ordinal" => HiddenKind::Code,
                    _ => HiddenKind::Text,
                };
                let id = self.names.id(name);
                self.document.hidden_fields.push(HiddenField {
                    id: id.clone(),
                    field: None,
                    label: Text::of(self.base.clone(), name),
                    kind,
                    allowed: Vec::new(),
                    signed: false,
                });
                self.fields.insert(name.to_owned(), (id, kind));
            }
            if let Some(value) = word(field.get("Value")).filter(|value| !value.is_empty()) {
                self.ledger.loss(
                    &path,
                    Text::ja_en(
                        format!("フロー内での値の設定「{value}」は行われません。値はリンクから渡します。"),
                        format!("The flow's value “{value}” is not set; links bring the value."),
                    ),
                );
            }
        }
    }
}
