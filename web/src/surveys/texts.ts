/** Every text of a document with its place, for translating side by side. Pure. */
import type { LocalizedText } from "../i18n/language";
import {
  type ChoiceKey,
  choiceKeys,
  choicesOf,
  pagesOf,
  type Question,
  questionsOf,
  type SurveyDocument,
} from "./document";

/** Keys and indexes from the document down to a text. */
export type TextPath = readonly (string | number)[];

/** What a text is, as the catalogues name it. */
export type TextRole =
  | "title"
  | "purpose"
  | "controller"
  | "closed_message"
  | "field_label"
  | "page_title"
  | "question"
  | "help"
  | "low_label"
  | "high_label"
  | "point"
  | "expectation_label"
  | "result_label"
  | "statement"
  | "unit"
  | ChoiceKey
  | "ending_title"
  | "ending_message"
  | "ending_link";

export interface TextPlace {
  path: TextPath;
  role: TextRole;
  /** Id of the question, field, page or ending it belongs to; empty for the survey's own. */
  of: string;
  value: LocalizedText;
}

const OF_QUESTION = [
  "low_label",
  "high_label",
  "expectation_label",
  "result_label",
  "statement",
  "unit",
] as const;

export function textsOf(document: SurveyDocument): TextPlace[] {
  const texts: TextPlace[] = [];
  const add = (
    path: TextPath,
    role: TextRole,
    of: string,
    value: LocalizedText | null | undefined,
  ) => texts.push({ path, role, of, value: value ?? {} });
  add(["title"], "title", "", document.title);
  add(["privacy", "purpose"], "purpose", "", document.privacy?.purpose);
  add(["privacy", "controller"], "controller", "", document.privacy?.controller);
  add(["answering", "closed_message"], "closed_message", "", document.answering?.closed_message);
  for (const [index, page] of pagesOf(document).entries()) {
    const path = ["pages", index];
    add([...path, "title"], "page_title", page.id, page.title);
    for (const [place, question] of questionsOf(page).entries()) {
      for (const [below, role, value] of questionTexts(question)) {
        add([...path, "questions", place, ...below], role, question.id, value);
      }
    }
  }
  for (const [index, ending] of (document.endings ?? []).entries()) {
    const path = ["endings", index];
    add([...path, "title"], "ending_title", ending.id, ending.title);
    add([...path, "message"], "ending_message", ending.id, ending.message);
    if (ending.link) add([...path, "link", "label"], "ending_link", ending.id, ending.link.label);
  }
  for (const [index, field] of (document.hidden_fields ?? []).entries()) {
    add(["hidden_fields", index, "label"], "field_label", field.id, field.label);
  }
  return texts;
}

type Below = [TextPath, TextRole, LocalizedText | null | undefined];

function questionTexts(question: Question): Below[] {
  const said = question as unknown as Record<string, LocalizedText | null | undefined>;
  const labels = (question as { labels?: LocalizedText[] }).labels ?? [];
  return [
    [["text"], "question", question.text],
    [["help"], "help", question.help],
    ...OF_QUESTION.filter((key) => said[key]).map((key): Below => [[key], key, said[key]]),
    ...labels.map((label, at): Below => [["labels", at], "point", label]),
    ...choiceKeys(question.type).flatMap((key) =>
      choicesOf(question, key).map((choice, at): Below => [[key, at, "label"], key, choice.label]),
    ),
  ];
}

/** Whether a text is said in some language but not in this one. */
export function isMissing(value: LocalizedText, language: string): boolean {
  return !value[language]?.trim() && Object.values(value).some((words) => words.trim());
}

/** How many texts have no words in a language although they have some in another. */
export function missingIn(document: SurveyDocument, language: string): number {
  return textsOf(document).filter((text) => isMissing(text.value, language)).length;
}

/** The document with one text replaced. What the path does not lead to stays as it is. */
export function withTextAt(
  document: SurveyDocument,
  path: TextPath,
  value: LocalizedText,
): SurveyDocument {
  return set(document, path, value) as SurveyDocument;
}

function set(node: unknown, path: TextPath, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(node)) {
    return node.map((each, index) => (index === key ? set(each, rest, value) : each));
  }
  const object = (node ?? {}) as Record<string, unknown>;
  return { ...object, [key]: set(object[key], rest, value) };
}
