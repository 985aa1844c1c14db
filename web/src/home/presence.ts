/** What an organisation has so far, and so what its Home shows. Pure. */
import type { DayRange } from "../format/period";
import type { Grain } from "../metrics/question";

export interface Presence {
  /** Answers of the metrics in the period on the screen. */
  answers: number;
  /** Texts in that period. */
  voices: number;
  /** The same over all time; absent while it is not known. */
  everAnswers?: number | undefined;
  everVoices?: number | undefined;
}

/** `here`: something in this period; `earlier`: only outside of it; `nothing`: nothing at all. */
export function standOf(presence: Presence): "here" | "earlier" | "nothing" | "unknown" {
  if (presence.answers > 0 || presence.voices > 0) return "here";
  const { everAnswers, everVoices } = presence;
  if ((everAnswers ?? 0) > 0 || (everVoices ?? 0) > 0) return "earlier";
  return everAnswers === undefined || everVoices === undefined ? "unknown" : "nothing";
}

/** The survey with the most answers; none while nobody answered. The first of several. */
export function mostAnswered<T>(surveys: readonly T[], answersOf: (survey: T) => number): T | null {
  const most = Math.max(0, ...surveys.map(answersOf));
  return most > 0 ? (surveys.find((survey) => answersOf(survey) === most) ?? null) : null;
}

const DAY_MS = 86_400_000;

/** Steps of a sparkline: enough to be a line, few enough to have answers each. */
export function sparkGrain(range: DayRange | null): Grain {
  if (!range) return "quarter";
  const days = (Date.parse(range.to) - Date.parse(range.from)) / DAY_MS;
  if (days <= 45) return "week";
  return days <= 800 ? "month" : "quarter";
}
