/** The geometry of a sparkline: a line through the values, a band through the intervals. Pure. */
import { type Scale, standingOf } from "../ui/score/model";
import { axisRange, shownValue, type TrendPoint } from "./trend";

export interface Sparkline {
  /** Paths of the pieces of the line; a step without a value leaves a gap. */
  line: string;
  band: string;
  /** Values alone between gaps, which no line shows. */
  dots: { x: number; y: number }[];
  /** Where the last value stands. */
  end: { x: number; y: number } | null;
}

/** Lays points out in a box; nothing when fewer than two have a value. */
export function sparklineOf(
  points: readonly TrendPoint[],
  scale: Scale,
  width: number,
  height: number,
): Sparkline | null {
  const [min, max] = axisRange([{ key: "", name: "", points: [...points] }], scale);
  const steps = Math.max(1, points.length - 1);
  const x = (index: number) => round((index / steps) * width);
  const y = (value: number) => {
    const within = Math.min(max, Math.max(min, value));
    return round(height - ((within - min) / (max - min)) * height);
  };
  const pieces: { x: number; y: number; low: number; high: number }[][] = [];
  let piece: (typeof pieces)[number] = [];
  for (const [index, { score }] of points.entries()) {
    const value = shownValue(score);
    if (value === null) {
      piece = [];
      continue;
    }
    if (piece.length === 0) pieces.push(piece);
    // Of few answers the interval is wider than the picture; the line alone says enough.
    const [low, high] = standingOf(score) === "few" ? [] : (score.interval ?? []);
    piece.push({ x: x(index), y: y(value), low: y(low ?? value), high: y(high ?? value) });
  }
  const all = pieces.flat();
  if (all.length < 2) return null;
  const path = (at: { x: number; y: number }[]) =>
    at.map((each, index) => `${index ? "L" : "M"}${each.x} ${each.y}`).join("");
  return {
    line: pieces.map(path).join(""),
    band: pieces
      .filter((each) => each.length > 1)
      .map((each) => {
        const upper = each.map((at) => ({ x: at.x, y: at.high }));
        const lower = each.map((at) => ({ x: at.x, y: at.low })).reverse();
        return `${path([...upper, ...lower])}Z`;
      })
      .join(""),
    dots: pieces.flatMap((each) => (each.length === 1 ? each : [])),
    end: all.at(-1) ?? null,
  };
}

const round = (value: number) => Math.round(value * 10) / 10;
