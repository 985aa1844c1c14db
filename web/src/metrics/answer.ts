/** An answer as rows of a file, and the days behind one of its points. Pure. */
import type { Cell } from "../format/csv";
import type { Grain } from "../format/date";
import { addDays, addMonths, type DayRange } from "../format/period";
import { type ScoreValue, standingOf } from "../ui/score/model";

interface Line {
  name: string;
  points: { start: string; score: ScoreValue }[];
}

interface AnswerToWrite {
  total: { name: string; score: ScoreValue };
  groups: { name: string; score: ScoreValue }[];
  series: Line[];
  words: { header: string[]; few: string; suppressed: string };
}

/** Every number with its n and interval; a suppressed one with a word and nothing else. */
export function answerRows({ total, groups, series, words }: AnswerToWrite): Cell[][] {
  const row = (name: string, from: string, score: ScoreValue): Cell[] => {
    const standing = standingOf(score);
    if (standing === "suppressed") return [name, from, null, null, null, null, words.suppressed];
    const [low, high] = score.interval ?? [];
    return [name, from, score.value, score.n, low, high, standing === "few" ? words.few : null];
  };
  return [
    words.header,
    row(total.name, "", total.score),
    ...groups.map((group) => row(group.name, "", group.score)),
    ...series.flatMap((line) =>
      line.points.map((point) => row(line.name, point.start, point.score)),
    ),
  ];
}

/** The days of the bucket that starts on `start`, within the period asked for. */
export function bucketRange(start: string, grain: Grain, period: DayRange | null): DayRange {
  const next = {
    day: () => addDays(start, 1),
    week: () => addDays(start, 7),
    month: () => addMonths(start, 1),
    quarter: () => addMonths(start, 3),
    year: () => addMonths(start, 12),
    fiscal_year: () => addMonths(start, 12),
  }[grain]();
  const from = period && period.from > start ? period.from : start;
  const last = addDays(next, -1);
  return { from, to: period && period.to < last ? period.to : last };
}
