//! Records out of rows, one by one: rows of one respondent become one record, answers pass
//! the same validation as any other answer.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Seek, Write};
use std::path::Path;

use koe_lake::Value;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::faults::{Effect, RowFault};
use super::mapping::{Mapping, Target};
use super::part::{Part, When};
use super::plan::Plan;
use super::rows::{Limits, Rows, Unreadable};
use crate::base::problem::FieldProblem;
use crate::surveys::answers::write_in_key;
use crate::surveys::document::Kind;
use crate::surveys::{
    Answer, Answers, Completeness, Document, Fields, Flow, Part as AnswerPart, Text, validate,
};

/// Bytes of a file whose respondents are brought together in memory; larger ones go through
/// temporary files, a part of the respondents in each.
const TOGETHER: u64 = 128 * 1024 * 1024;

/// One record of a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Mapped {
    /// Identifies it within its stream, the same in every import.
    pub key: String,
    /// The rows it comes from.
    #[serde(skip)]
    pub rows: Vec<u64>,
    /// When the experience took place, in milliseconds; none when nothing says it.
    pub occurred_ms: Option<i64>,
    /// Code of the touchpoint.
    pub touchpoint: Option<String>,
    /// Code of the unit.
    pub unit: Option<String>,
    /// Code of the offering.
    pub offering: Option<String>,
    /// Kind of channel.
    pub channel: Option<String>,
    /// Identifiers of the customer: kind and value.
    pub identifiers: Vec<(String, String)>,
    /// The customer's name.
    pub name: Option<String>,
    /// Attributes of the customer.
    pub attributes: BTreeMap<String, String>,
    /// Language tag.
    pub language: Option<String>,
    /// How long answering took.
    pub duration_ms: Option<i64>,
    /// Normal answers.
    pub answers: Answers,
    /// Hidden fields.
    pub fields: Fields,
    /// Coded values.
    pub values: BTreeMap<String, Value>,
    /// Free texts by name.
    pub texts: BTreeMap<String, String>,
}

impl Mapped {
    /// SHA-256 over all it says, to tell whether a later import changes it.
    pub fn content_hash(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(&json).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Why an import cannot begin or go on.
#[derive(Debug)]
pub enum Halt {
    /// The mapping does not fit the file or the survey.
    Mapping(Vec<FieldProblem>),
    /// The file cannot be read on.
    File(Unreadable),
}

impl From<Unreadable> for Halt {
    fn from(error: Unreadable) -> Self {
        Self::File(error)
    }
}

/// The records of a file, in an order that is the same every time.
pub struct Records<'a> {
    plan: Plan<'a>,
    flow: Option<Flow<'a>>,
    rows: Rows,
    groups: Option<Groups>,
    /// Rows read so far.
    pub rows_read: u64,
}

impl<'a> Records<'a> {
    /// Opens a file for a mapping; `document` is the survey the answers are for.
    ///
    /// # Errors
    /// When the mapping does not fit, or the file cannot be read.
    pub fn open(
        path: &Path,
        mapping: &'a Mapping,
        document: Option<&'a Document>,
        limits: Limits,
    ) -> Result<Self, Halt> {
        let rows = Rows::open(path, &mapping.layout, limits)?;
        let plan = Plan::new(mapping, &rows.header, document).map_err(Halt::Mapping)?;
        let bytes = std::fs::metadata(path).map_or(0, |data| data.len());
        let groups = plan.groups().then(|| Groups::new(bytes));
        Ok(Self {
            plan,
            flow: document.map(Flow::new),
            rows,
            groups,
            rows_read: 0,
        })
    }

    /// The next record, with what is wrong with rows read on the way.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn next(&mut self, faults: &mut Vec<RowFault>) -> Result<Option<Mapped>, Halt> {
        loop {
            let parts = match &mut self.groups {
                None => match self.part(faults)? {
                    Some(part) => vec![part],
                    None => return Ok(None),
                },
                Some(groups) if groups.is_complete() => match groups.next()? {
                    Some(parts) => parts,
                    None => return Ok(None),
                },
                Some(_) => {
                    self.bring_together(faults)?;
                    continue;
                }
            };
            if let Some(mapped) = self.record(parts, faults) {
                return Ok(Some(mapped));
            }
        }
    }

    fn bring_together(&mut self, faults: &mut Vec<RowFault>) -> Result<(), Halt> {
        while let Some(part) = self.part(faults)? {
            if let Some(groups) = &mut self.groups {
                groups.add(part)?;
            }
        }
        if let Some(groups) = &mut self.groups {
            groups.complete()?;
        }
        Ok(())
    }

    /// The next row that counts.
    fn part(&mut self, faults: &mut Vec<RowFault>) -> Result<Option<Part>, Halt> {
        while let Some(raw) = self.rows.next()? {
            self.rows_read += 1;
            if let Some(part) = self.plan.part(&raw, faults) {
                return Ok(Some(part));
            }
        }
        Ok(None)
    }

    /// One record out of the rows of one respondent.
    fn record(&self, parts: Vec<Part>, faults: &mut Vec<RowFault>) -> Option<Mapped> {
        let row = parts.first()?.row;
        let all = &self.plan.mapping.all_rows;
        let mut mapped = Mapped {
            occurred_ms: occurred(&parts).or_else(|| self.stated_time()),
            touchpoint: all.touchpoint.clone(),
            unit: all.unit.clone(),
            offering: all.offering.clone(),
            channel: all.channel.clone(),
            language: all.language.clone(),
            ..Mapped::default()
        };
        let mut answers = Answers::new();
        let mut words: BTreeMap<String, String> = BTreeMap::new();
        for part in parts {
            mapped.rows.push(part.row);
            if mapped.key.is_empty() {
                // Rows without any key are known by their place in the file.
                mapped.key = part
                    .respondent
                    .clone()
                    .or_else(|| part.key.clone())
                    .unwrap_or_else(|| format!("row {}", part.row));
            }
            let fill = |slot: &mut Option<String>, value: &Option<String>| {
                if let Some(value) = value {
                    *slot = Some(value.clone());
                }
            };
            fill(&mut mapped.touchpoint, &part.touchpoint);
            fill(&mut mapped.unit, &part.unit);
            fill(&mut mapped.offering, &part.offering);
            fill(&mut mapped.channel, &part.channel);
            fill(&mut mapped.language, &part.language);
            fill(&mut mapped.name, &part.name);
            mapped.duration_ms = mapped.duration_ms.or(part.duration_ms);
            for identifier in &part.identifiers {
                if !mapped.identifiers.contains(identifier) {
                    mapped.identifiers.push(identifier.clone());
                }
            }
            self.differing(&answers, &part, faults);
            gather(&mut answers, &mut words, &part, self.flow.as_ref());
            mapped.attributes.extend(part.attributes);
            mapped.fields.extend(part.fields);
            for (field, value) in part.values {
                mapped.values.entry(field).or_insert(value);
            }
            for (field, text) in part.texts {
                joined(&mut mapped.texts, field, &text);
            }
        }
        for (question, said) in words {
            answers.set(question, Answer::Text(said));
        }
        self.ownerless_words(&mut answers, row, faults);
        if let Some(flow) = &self.flow {
            mapped.fields = self.fields(flow.document(), mapped.fields, row, faults);
            mapped.answers = accepted(flow, answers, &mapped.fields, row, faults);
        }
        if mapped.occurred_ms.is_none() && !matches!(self.plan.mapping.target, Target::Customers {}) {
            faults.push(RowFault::new(
                row,
                "",
                "",
                "no_time",
                Effect::LeftOut,
                Text::ja_en("体験した日時がありません。", "Nothing says when it took place."),
            ));
            return None;
        }
        Some(mapped)
    }

    /// Words written in beside a choice that was not chosen would choose it; they are listed
    /// instead.
    fn ownerless_words(&self, answers: &mut Answers, row: u64, faults: &mut Vec<RowFault>) {
        let Some(flow) = &self.flow else {
            return;
        };
        for question in flow.document().questions() {
            let key = write_in_key(&question.id);
            let Some(Answer::Parts(written)) = answers.get(&key) else {
                continue;
            };
            let chosen = answers.get(&question.id).map(Answer::chosen).unwrap_or_default();
            let (kept, lost): (BTreeMap<_, _>, BTreeMap<_, _>) = written
                .clone()
                .into_iter()
                .partition(|(choice, _)| chosen.contains(&choice.as_str()));
            for (choice, words) in lost {
                let words = match words {
                    AnswerPart::Text(words) => words,
                    _ => String::new(),
                };
                faults.push(RowFault::new(
                    row,
                    &key,
                    &words,
                    "write_in_without_choice",
                    Effect::CellLeftOut,
                    Text::ja_en(
                        format!("選択肢「{choice}」は選ばれていないのに、記入だけがあります。"),
                        format!("Words beside the choice “{choice}”, which was not chosen."),
                    ),
                ));
            }
            if kept.is_empty() {
                let own = answers.get(&question.id).cloned();
                answers.remove(&question.id);
                if let Some(own) = own {
                    answers.set(question.id.clone(), own);
                }
            } else {
                answers.set(key, Answer::Parts(kept));
            }
        }
    }

    fn stated_time(&self) -> Option<i64> {
        let stated = self.plan.mapping.all_rows.occurred_at.as_ref()?;
        let forms = [super::dates::DateForm::YearFirst];
        match super::dates::read(stated, &forms, &self.plan.zone) {
            super::dates::Reading::Moment(at) => Some(at),
            _ => None,
        }
    }

    /// Rows of one respondent that answer the same question differently.
    fn differing(&self, answers: &Answers, part: &Part, faults: &mut Vec<RowFault>) {
        for (question, typed) in &part.answers {
            if let Some(Answer::Text(first)) = answers.get(question)
                && first != typed
            {
                faults.push(RowFault::new(
                    part.row,
                    question,
                    typed,
                    "rows_differ",
                    Effect::CellLeftOut,
                    Text::ja_en(
                        format!("同じ回答者の前の行の回答「{first}」と異なるため、前の行を採りました。"),
                        format!("An earlier row of the same respondent says “{first}”; that one counts."),
                    ),
                ));
            }
        }
    }

    fn fields(
        &self,
        document: &Document,
        mut fields: Fields,
        row: u64,
        faults: &mut Vec<RowFault>,
    ) -> Fields {
        loop {
            match validate::fields(document, &fields, true) {
                Ok(taken) => return taken,
                Err(problems) => {
                    for problem in problems {
                        let value = fields.remove(&problem.question).unwrap_or_default();
                        faults.push(RowFault::new(
                            row,
                            &problem.question,
                            &value,
                            problem.code,
                            Effect::CellLeftOut,
                            problem.message,
                        ));
                    }
                }
            }
        }
    }
}

/// A row that is sure of its time counts before one whose date can be read in two ways.
fn occurred(parts: &[Part]) -> Option<i64> {
    let sure = parts.iter().find_map(|part| match part.when {
        When::At(at) => Some(at),
        _ => None,
    });
    sure.or_else(|| {
        parts.iter().find_map(|part| match part.when {
            When::Assumed(at) => Some(at),
            _ => None,
        })
    })
}

/// Adds a row's answers; of two for one question the first counts.
fn gather(
    answers: &mut Answers,
    words: &mut BTreeMap<String, String>,
    part: &Part,
    flow: Option<&Flow<'_>>,
) {
    for (question, typed) in &part.answers {
        if answers.get(question).is_none() {
            answers.set(question.clone(), Answer::Text(typed.clone()));
        }
    }
    let mut cells: BTreeMap<&str, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for (question, row, value) in &part.taken {
        match row {
            Some(row) => cells
                .entry(question)
                .or_default()
                .entry(row.clone())
                .or_default()
                .push(value.clone()),
            None => {
                let mut many = match answers.get(question) {
                    Some(Answer::Many(many)) => many.clone(),
                    _ => Vec::new(),
                };
                if !many.contains(value) {
                    many.push(value.clone());
                }
                answers.set(question.clone(), Answer::Many(many));
            }
        }
    }
    for (question, rows) in cells {
        let several = flow
            .and_then(|flow| flow.question(question))
            .is_some_and(|asked| asked.kind.takes_several());
        let mut parts = match answers.get(question) {
            Some(Answer::Parts(parts)) => parts.clone(),
            _ => BTreeMap::new(),
        };
        for (row, mut values) in rows {
            let value = if several {
                AnswerPart::Many(values)
            } else {
                AnswerPart::Text(values.remove(0))
            };
            parts.entry(row).or_insert(value);
        }
        answers.set(question, Answer::Parts(parts));
    }
    for (question, choice, said) in &part.written {
        let choice = choice.clone().or_else(|| chosen_write_in(answers, question, flow));
        let Some(choice) = choice else {
            continue;
        };
        let key = write_in_key(question);
        let mut parts = match answers.get(&key) {
            Some(Answer::Parts(parts)) => parts.clone(),
            _ => BTreeMap::new(),
        };
        parts.insert(choice, AnswerPart::Text(said.clone()));
        answers.set(key, Answer::Parts(parts));
    }
    for (question, said) in &part.words {
        joined(words, question.clone(), said);
    }
}

/// The chosen choice that asks for words, else the only one that does.
fn chosen_write_in(answers: &Answers, question: &str, flow: Option<&Flow<'_>>) -> Option<String> {
    let asked = flow?.question(question)?;
    let writes: Vec<&str> = match &asked.kind {
        Kind::Single(_) | Kind::Multiple(_) => asked
            .kind
            .choices()
            .iter()
            .filter(|choice| choice.write_in)
            .map(|choice| choice.id.as_str())
            .collect(),
        _ => Vec::new(),
    };
    let chosen = answers.get(question).map(Answer::chosen).unwrap_or_default();
    writes.iter().find(|id| chosen.contains(id)).map(|id| (*id).to_owned())
}

/// Several rows' words about the same stand below each other.
fn joined(all: &mut BTreeMap<String, String>, key: String, said: &str) {
    let words = all.entry(key).or_default();
    if words.is_empty() {
        words.push_str(said);
    } else if words != said {
        words.push('\n');
        words.push_str(said);
    }
}

/// The answers that can be taken; the others are listed and left out.
fn accepted(
    flow: &Flow<'_>,
    mut answers: Answers,
    fields: &Fields,
    row: u64,
    faults: &mut Vec<RowFault>,
) -> Answers {
    loop {
        match validate::accept(flow, &answers, fields, Completeness::Partial) {
            Ok(accepted) => {
                for question in accepted.dropped {
                    faults.push(RowFault::new(
                        row,
                        &question,
                        "",
                        "not_asked",
                        Effect::CellLeftOut,
                        Text::ja_en(
                            "この回答者には尋ねない質問への回答です。",
                            "By the survey's logic this person is not asked it.",
                        ),
                    ));
                }
                return accepted.answers;
            }
            Err(problems) => {
                let before = answers.len();
                for problem in problems {
                    let question = problem.question.trim_end_matches(".other").to_owned();
                    let value = match answers.get(&question) {
                        Some(Answer::Text(typed)) => typed.clone(),
                        other => serde_json::to_string(&other).unwrap_or_default(),
                    };
                    faults.push(RowFault::new(
                        row,
                        &question,
                        &value,
                        problem.code,
                        Effect::CellLeftOut,
                        problem.message,
                    ));
                    answers.remove(&question);
                }
                if answers.len() == before {
                    return Answers::new();
                }
            }
        }
    }
}

/// Rows of respondents, brought together.
struct Groups {
    /// Respondents in the order in which they first appear, each with their rows.
    ready: VecDeque<Vec<Part>>,
    places: HashMap<String, usize>,
    gathering: Vec<Vec<Part>>,
    spilled: VecDeque<BufWriter<File>>,
    files: usize,
    complete: bool,
}

impl Groups {
    fn new(bytes: u64) -> Self {
        Self {
            ready: VecDeque::new(),
            places: HashMap::new(),
            gathering: Vec::new(),
            spilled: VecDeque::new(),
            files: usize::try_from(bytes / TOGETHER).unwrap_or(0),
            complete: false,
        }
    }

    fn is_complete(&self) -> bool {
        self.complete
    }

    fn add(&mut self, part: Part) -> Result<(), Unreadable> {
        if self.files == 0 {
            self.place(part);
            return Ok(());
        }
        while self.spilled.len() <= self.files {
            self.spilled.push_back(BufWriter::new(tempfile::tempfile()?));
        }
        let key = key_of(&part);
        let digest = Sha256::digest(key.as_bytes());
        let number = usize::from(u16::from_be_bytes([digest[0], digest[1]])) % self.spilled.len();
        let file = &mut self.spilled[number];
        serde_json::to_writer(&mut *file, &part).map_err(std::io::Error::other)?;
        file.write_all(b"\n")?;
        Ok(())
    }

    fn place(&mut self, part: Part) {
        let next = self.gathering.len();
        let place = *self.places.entry(key_of(&part)).or_insert(next);
        if place == next {
            self.gathering.push(Vec::new());
        }
        self.gathering[place].push(part);
    }

    fn complete(&mut self) -> Result<(), Unreadable> {
        self.complete = true;
        self.ready = std::mem::take(&mut self.gathering).into();
        self.places.clear();
        Ok(())
    }

    fn next(&mut self) -> Result<Option<Vec<Part>>, Unreadable> {
        loop {
            if let Some(parts) = self.ready.pop_front() {
                return Ok(Some(parts));
            }
            let Some(file) = self.spilled.pop_front() else {
                return Ok(None);
            };
            let mut file = file.into_inner().map_err(|error| error.into_error())?;
            file.rewind()?;
            for line in BufReader::new(file).lines() {
                self.place(serde_json::from_str(&line?).map_err(std::io::Error::other)?);
            }
            self.complete()?;
        }
    }
}

/// Rows of nobody in particular stand alone.
fn key_of(part: &Part) -> String {
    part.respondent.clone().unwrap_or_else(|| format!("\u{0}row {}", part.row))
}
