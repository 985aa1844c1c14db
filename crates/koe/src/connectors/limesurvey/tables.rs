//! A structure file as tables of rows, and its inventory.
//!
//! An element is: the header's type, version and languages; each non-empty column of the
//! survey's own settings and texts; each row of every other table; each member of what is no
//! table (themes).

use std::collections::HashMap;
use std::ops::Range;

use roxmltree::{Document as Xml, Node, ParsingOptions};

use crate::connectors::report::Element;
use crate::surveys::Text;

/// The most XML nodes that are read; a survey of a thousand questions has some hundred thousand.
const MOST_NODES: u32 = 4_000_000;

/// One row of a table.
#[derive(Debug, Clone)]
pub struct Row {
    pub path: String,
    cells: Vec<(String, String)>,
}

impl Row {
    /// A column's text; empty when the column is absent.
    pub fn get(&self, column: &str) -> &str {
        self.cells
            .iter()
            .find(|(name, _)| name == column)
            .map_or("", |(_, text)| text.as_str())
    }

    /// A column as a whole number; 0 when it is none.
    pub fn number(&self, column: &str) -> i64 {
        self.get(column).trim().parse().unwrap_or(0)
    }

    /// The non-empty columns.
    pub fn filled(&self) -> impl Iterator<Item = (&str, &str)> {
        self.cells
            .iter()
            .filter(|(_, text)| !text.trim().is_empty())
            .map(|(name, text)| (name.as_str(), text.as_str()))
    }
}

/// A structure file.
pub struct Tables {
    /// `Survey`, `Group` or `Question`.
    pub kind: String,
    /// Language codes of the header.
    pub languages: Vec<String>,
    /// Every element of the file.
    pub elements: Vec<Element>,
    tables: HashMap<String, Vec<Row>>,
    places: HashMap<String, Range<usize>>,
}

impl Tables {
    /// Reads a file.
    ///
    /// # Errors
    /// A sentence for a person when it is no structure file.
    pub fn read(xml: &str) -> Result<Self, Text> {
        let options = ParsingOptions {
            // Document types bring entities, and entities bring bombs and foreign files.
            allow_dtd: false,
            nodes_limit: MOST_NODES,
            ..ParsingOptions::default()
        };
        let document = Xml::parse_with_options(xml, options).map_err(|error| match error {
            roxmltree::Error::DtdDetected => Text::ja_en(
                "DTD（文書型宣言・実体宣言）を含むXMLは受け付けません。",
                "XML with a document type (DTD, entities) is not accepted.",
            ),
            roxmltree::Error::NodesLimitReached => {
                Text::ja_en("XMLの要素が多すぎます。", "The XML has too many nodes.")
            }
            error => Text::ja_en(
                format!("XMLとして読めません（{error}）。"),
                format!("This is not readable XML: {error}."),
            ),
        })?;
        let root = document.root_element();
        let kind = child_text(root, "LimeSurveyDocType");
        if root.tag_name().name() != "document" || kind.is_empty() {
            return Err(Text::ja_en(
                "LimeSurveyDocTypeがないため、LimeSurveyの調査構造ファイルではありません。",
                "There is no LimeSurveyDocType in it, so it is no LimeSurvey structure file.",
            ));
        }
        if !matches!(kind.as_str(), "Survey" | "Group" | "Question") {
            return Err(Text::ja_en(
                format!("LimeSurveyの「{kind}」ファイルは調査の定義ではありません。"),
                format!("A LimeSurvey file of the type “{kind}” holds no survey definition."),
            ));
        }
        let mut read = Self {
            kind,
            languages: Vec::new(),
            elements: Vec::new(),
            tables: HashMap::new(),
            places: HashMap::new(),
        };
        for part in root.children().filter(Node::is_element) {
            read.part(part);
        }
        Ok(read)
    }

    /// The rows of a table.
    pub fn rows(&self, table: &str) -> &[Row] {
        self.tables.get(table).map_or(&[], Vec::as_slice)
    }

    /// Where in the file an element stands.
    pub fn place(&self, path: &str) -> Option<Range<usize>> {
        self.places.get(path).cloned()
    }

    fn add(&mut self, path: &str, kind: &'static str, name: &str, node: Node<'_, '_>) {
        self.elements.push(Element {
            path: path.to_owned(),
            kind,
            name: name.trim().chars().take(120).collect(),
        });
        self.places.insert(path.to_owned(), node.range());
    }

    fn part(&mut self, part: Node<'_, '_>) {
        let name = part.tag_name().name().to_owned();
        let rows = part.children().find(|child| child.has_tag_name("rows"));
        let Some(rows) = rows else {
            let members: Vec<_> = part.children().filter(Node::is_element).collect();
            if members.is_empty() {
                self.add(&format!("/{name}"), "header", &name, part);
            }
            for (number, member) in members.into_iter().enumerate() {
                let path = format!("/{name}/{}", number + 1);
                let words = member.text().unwrap_or_default().trim();
                if name == "languages" {
                    self.languages.push(words.to_owned());
                    self.add(&path, "language", words, member);
                } else {
                    self.add(&path, "part", &name, member);
                }
            }
            return;
        };
        // A table that stands twice is one table; its rows are numbered on.
        let before = self.rows(&name).len();
        let mut list = Vec::new();
        for (number, row) in rows
            .children()
            .filter(|c| c.has_tag_name("row"))
            .enumerate()
        {
            let path = format!("/{name}/{}", before + number + 1);
            let cells: Vec<(String, String)> = row
                .children()
                .filter(Node::is_element)
                .map(|cell| (cell.tag_name().name().to_owned(), all_text(cell)))
                .collect();
            let own = Row {
                path: path.clone(),
                cells,
            };
            match name.as_str() {
                "surveys" | "surveys_languagesettings" => {
                    let kind = if name == "surveys" {
                        "survey_setting"
                    } else {
                        "survey_text"
                    };
                    let cells = row.children().filter(Node::is_element);
                    for (cell, (column, words)) in cells.zip(&own.cells) {
                        if !words.trim().is_empty() {
                            self.add(&format!("{path}/{column}"), kind, column, cell);
                        }
                    }
                }
                _ => self.add(&path, kind_of(&name), &name_of(&name, &own), row),
            }
            list.push(own);
        }
        self.tables.entry(name).or_default().extend(list);
    }
}

fn child_text(node: Node<'_, '_>, name: &str) -> String {
    node.children()
        .find(|child| child.has_tag_name(name))
        .map(all_text)
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// All text of a cell, in as many pieces as it came.
fn all_text(node: Node<'_, '_>) -> String {
    node.children().filter_map(|child| child.text()).collect()
}

fn kind_of(table: &str) -> &'static str {
    match table {
        "groups" => "group",
        "questions" => "question",
        "subquestions" => "subquestion",
        "answers" => "answer",
        "group_l10ns" | "question_l10ns" | "answer_l10ns" => "text",
        "question_attributes" => "question_attribute",
        "conditions" => "condition",
        "defaultvalues" | "defaultvalue_l10ns" | "defaultvalues_l10ns" => "default_value",
        "quota" | "quota_members" | "quota_languagesettings" => "quota",
        "assessments" => "assessment",
        "survey_url_parameters" => "url_parameter",
        "plugin_settings" => "plugin_setting",
        _ => "row",
    }
}

fn name_of(table: &str, row: &Row) -> String {
    let columns: &[&str] = match table {
        "questions" | "subquestions" => &["title"],
        "answers" => &["qid", "code"],
        "groups" => &["gid", "group_name"],
        "question_attributes" => &["qid", "attribute"],
        "question_l10ns" => &["qid", "language"],
        "answer_l10ns" => &["aid", "language"],
        "group_l10ns" => &["gid", "language"],
        "conditions" => &["cid", "cfieldname"],
        "quota" | "assessments" => &["name"],
        "survey_url_parameters" => &["parameter"],
        _ => &["id"],
    };
    let words: Vec<&str> = columns.iter().map(|column| row.get(column)).collect();
    match words.join(" ").trim() {
        "" => table.to_owned(),
        name => name.to_owned(),
    }
}
