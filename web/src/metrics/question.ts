/** The question of the explorer: how it stands in the URL and how the API is asked. Pure. */
import type { Metric, MetricQuestion } from "../api/types";
import { type Filter, parseFilters } from "../filters/filters";
import type { Grain } from "../format/date";
import type { DayRange } from "../format/period";
import { NPS_SCALE, PERCENT_SCALE, type Scale } from "../ui/score/model";
import { textParameter } from "../ui/urlState";

export const GRAINS: readonly Grain[] = ["day", "week", "month", "quarter", "year", "fiscal_year"];
export const COMPARES = ["previous_period", "previous_year"] as const;
export type Compare = (typeof COMPARES)[number];

export interface Question {
  metric: string | undefined;
  split: string | undefined;
  grain: Grain | undefined;
  compare: Compare | undefined;
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
    filters: parseFilters(search.filters),
  };
}

/** The question as the API takes it; the global unit becomes one more filter. */
export function toApi(
  question: Question,
  range: DayRange | null,
  unit: string | null,
): MetricQuestion {
  return {
    period: range,
    grain: question.grain ?? null,
    split: question.split ? [question.split] : [],
    filters: unit
      ? [
          ...question.filters.filter((each) => each.dimension !== "unit"),
          { dimension: "unit", values: [unit] },
        ]
      : question.filters,
    // Without bounds there is no period before.
    compare: range ? (question.compare ?? null) : null,
  };
}

/** How a metric's values are read and written. */
export function scaleOf(metric: Metric): Scale {
  const own = {
    better: metric.direction,
    target: metric.target,
  };
  switch (metric.kind) {
    case "nps":
      return { ...NPS_SCALE, ...own };
    case "mean":
    case "ces":
    case "csat_mean":
    case "formula": {
      const { min, max } = metric.scale ?? { min: 0, max: 10 };
      return { unit: "plain", min, max, decimals: 2, ...own };
    }
    default:
      return { ...PERCENT_SCALE, ...own };
  }
}
