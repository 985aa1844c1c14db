/** How an answer reads, and how it is changed. Pure. */
import type { components } from "../../api/schema.gen";
import type { Language } from "../../format/number";
import { type LocalizedText, localized, paired } from "../../i18n/language";
import {
  type Choice,
  choicesOf,
  pagesOf,
  type Question,
  questionsOf,
  type SurveyDocument,
} from "../document";

export type Response = Omit<components["schemas"]["ResponseView"], "answers" | "fields"> & {
  answers: Answers;
  fields: Record<string, string>;
};
export type Answer = string | number | boolean | string[] | { [part: string]: AnswerPart };
export type AnswerPart = string | number | string[];
export type Answers = Record<string, Answer>;

export const writeInKey = (question: string) => `${question}.other`;

/** Questions that take an answer, in their order. */
export function answerable(document: SurveyDocument): Question[] {
  return pagesOf(document)
    .flatMap(questionsOf)
    .filter(({ type }) => type !== "statement");
}

/** The words written in with a choice. */
export function writtenIn(answers: Answers, question: string, choice: string): string {
  const written = answers[writeInKey(question)];
  const words = isParts(written) ? written[choice] : undefined;
  return typeof words === "string" ? words : "";
}

export function isParts(answer: Answer | undefined): answer is { [part: string]: AnswerPart } {
  return typeof answer === "object" && !Array.isArray(answer);
}

/** The labels of a scale's points, by point. */
export function pointLabels(question: Question): LocalizedText[] {
  return "labels" in question ? ((question.labels ?? []) as LocalizedText[]) : [];
}

/** An answer in words, a line for each part; empty when there is none. */
export function reading(
  question: Question,
  answers: Answers,
  language: Language,
  yesNo: { yes: string; no: string },
): string[] {
  const answer = answers[question.id];
  if (answer === undefined) return [];
  if (typeof answer === "boolean") return [answer ? yesNo.yes : yesNo.no];
  if (typeof answer === "number") return [withLabel(question, answer, language)];
  const name = (id: string) => {
    const found = choicesOf(question, question.type === "matrix" ? "columns" : "choices").find(
      (choice) => choice.id === id,
    );
    const words = writtenIn(answers, question.id, id);
    const label = found ? localized(found.label, language, id) : id;
    return words ? paired(label, words, language) : label;
  };
  if (typeof answer === "string") {
    return [question.type === "text" || question.type === "date" ? answer : name(answer)];
  }
  if (Array.isArray(answer)) return answer.map(name);
  return Object.entries(answer).map(([part, value]) => {
    const values = Array.isArray(value) ? value.map(name) : [value].map((each) => partName(each));
    return paired(
      partLabel(question, part, language),
      values.join(language === "ja" ? "、" : ", "),
      language,
    );
  });
  function partName(value: string | number): string {
    return typeof value === "number" ? String(value) : name(value);
  }
}

function withLabel(question: Question, point: number, language: Language): string {
  const labels = pointLabels(question);
  const low = question.type === "rating" ? (question.low ?? 1) : 1;
  const label = labels.length > 2 ? localized(labels[point - low], language) : "";
  return label ? `${point} · ${label}` : String(point);
}

/** What a matrix row or the half of a pair is called. */
export function partLabel(question: Question, part: string, language: Language): string {
  if (question.type === "expectation") {
    const label = part === "expectation" ? question.expectation_label : question.result_label;
    return localized(label, language, part);
  }
  const row = choicesOf(question, "rows").find(({ id }) => id === part);
  return localized((row as Choice | undefined)?.label, language, part);
}

/** Answers with one changed; `undefined` takes it away, and what was written in with it. */
export function withAnswer(
  answers: Answers,
  question: string,
  answer: Answer | undefined,
): Answers {
  const next = { ...answers };
  if (answer === undefined || answer === "" || (Array.isArray(answer) && answer.length === 0)) {
    delete next[question];
  } else {
    next[question] = answer;
  }
  const taken = Array.isArray(answer) ? answer : [answer];
  const written = next[writeInKey(question)];
  if (isParts(written)) {
    const kept = Object.fromEntries(Object.entries(written).filter(([id]) => taken.includes(id)));
    if (Object.keys(kept).length > 0) next[writeInKey(question)] = kept;
    else delete next[writeInKey(question)];
  }
  return next;
}

/** Answers with one part of a matrix, a pair or the written-in words changed. */
export function withPart(
  answers: Answers,
  key: string,
  part: string,
  value: AnswerPart | undefined,
): Answers {
  const before = answers[key];
  const parts = isParts(before) ? { ...before } : {};
  if (value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) {
    delete parts[part];
  } else {
    parts[part] = value;
  }
  const next = { ...answers };
  if (Object.keys(parts).length > 0) next[key] = parts;
  else delete next[key];
  return next;
}
