//! Texts in several languages, without markup, with piping in Koe's spelling.

use super::Conversion;
use super::tables::Row;
use crate::connectors::plain;
use crate::surveys::{Language, Text};

impl Conversion<'_> {
    /// One column of the rows that say a text, each in its language.
    pub(super) fn words(&mut self, path: &str, rows: &[&Row], column: &str) -> Text {
        let mut text = Text::default();
        for row in rows {
            let said = row.get(column);
            if said.trim().is_empty() {
                continue;
            }
            let language = self.language_of(row);
            let said = self.plain(path, said);
            text.set(language, said);
        }
        text
    }

    /// The language of a row; rows without one speak the base language.
    pub(super) fn language_of(&self, row: &Row) -> Language {
        let code = match row.get("surveyls_language") {
            "" => row.get("language"),
            code => code,
        };
        Language::parse(&code.replace('_', "-")).unwrap_or_else(|_| self.base.clone())
    }

    /// Text without markup; what is lost is stated at `path`.
    pub(super) fn plain(&mut self, path: &str, html: &str) -> String {
        let (cut, pipes) = self.cut_pipes(path, html);
        let read = plain::plain(&cut);
        if let Some(reason) = plain::said(&read.lost) {
            self.ledger.loss(path, reason);
        }
        plain::with_pipes(&read.text, &pipes)
    }

    fn cut_pipes(&mut self, path: &str, html: &str) -> (String, Vec<String>) {
        let mut out = String::with_capacity(html.len());
        let mut pipes = Vec::new();
        let mut rest = html;
        // Behind the last closing brace no expression ends.
        let behind = html.rfind('}').map_or(html.len(), |at| html.len() - at);
        while let Some(start) = rest.find('{') {
            let after = &rest[start + 1..];
            // A brace before a blank is a brace, not an expression.
            let begins = after.len() >= behind && !after.starts_with([' ', '\n', '\t', '\r']);
            let Some(end) = begins.then(|| after.find('}')).flatten() else {
                out.push_str(&rest[..=start]);
                rest = after;
                continue;
            };
            out.push_str(&rest[..start]);
            let inside = &after[..end];
            let name = inside.strip_prefix("INSERTANS:").unwrap_or(inside);
            let name = ["shown", "NAOK", "value", "code"]
                .iter()
                .find_map(|end| name.strip_suffix(end)?.strip_suffix('.'))
                .unwrap_or(name);
            let pipe = self
                .find(name)
                .and_then(|(asked, part)| match (asked, part) {
                    (asked, None) => asked.pipe(),
                    (super::logic::Asked::Parts(parts), Some(part)) => parts.get(part)?.pipe(),
                    _ => None,
                });
            let pipe = pipe.unwrap_or_else(|| {
                self.ledger.loss(
                    path,
                    Text::ja_en(
                        format!("式「{{{inside}}}」は再現できないため「…」にしました。"),
                        format!(
                            "The expression “{{{inside}}}” cannot be expressed; it became “…”."
                        ),
                    ),
                );
                "…".to_owned()
            });
            out.push_str(&plain::stand_in(pipes.len()));
            pipes.push(pipe);
            rest = &after[end + 1..];
        }
        out.push_str(rest);
        (out, pipes)
    }
}
