/** The question of the explorer: how it stands in the URL and how the API is asked. Pure. */
import type { Metric, MetricQuestion } from "../api/types";
import { type Filter, parseFilters, toValues, withUnit } from "../filters/filters";
import { type DayRange, wholeMonths } from "../format/period";
import { NPS_SCALE, PERCENT_SCALE, type Scale } from "../ui/score/model";
import { textParameter } from "../ui/urlState";

export const GRAINS = [
  "day",
  "week",
  "month",
  "quarter",
  "half",
  "year",
  "fiscal_quarter",
  "fiscal_half",
  "fiscal_year",
] as const;
export type Grain = (typeof GRAINS)[number];

export const COMPARES = ["previous_period", "previous_year"] as const;
export type Compare = (typeof COMPARES)[number];

export interface Question {
  metric: string | undefined;
  split: string | undefined;
  grain: Grain | undefined;
  compare: Compare | undefined;
  /** Units as the tree is today, instead of as it was when it happened. */
  asNow: boolean;
  filters: Filter[];
}

/** Reads the question from the URL. Absent: months, no split, the period before; `none` says none. */
export function readQuestion(search: Record<string, unknown>): Question {
  return {
    metric: textParameter(search.metric),
    split: textParameter(search.split),
    grain:
      search.grain === "none"
        ? undefined
        : (GRAINS.find((each) => each === search.grain) ?? "month"),
    compare:
      search.compare === "none"
        ? undefined
        : (COMPARES.find((each) => each === search.compare) ?? "previous_period"),
    asNow: search.units === "as_now",
    filters: parseFilters(search.filters),
  };
}

/** The question as the API takes it. */
export function toApi(
  question: Question,
  range: DayRange | null,
  unit: string | null,
  confidential = false,
): MetricQuestion {
  return {
    period: (range && confidential ? wholeMonths(range) : range) ?? {},
    grain: question.grain ?? "none",
    split: question.split ? [question.split] : [],
    filters: withUnit(question.filters, unit).map(({ dimension, values }) => ({
      dimension,
      any_of: toValues(values),
    })),
    // Without bounds there is no period before.
    compare: range ? (question.compare ?? null) : null,
    units: question.asNow ? "as_now" : "as_then",
  };
}

/** What a confidential survey can be split by, one at a time. */
const OF_CONFIDENTIAL = /^(unit|unit:\d+|survey|version)$/;

/** Steps too short for a confidential survey. */
export const isFine = (grain: Grain) => grain === "day" || grain === "week";

export const fitsConfidential = (dimension: string) => OF_CONFIDENTIAL.test(dimension);

/**
 * The question as a confidential survey answers it: in steps of a month or more, over whole months,
 * by unit, survey or version. What it cannot be asked is left out, and the screen says so.
 */
export function toConfidential(question: Question): Question {
  return {
    ...question,
    split: question.split && fitsConfidential(question.split) ? question.split : undefined,
    grain: question.grain && isFine(question.grain) ? "month" : question.grain,
    filters: question.filters.filter(({ dimension }) => fitsConfidential(dimension)),
  };
}

/** How a metric's values are read and written. */
export function scaleOf(metric: Pick<Metric, "definition" | "target">): Scale {
  const { formula } = metric.definition;
  const lower =
    formula.direction === "lower_is_better" ||
    (formula.kind === "bottom_box" && formula.direction === undefined);
  const own = { better: lower ? ("down" as const) : ("up" as const), target: metric.target };
  switch (formula.kind) {
    case "nps":
      return { ...NPS_SCALE, ...own };
    case "mean":
    case "of_answers":
    case "of_metrics":
    case "ces": {
      // A mean of a field, or a formula, without a scale has no ends to draw a whisker between.
      const { min, max } = formula.scale ?? { min: 0, max: 0 };
      return { unit: "plain", min, max, decimals: 2, ...own };
    }
    default:
      return { ...PERCENT_SCALE, ...own };
  }
}

/** The surveys and sources behind a metric, also those of the metrics it is calculated from. */
export function streamsOf(metric: Metric, metrics: readonly Metric[]): Set<string> {
  const streams = new Set<string>();
  const seen = new Set<string>();
  const open = [metric];
  for (let each = open.pop(); each; each = open.pop()) {
    if (seen.has(each.id)) continue;
    seen.add(each.id);
    for (const source of each.definition.sources) streams.add(source.stream);
    for (const operand of each.definition.metrics ?? []) {
      const found = metrics.find((other) => other.id === operand.metric);
      if (found) open.push(found);
    }
  }
  return streams;
}
