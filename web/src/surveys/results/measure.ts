/** Which questions of a survey can be measured at once, and by which metric. Pure. */
import type { Formula, Metric } from "../../api/types";
import type { LocalizedText } from "../../i18n/language";
import { pagesOf, type Question, questionsOf, type SurveyDocument, scaleOf } from "../document";

const NAMES = {
  nps: { ja: "推奨度(NPS)", en: "NPS" },
  csat: { ja: "満足度(CSAT)", en: "CSAT" },
  ces: { ja: "顧客努力(CES)", en: "CES" },
  rating: { ja: "評価", en: "Rating" },
} as const;

type Measured = Extract<Question, { type: keyof typeof NAMES }>;

/** The metrics that are measured on a survey, alone or among others. */
export function metricsOn(survey: string, metrics: readonly Metric[]): Metric[] {
  return metrics.filter(
    (metric) =>
      !metric.archived && metric.definition.sources.some(({ stream }) => stream === survey),
  );
}

/** Scale questions whose field no metric is measured on. */
export function unmeasured(
  survey: string,
  document: SurveyDocument,
  metrics: readonly Metric[],
): Measured[] {
  const fields = new Set(
    metricsOn(survey, metrics).flatMap((metric) =>
      metric.definition.sources.filter((each) => each.stream === survey).map(({ field }) => field),
    ),
  );
  return pagesOf(document)
    .flatMap(questionsOf)
    .filter((question): question is Measured => question.type in NAMES)
    .filter((question) => !fields.has(fieldOf(question)));
}

const fieldOf = (question: Question) => question.field ?? question.id;

/** The metric that a scale question is usually read by. */
export function metricFor(survey: string, title: LocalizedText, question: Measured) {
  const name: LocalizedText = {};
  for (const language of ["ja", "en"] as const) {
    const of = title[language];
    if (of) name[language] = `${of} · ${NAMES[question.type][language]}`;
  }
  if (Object.keys(name).length === 0) Object.assign(name, NAMES[question.type]);
  return {
    name,
    definition: {
      formula: formulaFor(question),
      sources: [{ stream: survey, field: fieldOf(question) }],
    },
  };
}

function formulaFor(question: Measured): Formula {
  const ends = scaleOf(question);
  const scale = { min: ends?.low ?? 1, max: ends?.high ?? 5 };
  switch (question.type) {
    case "nps":
      return { kind: "nps" };
    case "csat":
      return { kind: "csat", scale, top: 2 };
    case "ces":
      return {
        kind: "ces",
        scale,
        direction: question.agree === "higher_is_harder" ? "lower_is_better" : "higher_is_better",
      };
    case "rating":
      return { kind: "mean", scale, direction: "higher_is_better" };
  }
}
