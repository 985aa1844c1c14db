/**
 * A name that others in the draft use, changed everywhere at once: in conditions, and in the
 * marks by which texts take a value. A question's export code is no such name: nothing refers
 * to it. Pure.
 */
import type { LocalizedText } from "../i18n/language";
import type { Condition } from "./conditions";
import {
  type ChoiceKey,
  choicesOf,
  pagesOf,
  type Question,
  questionsOf,
  type SurveyDocument,
} from "./document";
import { textsOf, withTextAt } from "./texts";

/** The document in which a choice, row or column is called `to`. */
export function renameChoice(
  document: SurveyDocument,
  question: string,
  list: ChoiceKey,
  from: string,
  to: string,
): SurveyDocument {
  const renamed = (value: string) => (value === from ? to : value);
  const withChoice = onQuestions(document, (each) =>
    each.id === question
      ? ({
          ...each,
          [list]: choicesOf(each, list).map((choice) => ({ ...choice, id: renamed(choice.id) })),
        } as Question)
      : each,
  );
  const withTests = onTests(withChoice, (test) => {
    if (!("question" in test) || test.question !== question) return test;
    if (list === "rows") return test.row === from ? { ...test, row: to } : test;
    const { value } = test;
    if (typeof value === "string") return { ...test, value: renamed(value) };
    if (!Array.isArray(value)) return test;
    const values = value as (string | number)[];
    return {
      ...test,
      value: values.map((one) => (typeof one === "string" ? renamed(one) : one)) as typeof value,
    };
  });
  if (list !== "rows") return withTests;
  return onMarks(withTests, "answer", (name) =>
    name === `${question}.${from}` ? `${question}.${to}` : name,
  );
}

/** The document in which a hidden field is called `to`. */
export function renameField(document: SurveyDocument, from: string, to: string): SurveyDocument {
  const withField = {
    ...document,
    hidden_fields: (document.hidden_fields ?? []).map((field) =>
      field.id === from ? { ...field, id: to } : field,
    ),
  };
  const withTests = onTests(withField, (test) =>
    "field" in test && test.field === from ? { ...test, field: to } : test,
  );
  return onMarks(withTests, "field", (name) => (name === from ? to : name));
}

/** Whether nothing else goes by a name that a hidden field may take. */
export function isFreeName(document: SurveyDocument, name: string): boolean {
  const taken = [
    ...pagesOf(document)
      .flatMap(questionsOf)
      .map(({ id }) => id),
    ...(document.hidden_fields ?? []).map(({ id }) => id),
  ];
  return (
    /^[A-Za-z]\w{0,39}$/.test(name) &&
    !taken.some((other) => other.toLowerCase() === name.toLowerCase())
  );
}

function onQuestions(document: SurveyDocument, change: (question: Question) => Question) {
  return {
    ...document,
    pages: pagesOf(document).map((page) => ({
      ...page,
      questions: questionsOf(page).map(change),
    })),
  };
}

type Change = (test: Condition) => Condition;

/** Every test of every condition, wherever it stands. */
function onTests(document: SurveyDocument, change: Change): SurveyDocument {
  const asked = onQuestions(document, (question) =>
    question.show_if ? { ...question, show_if: within(question.show_if, change) } : question,
  );
  return {
    ...asked,
    pages: pagesOf(asked).map((page) => ({
      ...page,
      ...(page.show_if ? { show_if: within(page.show_if, change) } : {}),
      ...(page.skips
        ? { skips: page.skips.map((skip) => ({ ...skip, when: within(skip.when, change) })) }
        : {}),
    })),
    ...(document.endings
      ? {
          endings: document.endings.map((ending) =>
            ending.when ? { ...ending, when: within(ending.when, change) } : ending,
          ),
        }
      : {}),
  };
}

function within(condition: Condition, change: Change): Condition {
  if ("all" in condition) return { all: condition.all.map((part) => within(part, change)) };
  if ("any" in condition) return { any: condition.any.map((part) => within(part, change)) };
  if ("not" in condition) return { not: within(condition.not, change) };
  return change(condition);
}

/** `{{answer:q1.r1|words said otherwise}}`, in its parts. */
const MARK = /\{\{(\s*)(answer|field)(\s*:\s*)([^{}|]*?)(\s*)(\|[^{}]*)?\}\}/g;

/** Every mark of a source in every text, in every language. */
function onMarks(
  document: SurveyDocument,
  source: "answer" | "field",
  change: (name: string) => string,
): SurveyDocument {
  const said = (words: string) =>
    words.replace(MARK, (mark, before, its, colon, name: string, after, otherwise = "") =>
      its === source ? `{{${before}${its}${colon}${change(name)}${after}${otherwise}}}` : mark,
    );
  return textsOf(document).reduce((changed, { path, value }) => {
    const next: LocalizedText = Object.fromEntries(
      Object.entries(value).map(([language, words]) => [language, said(words)]),
    );
    const same = Object.keys(value).every((language) => next[language] === value[language]);
    return same ? changed : withTextAt(changed, path, next);
  }, document);
}
