//! Blocks and flow as pages, in the order people meet them.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Conversion;
use super::json::{entries, is_blank, join, text};
use super::logic::all;
use super::skips::Destination;
use crate::connectors::fit;
use crate::surveys::Text;
use crate::surveys::document::{Condition, Ending, Page, Question, Skip, Target};

/// The pages while they are laid out.
#[derive(Default)]
pub(super) struct Layout<'a> {
    blocks: HashMap<String, (String, &'a Value)>,
    /// Blocks already shown.
    shown: HashSet<String>,
    /// The page being filled.
    open: Vec<Question>,
    /// The file's ids of the questions on it.
    open_ids: HashSet<String>,
    /// Conditions of the branches around the current place.
    guards: Vec<Condition>,
    /// Conditions under which the survey ended before, where no jump could say it.
    ended: Vec<Condition>,
    /// The guards of each finished page.
    page_guards: Vec<Vec<Condition>>,
    /// Jumps whose page is not yet known: (page, condition, destination, place in the file).
    pub(super) jumps: Vec<(usize, Condition, Destination, String)>,
    /// The number of the page that begins with a question or ends a block.
    pub(super) begins: HashMap<String, usize>,
    pub(super) block_ends: Vec<usize>,
    over: bool,
}

impl<'a> Conversion<'a> {
    pub(super) fn flow_and_blocks(&mut self, elements: &'a Value) {
        let mut layout = Layout::default();
        let mut flow = None;
        let mut order = Vec::new();
        for (key, element) in entries(elements) {
            let path = join(&join("/SurveyElements", &key), "Payload");
            let Some(payload) = element.get("Payload") else {
                continue;
            };
            match text(element, "Element") {
                "BL" => {
                    self.ledger.converted(&join("/SurveyElements", &key));
                    for (key, block) in entries(payload) {
                        let path = join(&path, &key);
                        let id = text(block, "ID").to_owned();
                        if text(block, "Type") == "Trash" {
                            self.trash(&path, block);
                        } else if layout
                            .blocks
                            .insert(id.clone(), (path.clone(), block))
                            .is_none()
                        {
                            order.push(id);
                        }
                    }
                }
                "FL" if flow.is_none() => {
                    self.ledger.converted(&join("/SurveyElements", &key));
                    flow = payload.get("Flow").map(|flow| (join(&path, "Flow"), flow));
                }
                _ => {}
            }
        }
        match flow {
            Some((path, flow)) => self.flow(&mut layout, &path, flow),
            // A file without a flow shows its blocks in their order.
            None => order.iter().for_each(|id| self.block(&mut layout, id)),
        }
        for id in order {
            if let Some((path, _)) = layout
                .blocks
                .get(&id)
                .filter(|_| !layout.shown.contains(&id))
            {
                self.ledger.unsupported(
                    path,
                    Text::ja_en(
                        "調査フローに含まれないブロックです。",
                        "The survey flow does not show this block.",
                    ),
                );
            }
        }
        self.close_page(&mut layout);
        self.jumps(layout);
        if self.document.pages.is_empty() {
            let id = self.names.id("p1");
            self.document.pages.push(Page::new(id, Vec::new()));
        }
    }

    fn trash(&mut self, path: &str, block: &Value) {
        let reason = Text::ja_en(
            "ごみ箱に入っていた要素です。回答者には表示されません。",
            "It lay in the trash and was not shown to anyone.",
        );
        self.ledger.unsupported(path, reason.clone());
        for (_, element) in block.get("BlockElements").map(entries).unwrap_or_default() {
            if let Some((path, _)) = self.questions.get(text(element, "QuestionID")) {
                let path = path.clone();
                self.ledger.unsupported(&path, reason.clone());
            }
        }
    }

    fn flow(&mut self, layout: &mut Layout<'a>, path: &str, flow: &'a Value) {
        for (key, element) in entries(flow) {
            let path = join(path, &key);
            if layout.over {
                self.ledger.unsupported(
                    &path,
                    Text::ja_en(
                        "無条件の終了より後にあるため、表示されません。",
                        "It comes after an unconditional end and is never shown.",
                    ),
                );
                continue;
            }
            self.flow_element(layout, &path, element);
        }
    }

    fn flow_element(&mut self, layout: &mut Layout<'a>, path: &str, element: &'a Value) {
        let inside = join(path, "Flow");
        let nested = element.get("Flow");
        match text(element, "Type") {
            "Block" | "Standard" | "Default" => {
                let id = text(element, "ID").to_owned();
                if !layout.blocks.contains_key(&id) {
                    self.ledger.unsupported(
                        path,
                        Text::ja_en(
                            format!("ブロック「{id}」がファイルにありません。"),
                            format!("The file has no block “{id}”."),
                        ),
                    );
                } else if layout.shown.contains(&id) {
                    self.ledger.unsupported(
                        path,
                        Text::ja_en(
                            "同じブロックが二度目に現れる場所です。Koeでは一度だけ質問します。",
                            "The block's second appearance; Koe asks it once.",
                        ),
                    );
                } else {
                    self.ledger.converted(path);
                    self.block(layout, &id);
                }
            }
            "Group" => {
                self.ledger.converted(path);
                if let Some(nested) = nested {
                    self.flow(layout, &inside, nested);
                }
            }
            "Branch" => self.branch(layout, path, element),
            "BlockRandomizer" | "Randomizer" => {
                self.ledger.loss(
                    path,
                    Text::ja_en(
                        "順序や抽出のランダム化はせず、書かれた順にすべて表示します。",
                        "Nothing is randomised: all of it is shown in the written order.",
                    ),
                );
                if let Some(nested) = nested {
                    self.flow(layout, &inside, nested);
                }
            }
            "EmbeddedData" => self.embedded_data(path, element),
            "EndSurvey" => self.end(layout, path, element),
            kind => {
                // What stands inside is still asked; the element itself has no counterpart.
                let reason = Text::ja_en(
                    format!("調査フローの「{kind}」には対応していません。"),
                    format!("The flow element “{kind}” is not supported."),
                );
                match nested.filter(|nested| !is_blank(nested)) {
                    Some(nested) => {
                        self.ledger.loss(path, reason);
                        self.flow(layout, &inside, nested);
                    }
                    None => self.ledger.unsupported(path, reason),
                }
            }
        }
    }

    fn branch(&mut self, layout: &mut Layout<'a>, path: &str, element: &'a Value) {
        self.close_page(layout);
        let logic = element.get("BranchLogic").filter(|logic| !is_blank(logic));
        let condition = logic.and_then(|logic| self.logic(&join(path, "BranchLogic"), logic));
        let condition = condition.filter(|condition| {
            let around = layout.guards.iter().chain(&layout.ended).cloned();
            fit::is_small_enough(&all(around.chain([condition.clone()]).collect()))
        });
        self.ledger.converted(path);
        let guarded = condition.is_some();
        match condition {
            Some(condition) => layout.guards.push(condition),
            None => self.ledger.loss(
                path,
                Text::ja_en(
                    "分岐条件を表現できないため、中身は全員に表示されます。",
                    "The condition cannot be expressed; everyone is shown what is inside.",
                ),
            ),
        }
        if let Some(nested) = element.get("Flow") {
            // Without its condition, an end inside would end the survey for everyone.
            if guarded || !holds_end(nested) {
                self.flow(layout, &join(path, "Flow"), nested);
            } else {
                self.ledger.unsupported(
                    path,
                    Text::ja_en(
                        "条件なしでは全員の回答が終わってしまうため、分岐ごと保存しました。",
                        "Without its condition the branch would end the survey for everyone.",
                    ),
                );
                self.hide_blocks(layout, nested);
            }
        }
        self.close_page(layout);
        if guarded {
            layout.guards.pop();
        }
    }

    /// Blocks inside a branch that is kept as a whole count as dealt with.
    fn hide_blocks(&mut self, layout: &mut Layout<'a>, flow: &'a Value) {
        for (_, element) in entries(flow) {
            let id = text(element, "ID");
            if let Some((path, block)) = layout.blocks.get(id).cloned()
                && layout.shown.insert(id.to_owned())
            {
                let reason = Text::ja_en(
                    "保存した分岐の中のブロックです。",
                    "A block inside a branch that is kept verbatim.",
                );
                self.ledger.unsupported(&path, reason.clone());
                for (_, member) in block.get("BlockElements").map(entries).unwrap_or_default() {
                    if let Some((path, _)) = self.questions.get(text(member, "QuestionID")) {
                        let path = path.clone();
                        self.ledger.unsupported(&path, reason.clone());
                    }
                }
            }
            if let Some(nested) = element.get("Flow") {
                self.hide_blocks(layout, nested);
            }
        }
    }

    fn end(&mut self, layout: &mut Layout<'a>, path: &str, element: &Value) {
        self.close_page(layout);
        self.ledger.converted(path);
        let options = element.get("Options").unwrap_or(&Value::Null);
        let target = match self.link(text(options, "EOSRedirectURL")) {
            Some(link) => {
                let id = self.names.id("end");
                self.document.endings.push(Ending {
                    id: id.clone(),
                    when: Some(Condition::Any { any: Vec::new() }),
                    title: Text::default(),
                    message: Text::default(),
                    link: Some(link),
                });
                self.ledger.loss(
                    path,
                    Text::ja_en(
                        "自動転送はせず、終了画面のリンクにしました。",
                        "People are not sent on by themselves; the ending has a link.",
                    ),
                );
                Target::Ending(id)
            }
            None => Target::End,
        };
        if !is_blank(options) && matches!(target, Target::End) {
            self.ledger.loss(
                path,
                Text::ja_en(
                    "終了画面の個別設定（ライブラリの文言など）は引き継ぎません。",
                    "The ending's own options (library messages and the like) are not kept.",
                ),
            );
        }
        let guards = layout.guards.clone();
        match layout.page_guards.last() {
            Some(before) if guards.starts_with(before) => {
                let when = all(guards[before.len()..].to_vec());
                if let Some(page) = self.document.pages.last_mut() {
                    page.skips.push(Skip { when, to: target });
                }
            }
            _ if guards.is_empty() => {}
            _ => {
                let passed = Condition::Not {
                    not: Box::new(all(guards.clone())),
                };
                let ended = layout.ended.iter().cloned().chain([passed.clone()]);
                // Every page that follows carries these conditions.
                if fit::is_small_enough(&all(ended.collect())) {
                    layout.ended.push(passed);
                } else {
                    self.ledger.unsupported(
                        path,
                        Text::ja_en(
                            "条件が上限を超えるため、ここでの終了は行いません。",
                            "The conditions are too many; the survey does not end here.",
                        ),
                    );
                }
            }
        }
        layout.over = guards.is_empty();
    }

    fn block(&mut self, layout: &mut Layout<'a>, id: &str) {
        let Some((path, block)) = layout.blocks.get(id).cloned() else {
            return;
        };
        layout.shown.insert(id.to_owned());
        self.ledger.converted(&path);
        self.block_options(&join(&path, "Options"), block.get("Options"));
        let looping = block
            .get("Options")
            .and_then(|options| options.get("Looping"));
        if looping.is_some_and(|kind| !is_blank(kind) && kind != "None") {
            self.ledger.loss(
                &path,
                Text::ja_en(
                    "繰り返し（ループ＆マージ）はせず、一度だけ質問します。",
                    "Its loop is lost: the block is asked once.",
                ),
            );
        }
        let number = layout.block_ends.len();
        layout.block_ends.push(usize::MAX);
        let list = join(&path, "BlockElements");
        let elements = block.get("BlockElements").map(entries).unwrap_or_default();
        let payloads = elements
            .iter()
            .filter_map(|(_, element)| self.questions.get(text(element, "QuestionID")))
            .map(|(_, payload)| *payload);
        let destinations: HashSet<&str> = elements
            .iter()
            .map(|(_, element)| *element)
            .chain(payloads)
            .flat_map(|holder| holder.get("SkipLogic").map(entries).unwrap_or_default())
            .map(|(_, skip)| text(skip, "SkipToDestination"))
            .collect();
        for (key, element) in &elements {
            let path = join(&list, key);
            match text(element, "Type") {
                "Question" => {
                    let id = text(element, "QuestionID");
                    if destinations.contains(id) {
                        self.close_page(layout);
                        layout
                            .begins
                            .insert(id.to_owned(), self.document.pages.len());
                    }
                    let first = !self.asked.contains_key(id);
                    self.placed_question(layout, &path, id);
                    self.skips(layout, &join(&path, "SkipLogic"), element, number);
                    // Some exporters write the jumps into the question instead.
                    let own = self.questions.get(id).filter(|_| first).cloned();
                    if let Some((path, payload)) = own {
                        let path = join(&join(&path, "Payload"), "SkipLogic");
                        self.skips(layout, &path, payload, number);
                    }
                }
                "Page Break" | "PageBreak" => {
                    self.ledger.converted(&path);
                    self.close_page(layout);
                }
                _ => {}
            }
        }
        // Each block begins on a page of its own, as it does where it comes from.
        self.close_page(layout);
        layout.block_ends[number] = self.document.pages.len();
    }

    fn placed_question(&mut self, layout: &mut Layout<'a>, path: &str, id: &str) {
        let Some((question_path, payload)) = self.questions.get(id).cloned() else {
            self.ledger.unsupported(
                path,
                Text::ja_en(
                    format!("質問{id}がファイルにありません。"),
                    format!("The file has no question {id}."),
                ),
            );
            return;
        };
        if self.asked.contains_key(id) {
            self.ledger.unsupported(
                path,
                Text::ja_en(
                    "同じ質問が二度目に現れる場所です。",
                    "The question's second appearance.",
                ),
            );
            return;
        }
        self.ledger.converted(path);
        // What is piped in must have been answered on a page before.
        let written = payload.to_string();
        let piped = written
            .match_indices("${q://")
            .filter_map(|(at, start)| written[at + start.len()..].split('/').next())
            .any(|id| layout.open_ids.contains(id));
        if piped {
            self.close_page(layout);
        }
        let questions = self.question(&question_path, id, payload);
        layout.open_ids.insert(id.to_owned());
        layout.open.extend(questions);
    }

    pub(super) fn close_page(&mut self, layout: &mut Layout<'a>) {
        layout.open_ids.clear();
        if layout.open.is_empty() {
            return;
        }
        let id = self
            .names
            .id(&format!("p{}", self.document.pages.len() + 1));
        let mut page = Page::new(id, std::mem::take(&mut layout.open));
        let conditions: Vec<Condition> =
            layout.guards.iter().chain(&layout.ended).cloned().collect();
        page.show_if = (!conditions.is_empty()).then(|| all(conditions.clone()));
        self.document.pages.push(page);
        layout.page_guards.push(conditions);
    }
}

/// Whether a flow can end the survey.
fn holds_end(flow: &Value) -> bool {
    entries(flow).iter().any(|(_, element)| {
        text(element, "Type") == "EndSurvey" || element.get("Flow").is_some_and(holds_end)
    })
}
