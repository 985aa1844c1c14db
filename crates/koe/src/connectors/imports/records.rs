//! Records out of rows, one by one: rows of one respondent become one record, answers pass
//! the same validation as any other answer.

use std::collections::BTreeMap;
use std::path::Path;

use super::batch::Batch;
use super::cells::{Cells, Meaning};
use super::faults::{Effect, RowFault};
use super::gather::{gather, joined};
use super::groups::Groups;
use super::mapped::Mapped;
use super::mapping::{Mapping, Target};
use super::part::{Part, When};
use super::plan::{Plan, Planned};
use super::rows::{Limits, RawRow, Rows, Unreadable};
use crate::base::problem::FieldProblem;
use crate::surveys::{
    Answer, AnswerProblem, Answers, Completeness, Document, Fields, Flow, Part as AnswerPart, Text,
    validate,
};

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
    /// Whether each cell is read for itself.
    cell_by_cell: bool,
    rows_read: u64,
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
            cell_by_cell: plan.cells_stand_alone(document),
            plan,
            flow: document.map(Flow::new),
            rows,
            groups,
            rows_read: 0,
        })
    }

    /// How many columns the file has.
    pub fn columns(&self) -> usize {
        self.rows.header.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// The next records, at most so many; none at the end of the file.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn next_batch(&mut self, most: usize) -> Result<Option<Batch>, Halt> {
        let mut batch = Batch::default();
        if self.cell_by_cell {
            let all = batch.say(self.of_all_rows().said());
            let mut cells = Cells::new(self.plan.columns.len(), all);
            let mut raw = RawRow::default();
            while batch.len() < most && self.rows.next_row(&mut raw)? {
                self.rows_read += 1;
                cells.read(self, &raw, &mut batch);
            }
        } else {
            while batch.len() < most {
                match self.next_record(&mut batch.faults)? {
                    Some(record) => batch.add(record),
                    None => break,
                }
            }
        }
        batch.rows = self.rows_read;
        let ended = batch.is_empty() && batch.faults.is_empty();
        Ok((!ended).then_some(batch))
    }

    /// What one cell says in a row that has nothing else.
    pub(super) fn meaning(&self, column: &Planned<'_>, raw: &RawRow, batch: &mut Batch) -> Meaning {
        let mut part = Part::default();
        let mut meaning = Meaning::default();
        self.plan
            .column(column, raw, &mut part, &mut meaning.unread);
        let faults = &mut meaning.refused;
        let (mut mapped, answers) = self.brought_together(Mapped::default(), vec![part], faults);
        if let Some(flow) = &self.flow {
            mapped.fields = self.fields(flow.document(), mapped.fields, raw.number, faults);
            mapped.answers = accepted(
                |answers| {
                    let answers = validate::accept_unconditionally(flow, answers)?;
                    Ok((answers, Vec::new()))
                },
                answers,
                raw.number,
                faults,
            );
        }
        meaning.said = batch.say(mapped.said());
        meaning
    }

    pub(super) fn plan(&self) -> &Plan<'a> {
        &self.plan
    }

    /// The next record, with what is wrong with rows read on the way.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn next_record(&mut self, faults: &mut Vec<RowFault>) -> Result<Option<Mapped>, Halt> {
        loop {
            let parts = match &mut self.groups {
                None => match self.part(faults)? {
                    Some(part) => vec![part],
                    None => return Ok(None),
                },
                Some(groups) if groups.is_complete() => match groups.next_group()? {
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
        let mut raw = RawRow::default();
        while self.rows.next_row(&mut raw)? {
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
        let occurred_ms = occurred(&parts).or_else(|| self.stated_time());
        let (mut mapped, mut answers) = self.brought_together(self.of_all_rows(), parts, faults);
        mapped.occurred_ms = occurred_ms;
        self.ownerless_words(&mut answers, row, faults);
        if let Some(flow) = &self.flow {
            mapped.fields = self.fields(flow.document(), mapped.fields, row, faults);
            mapped.answers = accepted(
                |answers| {
                    let accepted =
                        validate::accept(flow, answers, &mapped.fields, Completeness::Partial)?;
                    Ok((accepted.answers, accepted.dropped))
                },
                answers,
                row,
                faults,
            );
        }
        self.has_time(occurred_ms, row, faults).then_some(mapped)
    }

    /// What holds for all rows.
    fn of_all_rows(&self) -> Mapped {
        let all = &self.plan.mapping.all_rows;
        Mapped {
            touchpoint: all.touchpoint.clone(),
            unit: all.unit.clone(),
            offering: all.offering.clone(),
            channel: all.channel.clone(),
            language: all.language.clone(),
            ..Mapped::default()
        }
    }

    /// What the rows of one respondent say beside what holds for all, and their answers as they
    /// stand there.
    fn brought_together(
        &self,
        mut mapped: Mapped,
        parts: Vec<Part>,
        faults: &mut Vec<RowFault>,
    ) -> (Mapped, Answers) {
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
        (mapped, answers)
    }

    /// Whether something says when a row's experience took place, where that matters.
    pub(super) fn has_time(
        &self,
        occurred_ms: Option<i64>,
        row: u64,
        faults: &mut Vec<RowFault>,
    ) -> bool {
        let has = occurred_ms.is_some() || matches!(self.plan.mapping.target, Target::Customers {});
        if !has {
            faults.push(RowFault::new(
                row,
                "",
                "",
                "no_time",
                Effect::LeftOut,
                Text::ja_en(
                    "体験した日時がありません。",
                    "Nothing says when it took place.",
                ),
            ));
        }
        has
    }

    /// Words written in beside a choice that was not chosen would choose it; they are listed
    /// instead.
    fn ownerless_words(&self, answers: &mut Answers, row: u64, faults: &mut Vec<RowFault>) {
        let Some(flow) = &self.flow else {
            return;
        };
        for question in flow.document().questions() {
            let Some((key, Answer::Parts(written))) = answers.written(&question.id) else {
                continue;
            };
            let key = key.to_owned();
            let chosen = answers
                .get(&question.id)
                .map(Answer::chosen)
                .unwrap_or_default();
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

    pub(super) fn stated_time(&self) -> Option<i64> {
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
                        format!(
                            "同じ回答者の前の行の回答「{first}」と異なるため、前の行を採りました。"
                        ),
                        format!(
                            "An earlier row of the same respondent says “{first}”; that one counts."
                        ),
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
        while !fields.is_empty() {
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
        fields
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

/// The answers that can be taken; the others are listed and left out. `accept` gives those that
/// count and the questions whose answers do not, or says what is wrong.
fn accepted(
    accept: impl Fn(&Answers) -> Result<(Answers, Vec<String>), Vec<AnswerProblem>>,
    mut answers: Answers,
    row: u64,
    faults: &mut Vec<RowFault>,
) -> Answers {
    while !answers.is_empty() {
        match accept(&answers) {
            Ok((taken, dropped)) => {
                for question in dropped {
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
                return taken;
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
    answers
}
