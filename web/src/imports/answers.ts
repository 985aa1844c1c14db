/** The places of a survey that a column can answer: questions, rows, boxes. Pure. */
import type { Language } from "../format/number";
import { localized, paired } from "../i18n/language";
import {
  choicesOf,
  pagesOf,
  type Question,
  type QuestionType,
  questionsOf,
  type SurveyDocument,
} from "../surveys/document";

export interface Place {
  question: string;
  row?: string | null;
  choice?: string | null;
}

const SEPARATOR = "\u001f";

/** A place as one text, for the value of a choice. */
export const writePlace = ({ question, row, choice }: Place): string =>
  question ? [question, row ?? "", choice ?? ""].join(SEPARATOR) : "";

export function readPlace(text: string): {
  question: string;
  row: string | null;
  choice: string | null;
} {
  const [question = "", row = "", choice = ""] = text.split(SEPARATOR);
  return { question, row: row || null, choice: choice || null };
}

/** What the two parts of a question about expectation are called. */
export type PairWords = Record<"expectation" | "result", string>;

const allQuestions = (document: SurveyDocument): Question[] =>
  pagesOf(document).flatMap(questionsOf);

export function questionsAsked(
  document: SurveyDocument,
  language: Language,
  types: readonly QuestionType[],
): { value: string; label: string }[] {
  return allQuestions(document)
    .filter(({ type }) => types.includes(type))
    .map(({ id, text }) => ({ value: id, label: localized(text, language, id) }));
}

/** Every question with its places; the place without words is the question as a whole. */
export function answerPlaces(document: SurveyDocument, language: Language, pair: PairWords) {
  return allQuestions(document)
    .filter(({ type }) => type !== "statement")
    .map((question) => ({
      group: localized(question.text, language, question.id),
      places: placesOf(question, language, pair),
    }));
}

function placesOf(
  question: Question,
  language: Language,
  pair: PairWords,
): { value: string; label: string | null }[] {
  const at = (place: Omit<Place, "question">, label: string | null) => ({
    value: writePlace({ question: question.id, ...place }),
    label,
  });
  const named = (key: "choices" | "rows" | "columns") =>
    choicesOf(question, key).map(({ id, label }) => ({ id, name: localized(label, language, id) }));
  switch (question.type) {
    case "matrix":
      return named("rows").flatMap(({ id, name }) =>
        question.multiple
          ? named("columns").map((column) =>
              at({ row: id, choice: column.id }, paired(name, column.name, language)),
            )
          : [at({ row: id }, name)],
      );
    case "multiple":
      return [at({}, null), ...named("choices").map(({ id, name }) => at({ choice: id }, name))];
    case "expectation":
      return Object.entries(pair).map(([part, words]) => at({ row: part }, words));
    default:
      return [at({}, null)];
  }
}
