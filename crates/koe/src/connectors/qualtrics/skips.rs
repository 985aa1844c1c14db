//! Skip logic as jumps between pages.

use serde_json::Value;

use super::Conversion;
use super::flow::Layout;
use super::json::{entries, join, text};
use crate::surveys::Text;
use crate::surveys::document::{Skip, Target};

/// Where a jump leads.
#[derive(Clone)]
pub(super) enum Destination {
    End,
    /// After the block with this number.
    AfterBlock(usize),
    Question(String),
}

impl<'a> Conversion<'a> {
    pub(super) fn skips(
        &mut self,
        layout: &mut Layout<'a>,
        path: &str,
        element: &Value,
        block: usize,
    ) {
        let skips = element.get("SkipLogic").map(entries).unwrap_or_default();
        if skips.is_empty() {
            return;
        }
        // A jump happens when a page is left, so the question ends its page.
        self.close_page(layout);
        for (key, skip) in skips {
            let path = join(path, &key);
            let locator = match text(skip, "ChoiceLocator") {
                "" => text(skip, "Locator"),
                locator => locator,
            };
            let to = match text(skip, "SkipToDestination") {
                "ENDOFSURVEY" => Destination::End,
                "ENDOFBLOCK" => Destination::AfterBlock(block),
                id => Destination::Question(id.to_owned()),
            };
            match self.skip_test(locator, text(skip, "Condition")) {
                Ok(_) if self.document.pages.is_empty() => {}
                Ok(when) => layout
                    .jumps
                    .push((self.document.pages.len() - 1, when, to, path)),
                Err(reason) => self.ledger.unsupported(&path, reason),
            }
        }
    }

    /// Jumps get their pages once all pages are known.
    pub(super) fn jumps(&mut self, layout: Layout<'a>) {
        for (from, when, to, path) in layout.jumps {
            let number = match &to {
                Destination::End => Some(usize::MAX),
                Destination::AfterBlock(block) => layout.block_ends.get(*block).copied(),
                Destination::Question(id) => layout.begins.get(id).copied(),
            };
            let Some(number) = number.filter(|number| *number > from) else {
                self.ledger.unsupported(
                    &path,
                    Text::ja_en(
                        "飛び先がこの質問より後にありません。",
                        "The destination does not come after this question.",
                    ),
                );
                continue;
            };
            let to = match self.document.pages.get(number) {
                Some(page) => Target::Page(page.id.clone()),
                None => Target::End,
            };
            self.document.pages[from].skips.push(Skip { when, to });
            self.ledger.converted(&path);
        }
    }
}
