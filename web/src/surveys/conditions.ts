/**
 * Conditions as the builder shows them: groups of tests, groups within groups,
 * and what a test may ask about at a place of the document. Pure.
 */
import type { components } from "../api/schema.gen";
import {
  choicesOf,
  type HiddenField,
  pagesOf,
  type Question,
  questionsOf,
  type SurveyDocument,
} from "./document";

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

/** All, any, not all, or none of the parts must hold. */
export const MODES = ["all", "any", "not_all", "none"] as const;
export type Mode = (typeof MODES)[number];

export interface Group {
  mode: Mode;
  parts: Part[];
}
export type Part = Test | Group;

export const isGroup = (part: Part): part is Group => "parts" in part;

/** A condition as one group; no condition is a group of nothing. */
export function readCondition(condition: Condition | null | undefined): Group {
  if (!condition) return { mode: "all", parts: [] };
  const part = readPart(condition);
  return isGroup(part) ? part : { mode: "all", parts: [part] };
}

function readPart(condition: Condition): Part {
  if ("all" in condition) return { mode: "all", parts: condition.all.map(readPart) };
  if ("any" in condition) return { mode: "any", parts: condition.any.map(readPart) };
  if ("not" in condition) {
    const { not } = condition;
    if ("all" in not) return { mode: "not_all", parts: not.all.map(readPart) };
    if ("any" in not) return { mode: "none", parts: not.any.map(readPart) };
    return { mode: "none", parts: [readPart(not)] };
  }
  if ("question" in condition) {
    const { question, row, is, value } = condition;
    return { of: "question", id: question, row: row ?? null, is, value: value ?? null };
  }
  const { field, is, value } = condition;
  return { of: "field", id: field, row: null, is, value: value ?? null };
}

/** The condition of a group; null when nothing is in it, which is no condition. */
export function writeCondition(group: Group): Condition | null {
  const [only] = group.parts;
  if (!only) return null;
  const plain = group.mode === "all" || group.mode === "any";
  return plain && group.parts.length === 1 ? writePart(only) : writePart(group);
}

function writePart(part: Part): Condition {
  if (!isGroup(part)) {
    const { of, id, row, is, value } = part;
    const rest = { is, ...(value === null ? {} : { value }) };
    if (of === "field") return { field: id, ...rest };
    return { question: id, ...(row === null ? {} : { row }), ...rest };
  }
  const parts = part.parts.map(writePart);
  const [only] = parts;
  switch (part.mode) {
    case "all":
      return { all: parts };
    case "any":
      return { any: parts };
    case "not_all":
      return { not: { all: parts } };
    case "none":
      return { not: only && parts.length === 1 ? only : { any: parts } };
  }
}

/** The group with one part replaced, or taken out; a group that is left empty goes too. */
export function withPart(group: Group, at: number, part: Part | null): Group {
  const emptied = part !== null && isGroup(part) && part.parts.length === 0;
  const parts =
    part === null || emptied
      ? group.parts.filter((_, index) => index !== at)
      : group.parts.map((each, index) => (index === at ? part : each));
  return { ...group, parts };
}

/** How the value of a test is given. */
export type ValueKind =
  | "number"
  | "numbers"
  | "choice"
  | "choices"
  | "flag"
  | "words"
  | "date"
  | "dates"
  | "none";

/** Something a condition may ask about. */
export interface Subject {
  of: "question" | "field";
  id: string;
  row: string | null;
  question: Question | null;
  field: HiddenField | null;
  operators: Operator[];
  options: { value: string; label: Record<string, string> }[];
}

const GIVEN: Operator[] = ["answered", "not_answered"];
const ORDERED: Operator[] = [
  "at_least",
  "at_most",
  "equals",
  "not_equals",
  "between",
  "greater",
  "less",
  ...GIVEN,
];
const ONE_OF: Operator[] = ["equals", "not_equals", "includes_any", ...GIVEN];
const SOME_OF: Operator[] = ["includes", "includes_any", "includes_all", ...GIVEN];

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
      return ONE_OF;
    case "matrix":
    case "emotion":
      return question.multiple ? SOME_OF : ONE_OF;
    case "multiple":
      return SOME_OF;
    case "date":
      return ["before", "after", "equals", "between", ...GIVEN];
    case "consent":
      return ["equals", ...GIVEN];
    default:
      return [...GIVEN, "contains"];
  }
}

const FIELD_OPERATORS: Record<HiddenField["kind"], Operator[]> = {
  text: ["contains", "equals", "not_equals", ...GIVEN],
  number: ORDERED,
  code: ONE_OF,
};

/** How an operator's value is given for a subject. */
export function valueKind(subject: Subject, is: Operator): ValueKind {
  const date = subject.question?.type === "date";
  switch (is) {
    case "answered":
    case "not_answered":
      return "none";
    case "includes_any":
    case "includes_all":
      return "choices";
    case "between":
      return date ? "dates" : "numbers";
    case "greater":
    case "at_least":
    case "less":
    case "at_most":
      return "number";
    case "contains":
      return "words";
    case "before":
    case "after":
      return "date";
    default:
      break;
  }
  if (subject.options.length > 0) return "choice";
  if (date) return "date";
  if (subject.question?.type === "consent") return "flag";
  if (subject.question) return subject.question.type === "text" ? "words" : "number";
  return subject.field?.kind === "number" ? "number" : "words";
}

/** A value an operator starts with, so that a new test is never malformed. */
export function startValue(subject: Subject, is: Operator): Operand | null {
  const [option] = subject.options;
  switch (valueKind(subject, is)) {
    case "none":
      return null;
    case "choice":
      return option?.value ?? "";
    case "choices":
      return option ? [option.value] : [];
    case "flag":
      return true;
    case "number":
      return 0;
    case "numbers":
      return [0, 0];
    case "dates":
      return ["", ""];
    default:
      return "";
  }
}

/** A test about a subject as it begins. */
export function startTest(subject: Subject): Test {
  const is = subject.operators[0] ?? "answered";
  return { of: subject.of, id: subject.id, row: subject.row, is, value: startValue(subject, is) };
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
      field,
      operators: FIELD_OPERATORS[field.kind],
      options: (field.allowed ?? []).map((value) => ({ value, label: {} })),
    });
  }
  return subjects;
}

function partsOf(question: Question): Subject[] {
  const subject = { of: "question" as const, id: question.id, question, field: null };
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
