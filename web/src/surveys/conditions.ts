/**
 * Conditions as the builder shows them: all or any of a few tests. Deeper ones,
 * such as those of converted surveys, are kept as they are and only described.
 */
import type { components } from "../api/schema.gen";
import { choicesOf, pagesOf, type Question, questionsOf, type SurveyDocument } from "./document";

export type Condition = components["schemas"]["SurveyCondition"];
export type Operator = components["schemas"]["ConditionOperator"];
export type Operand = components["schemas"]["ConditionOperand"];

export interface Test {
  /** A question's id, or a hidden field's. */
  of: "question" | "field";
  id: string;
  row: string | null;
  is: Operator;
  value: Operand | null;
}

export interface Tests {
  mode: "all" | "any";
  tests: Test[];
}

/** The tests of a condition; null when it is deeper than one level. */
export function readCondition(condition: Condition | null | undefined): Tests | null {
  if (!condition) return { mode: "all", tests: [] };
  const list = "all" in condition ? condition.all : "any" in condition ? condition.any : null;
  const tests = (list ?? [condition]).map(readTest);
  if (!tests.every((test) => test !== null)) return null;
  return { mode: "any" in condition ? "any" : "all", tests };
}

function readTest(condition: Condition): Test | null {
  if ("question" in condition) {
    const { question, row, is, value } = condition;
    return { of: "question", id: question, row: row ?? null, is, value: value ?? null };
  }
  if ("field" in condition) {
    const { field, is, value } = condition;
    return { of: "field", id: field, row: null, is, value: value ?? null };
  }
  return null;
}

/** The condition of the tests; null when there are none, which is no condition. */
export function writeCondition({ mode, tests }: Tests): Condition | null {
  const parts = tests.map(writeTest);
  const [only] = parts;
  if (!only) return null;
  if (parts.length === 1) return only;
  return mode === "all" ? { all: parts } : { any: parts };
}

function writeTest({ of, id, row, is, value }: Test): Condition {
  const rest = { is, ...(value === null ? {} : { value }) };
  if (of === "field") return { field: id, ...rest };
  return { question: id, ...(row === null ? {} : { row }), ...rest };
}

/** How the value of a test is given. */
export type ValueKind = "number" | "choice" | "choices" | "flag" | "words" | "date" | "none";

/** Something a condition may ask about. */
export interface Subject {
  of: "question" | "field";
  id: string;
  row: string | null;
  question: Question | null;
  operators: Operator[];
  options: { value: string; label: Record<string, string> }[];
}

const ORDERED: Operator[] = ["at_least", "at_most", "equals", "answered", "not_answered"];

function operatorsOf(question: Question): Operator[] {
  switch (question.type) {
    case "nps":
    case "csat":
    case "ces":
    case "rating":
    case "number":
    case "expectation":
      return ORDERED;
    case "single":
    case "matrix":
      return ["equals", "not_equals", "includes_any", "answered", "not_answered"];
    case "multiple":
    case "emotion":
      return ["includes", "includes_any", "includes_all", "answered", "not_answered"];
    case "date":
      return ["before", "after", "equals", "answered", "not_answered"];
    case "consent":
      return ["equals", "answered", "not_answered"];
    default:
      return ["answered", "not_answered", "contains"];
  }
}

/** How an operator's value is given for a subject. */
export function valueKind(subject: Subject, is: Operator): ValueKind {
  if (is === "answered" || is === "not_answered") return "none";
  if (is === "includes_any" || is === "includes_all") return "choices";
  const type = subject.question?.type;
  if (subject.options.length > 0) return "choice";
  if (type === "consent") return "flag";
  if (type === "date") return "date";
  if (type === undefined || type === "text") return "words";
  return "number";
}

/** A value an operator starts with, so that a new test is never malformed. */
export function startValue(subject: Subject, is: Operator): Operand | null {
  switch (valueKind(subject, is)) {
    case "none":
      return null;
    case "choice":
      return subject.options[0]?.value ?? "";
    case "choices":
      return subject.options[0] ? [subject.options[0].value] : [];
    case "flag":
      return true;
    case "number":
      return 0;
    default:
      return "";
  }
}

/** What stands before a place in the document: a condition may ask about nothing else. */
export function subjectsBefore(
  document: SurveyDocument,
  place: { page: number; question?: number },
): Subject[] {
  const subjects: Subject[] = [];
  for (const [page, each] of pagesOf(document).entries()) {
    if (page > place.page) break;
    const upTo = page < place.page ? undefined : (place.question ?? 0);
    for (const question of questionsOf(each).slice(0, upTo)) subjects.push(...partsOf(question));
  }
  for (const field of document.hidden_fields ?? []) {
    subjects.push({
      of: "field",
      id: field.id,
      row: null,
      question: null,
      operators: ["equals", "not_equals", "answered", "not_answered"],
      options: (field.allowed ?? []).map((value) => ({ value, label: {} })),
    });
  }
  return subjects;
}

function partsOf(question: Question): Subject[] {
  const subject = { of: "question" as const, id: question.id, question };
  const operators = operatorsOf(question);
  const options = (key: "choices" | "columns") =>
    choicesOf(question, key).map(({ id, label }) => ({ value: id, label: label ?? {} }));
  switch (question.type) {
    case "statement":
      return [];
    case "matrix":
      return choicesOf(question, "rows").map(({ id }) => ({
        ...subject,
        row: id,
        operators,
        options: options("columns"),
      }));
    case "expectation":
      return ["expectation", "result"].map((row) => ({ ...subject, row, operators, options: [] }));
    default:
      return [{ ...subject, row: null, operators, options: options("choices") }];
  }
}

export function subjectKey(part: { of: string; id: string; row: string | null }): string {
  return [part.of, part.id, part.row ?? ""].join(":");
}
