/** An answer of the API as the explorer shows it and writes it to a file. Pure. */
import type { MetricAnswer, MetricGroup } from "../api/types";
import type { TrendSeries } from "../charts/trend";
import { bandOf } from "../filters/bands";
import type { Cell } from "../format/csv";
import type { Language } from "../format/number";
import { type LocalizedText, localized } from "../i18n/language";
import { type Scale, type ScoreValue, standingOf } from "../ui/score/model";
import { ranked } from "./finding";

export interface Group {
  /** Value of the split's dimension; null where a record has none. */
  value: string | null;
  key: string;
  name: string;
  score: ScoreValue;
  points: MetricGroup["points"];
}

/** The groups of an answer with one split, named and ranked. */
export function groupsOf(
  answer: MetricAnswer,
  scale: Scale,
  language: Language,
  nameOf: (dimension: string, value: string | null) => string,
): Group[] {
  const [dimension] = answer.query.split;
  if (!dimension) return [];
  const labels: Record<string, LocalizedText> = answer.labels[dimension] ?? {};
  const groups = answer.results.groups.map((group) => {
    const value = group.key[0] ?? null;
    const label = value === null ? undefined : labels[value];
    return {
      value,
      key: value ?? "",
      name: (label && localized(label, language)) || nameOf(dimension, value),
      score: group.score,
      points: group.points,
    };
  });
  // Bands are read in their own order, which the answer has.
  const inBands = groups.some(({ value }) => value !== null && bandOf(value) !== null);
  return inBands ? groups : ranked(groups, scale);
}

/** A group's trend; its buckets come named in both languages. */
export function seriesOf(
  key: string,
  name: string,
  points: MetricGroup["points"],
  language: Language,
): TrendSeries {
  return {
    key,
    name,
    points: points.map((point) => ({
      start: point.from,
      end: point.to,
      label: language === "ja" ? point.label_ja : point.label_en,
      score: point.score,
    })),
  };
}

interface AnswerToWrite {
  total: { name: string; score: ScoreValue };
  groups: { name: string; score: ScoreValue }[];
  series: { name: string; points: { start: string; score: ScoreValue }[] }[];
  words: { header: string[]; few: string; suppressed: string };
}

/** Every number with its n, interval and method; a suppressed one with a word and nothing else. */
export function answerRows({ total, groups, series, words }: AnswerToWrite): Cell[][] {
  const row = (name: string, from: string, score: ScoreValue): Cell[] => {
    const standing = standingOf(score);
    if (standing === "suppressed") {
      return [name, from, null, null, null, null, null, null, words.suppressed];
    }
    const [low, high] = score.interval ?? [];
    const { value, n, confidence, method } = score;
    const note = standing === "few" ? words.few : null;
    return [name, from, value, n, low, high, confidence, method, note];
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
