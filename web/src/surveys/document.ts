/** The survey document as the builder edits it: small questions about it, and new parts. Pure. */
import type { components } from "../api/schema.gen";
import type { LocalizedText } from "../i18n/language";

type Schemas = components["schemas"];

export type SurveyDocument = Schemas["SurveyDocument"];
export type SurveyPage = Schemas["SurveyPage"];
export type Question = Schemas["Question"];
export type QuestionType = Question["type"];
export type Choice = Schemas["Choice"];
export type Ending = Schemas["SurveyEnding"];
export type Skip = Schemas["SurveySkip"];
export type HiddenField = Schemas["HiddenField"];
export type Problem = Schemas["SurveyProblem"];
export type SurveySummary = Schemas["Survey"];
export type Template = Schemas["SurveyTemplate"];
export type Link = Schemas["LinkInfo"];

/** In the order of the menu: what is measured, what is chosen, what is written, the rest. */
export const QUESTION_TYPES = [
  "nps",
  "csat",
  "ces",
  "rating",
  "single",
  "multiple",
  "matrix",
  "emotion",
  "expectation",
  "text",
  "number",
  "date",
  "consent",
  "statement",
] as const satisfies readonly QuestionType[];

/** Lists of choices a question may hold, by the key under which they stand. */
export type ChoiceKey = "choices" | "rows" | "columns";

export function choiceKeys(type: QuestionType): ChoiceKey[] {
  if (type === "matrix") return ["rows", "columns"];
  return type === "single" || type === "multiple" || type === "emotion" ? ["choices"] : [];
}

export function choicesOf(question: Question, key: ChoiceKey): Choice[] {
  return (question as unknown as Partial<Record<ChoiceKey, Choice[]>>)[key] ?? [];
}

/** The lowest and highest point of a scale; null for a question that has none. */
export function scaleOf(question: Question): { low: number; high: number } | null {
  switch (question.type) {
    case "nps":
      return { low: 0, high: 10 };
    case "csat":
      return { low: 1, high: question.points ?? 5 };
    case "ces":
      return { low: 1, high: question.points ?? 7 };
    case "rating":
      return { low: question.low ?? 1, high: question.high ?? 5 };
    case "expectation":
      return { low: question.low ?? 0, high: question.high ?? 10 };
    default:
      return null;
  }
}

export function pagesOf(document: SurveyDocument): SurveyPage[] {
  return document.pages ?? [];
}

export function questionsOf(page: SurveyPage): Question[] {
  return page.questions ?? [];
}

export function findQuestion(document: SurveyDocument, id: string) {
  for (const [page, each] of pagesOf(document).entries()) {
    const index = questionsOf(each).findIndex((question) => question.id === id);
    const question = questionsOf(each)[index];
    if (question) return { question, page, index };
  }
  return null;
}

/** The first of `q1`, `q2` … that nothing is called yet. */
export function freeId(prefix: string, taken: Iterable<string>): string {
  const names = new Set(taken);
  let number = 1;
  while (names.has(`${prefix}${number}`)) number += 1;
  return `${prefix}${number}`;
}

/** Questions and hidden fields share one space of names. */
export function freeQuestionId(document: SurveyDocument): string {
  const questions = pagesOf(document).flatMap((page) => questionsOf(page).map(({ id }) => id));
  return freeId("q", [...questions, ...(document.hidden_fields ?? []).map(({ id }) => id)]);
}

const choice = (id: string, ja: string, en: string): Choice => ({ id, label: { ja, en } });

/** A question of a type, with the wording most surveys begin with. */
export function newQuestion(type: QuestionType, id: string): Question {
  const base = { id, text: START[type], required: false };
  const options = [choice("c1", "選択肢1", "Choice 1"), choice("c2", "選択肢2", "Choice 2")];
  switch (type) {
    case "nps":
      return {
        ...base,
        type,
        required: true,
        low_label: { ja: "まったくすすめない", en: "Not at all likely" },
        high_label: { ja: "ぜひすすめたい", en: "Extremely likely" },
      };
    case "csat":
      return { ...base, type, required: true, points: 5, labels: SATISFACTION };
    case "ces":
      return {
        ...base,
        type,
        required: true,
        points: 7,
        agree: "higher_is_easier",
        low_label: { ja: "まったくそう思わない", en: "Strongly disagree" },
        high_label: { ja: "とてもそう思う", en: "Strongly agree" },
      };
    case "rating":
      return { ...base, type, style: "star", low: 1, high: 5, labels: [] };
    case "single":
      return { ...base, type, choices: options, layout: "list" };
    case "multiple":
      return { ...base, type, choices: options };
    case "matrix":
      return {
        ...base,
        type,
        rows: [choice("r1", "項目1", "Item 1"), choice("r2", "項目2", "Item 2")],
        columns: options,
      };
    case "emotion":
      return {
        ...base,
        type,
        choices: [
          choice("happy", "うれしい", "Happy"),
          choice("relieved", "安心した", "Relieved"),
          choice("disappointed", "がっかりした", "Disappointed"),
          choice("angry", "腹が立った", "Angry"),
        ],
      };
    case "expectation":
      return {
        ...base,
        type,
        low: 0,
        high: 10,
        expectation_label: { ja: "ご利用前の期待", en: "What you expected" },
        result_label: { ja: "実際のご感想", en: "What you got" },
      };
    case "text":
      return { ...base, type, long: true, voice: true, max_length: 2000 };
    case "consent":
      return { ...base, type, purpose: "contact", statement: START.consent };
    default:
      return { ...base, type } as Question;
  }
}

const SATISFACTION: LocalizedText[] = [
  { ja: "とても不満", en: "Very dissatisfied" },
  { ja: "不満", en: "Dissatisfied" },
  { ja: "どちらともいえない", en: "Neither" },
  { ja: "満足", en: "Satisfied" },
  { ja: "とても満足", en: "Very satisfied" },
];

const START: Record<QuestionType, LocalizedText> = {
  nps: {
    ja: "当社を親しい方にすすめる可能性は、どのくらいありますか。",
    en: "How likely are you to recommend us to a friend or colleague?",
  },
  csat: { ja: "全体として、どのくらい満足されましたか。", en: "Overall, how satisfied are you?" },
  ces: {
    ja: "用件を簡単に済ませることができた。",
    en: "It was easy to get done what I came for.",
  },
  rating: { ja: "評価をお聞かせください。", en: "How would you rate it?" },
  single: { ja: "あてはまるものを1つお選びください。", en: "Which one applies?" },
  multiple: { ja: "あてはまるものをすべてお選びください。", en: "Which of these apply?" },
  matrix: { ja: "それぞれについてお答えください。", en: "Please answer for each of these." },
  emotion: { ja: "そのとき、どのようなお気持ちでしたか。", en: "How did you feel at that moment?" },
  expectation: {
    ja: "ご利用前の期待と、実際のご感想をお聞かせください。",
    en: "What did you expect, and how was it?",
  },
  text: { ja: "そう思われた理由をお聞かせください。", en: "What is the main reason?" },
  number: { ja: "数値をご記入ください。", en: "Please give a number." },
  date: { ja: "日付をお選びください。", en: "Please choose a date." },
  consent: {
    ja: "ご回答についてご連絡することに同意します。",
    en: "You may contact me about my answers.",
  },
  statement: { ja: "ここに説明文を入れます。", en: "Write what people should know here." },
};

/** A hidden field under a free name; a code, because that says most and reveals least. */
export function newField(document: SurveyDocument): HiddenField {
  const questions = pagesOf(document).flatMap((page) => questionsOf(page).map(({ id }) => id));
  const fields = (document.hidden_fields ?? []).map(({ id }) => id);
  return { id: freeId("field", [...questions, ...fields]), label: {}, kind: "code" };
}

/** A page with its own free id. */
export function newPage(document: SurveyDocument): SurveyPage {
  const ids = pagesOf(document).map(({ id }) => id);
  return { id: freeId("page", ids), questions: [] };
}

/** A text with one language changed; an emptied language is left out, as the document wants it. */
export function withText(
  text: LocalizedText | null | undefined,
  language: string,
  words: string,
): LocalizedText {
  const next = { ...text };
  if (words) next[language] = words;
  else delete next[language];
  return next;
}
