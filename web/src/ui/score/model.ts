/**
 * The grammar of a number: what is said about a score, in which order, and what
 * is left unsaid. Pure functions; `Score.tsx` only sets them in type.
 */
import { formatDecimal, formatSigned, type Language } from "../../format/number";

/** A score as the API sends it. NPS runs over −100…100, shares over 0…100. */
export interface ScoreValue {
  value?: number | null;
  /** Null when suppressed. */
  n?: number | null;
  n_missing?: number | null;
  interval?: [number, number] | number[] | null;
  confidence?: number | null;
  method?: string;
  few?: boolean;
  suppressed?: boolean;
  counts?: Record<string, number> | null;
  change?: ScoreChange | null;
}

export interface ScoreChange {
  difference?: number | null;
  interval?: [number, number] | number[] | null;
  p?: number | null;
  /** `up`, `down` or `no_clear_change`. */
  verdict: string;
  method?: string;
  base_value?: number | null;
  base_n?: number;
}

/** How a metric's values are read and written. */
export interface Scale {
  /** `points` carry a sign (NPS), `percent` a percent sign, `plain` neither. */
  unit: "points" | "percent" | "plain";
  min: number;
  max: number;
  decimals: number;
  /** Which way is better; `none` gives changes no colour. */
  better: "up" | "down" | "none";
  target?: number | null;
  /** The part of the scale a chart shows, when several charts must share it. */
  axis?: [min: number, max: number, step: number];
}

export const NPS_SCALE: Scale = { unit: "points", min: -100, max: 100, decimals: 1, better: "up" };
export const PERCENT_SCALE: Scale = {
  unit: "percent",
  min: 0,
  max: 100,
  decimals: 1,
  better: "up",
};

/** A mean over answers from `min` to `max`. */
export function meanScale(min: number, max: number): Scale {
  return { unit: "plain", min, max, decimals: 2, better: "up" };
}

export function formatValue(value: number, scale: Scale, language: Language): string {
  switch (scale.unit) {
    case "points":
      return formatSigned(value, scale.decimals, language);
    case "percent":
      return `${formatDecimal(value, scale.decimals, language)}%`;
    case "plain":
      return formatDecimal(value, scale.decimals, language);
  }
}

/** A difference between two values; two percentages differ by points. */
export function formatDifference(
  difference: number,
  scale: Scale,
  language: Language,
  points: string,
): string {
  const text = formatSigned(difference, scale.decimals, language);
  return scale.unit === "percent" ? `${text} ${points}` : text;
}

/** `[15.2, 22.0]`, without units: they stand beside the value. */
export function formatInterval(
  interval: readonly number[],
  scale: Scale,
  language: Language,
): string {
  const [low, high] = interval;
  const write = (end: number | undefined) =>
    end === undefined
      ? ""
      : scale.unit === "points"
        ? formatSigned(end, scale.decimals, language)
        : formatDecimal(end, scale.decimals, language);
  return `[${write(low)}, ${write(high)}]`;
}

/** What may be said about a score at all. */
export type Standing = "suppressed" | "empty" | "few" | "full";

export function standingOf(score: ScoreValue): Standing {
  if (score.suppressed) return "suppressed";
  if (score.value === null || score.value === undefined) return "empty";
  return score.few ? "few" : "full";
}

/** What may be said about its change: an arrow needs a test that says so and enough answers. */
export type ChangeSaid = "up" | "down" | "none" | "unsaid";

export function changeOf(score: ScoreValue): ChangeSaid {
  if (standingOf(score) !== "full" || !score.change) return "unsaid";
  const { verdict, difference } = score.change;
  // Nothing to compare with is not the same as no change.
  if (difference === null || difference === undefined) return "unsaid";
  return verdict === "up" || verdict === "down" ? verdict : "none";
}

export type Tone = "good" | "bad" | "plain";

/** Whether a change is good news, given which way is better. */
export function toneOf(said: ChangeSaid, scale: Scale): Tone {
  if ((said !== "up" && said !== "down") || scale.better === "none") return "plain";
  return said === scale.better ? "good" : "bad";
}

/** Where the marks of the whisker lie, each as a share 0…1 of the scale's width. */
export interface WhiskerMarks {
  low: number | null;
  high: number | null;
  value: number;
  zero: number | null;
  target: number | null;
}

export function whiskerMarks(score: ScoreValue, scale: Scale): WhiskerMarks | null {
  if (score.suppressed || score.value === null || score.value === undefined) return null;
  const width = scale.max - scale.min;
  if (!(width > 0)) return null;
  const place = (value: number) => Math.min(1, Math.max(0, (value - scale.min) / width));
  const [low, high] = score.interval ?? [];
  return {
    low: low === undefined ? null : place(low),
    high: high === undefined ? null : place(high),
    value: place(score.value),
    zero: scale.min < 0 && scale.max > 0 ? place(0) : null,
    target: scale.target === null || scale.target === undefined ? null : place(scale.target),
  };
}

/** `p = 0.01`, with three decimals below 0.01; the caller words "below 0.001". */
export function formatP(p: number, language: Language): string {
  return formatDecimal(p, p < 0.01 ? 3 : 2, language);
}
