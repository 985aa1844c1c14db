/** What of the results page stands in its address. Pure. */
import { type DayRange, wholeMonths } from "../../format/period";
import { textParameter } from "../../ui/urlState";

export const TABS = ["questions", "crosstab", "responses", "drop_off"] as const;
export type Tab = (typeof TABS)[number];

export interface ResultsSearch {
  tab: Tab;
  /** Fields of the crosstab. */
  row?: string | undefined;
  column?: string | undefined;
  /** What the percentages of the crosstab are of. */
  of: "row" | "column";
  /** The response that is open. */
  response?: string | undefined;
}

export function readResultsSearch(search: Record<string, unknown>): ResultsSearch {
  const tab = TABS.find((each) => each === search.tab) ?? "questions";
  return {
    tab,
    row: textParameter(search.row),
    column: textParameter(search.column),
    of: search.of === "column" ? "column" : "row",
    response: textParameter(search.response),
  };
}

/** What the figures, the table and the files of a survey are asked for. */
export interface Chosen {
  from?: string;
  to?: string;
  unit?: string;
}

/** Confidential programmes answer for whole months only, so the period is widened to them. */
export function chosen(range: DayRange | null, unit: string | null, confidential: boolean): Chosen {
  const days = range && confidential ? wholeMonths(range) : range;
  return {
    ...(days?.from ? { from: days.from } : {}),
    ...(days?.to ? { to: days.to } : {}),
    ...(unit ? { unit } : {}),
  };
}
