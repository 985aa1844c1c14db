import { describe, expect, it } from "vitest";
import { NPS_SCALE, PERCENT_SCALE, type ScoreValue } from "../ui/score/model";
import type { Tokens } from "./tokens";
import {
  axisRange,
  breakIndex,
  describePoint,
  niceStep,
  type TrendSeries,
  trendOption,
} from "./trend";

const words = {
  language: "en" as const,
  n: (n: string) => `n ${n}`,
  few: "few answers",
  suppressed: "hidden",
  empty: "no answers",
};

const score = (value: number | null, more: Partial<ScoreValue> = {}): ScoreValue => ({
  value,
  n: 200,
  interval: value === null ? null : [value - 3, value + 3],
  ...more,
});

const series = (...scores: ScoreValue[]): TrendSeries => ({
  key: "all",
  name: "<NPS>",
  points: scores.map((each, index) => ({
    start: `2026-0${index + 1}-01`,
    label: `month ${index + 1}`,
    score: each,
  })),
});

describe("the value axis", () => {
  it("holds every interval and the target", () => {
    const [low, high] = axisRange([series(score(20), score(30))], { ...NPS_SCALE, target: 45 });
    expect(low).toBeLessThanOrEqual(17);
    expect(high).toBeGreaterThanOrEqual(45);
  });

  it("never magnifies noise beyond a tenth of the scale", () => {
    const [low, high] = axisRange(
      [series(score(50, { interval: [49.9, 50.1] }), score(50.2, { interval: null }))],
      PERCENT_SCALE,
    );
    expect(high - low).toBeGreaterThanOrEqual(10);
  });

  it("stays on the scale and takes all of it when there is nothing to show", () => {
    expect(axisRange([series(score(99, { interval: [95, 104] }))], PERCENT_SCALE)[1]).toBe(100);
    expect(axisRange([series(score(null))], NPS_SCALE)).toEqual([-100, 100, 50]);
  });

  it("has no ends for a mean of a field without a scale", () => {
    const open = { ...NPS_SCALE, min: 0, max: 0 };
    const [low, high] = axisRange([series(score(4200, { interval: [4100, 4300] }))], open);
    expect(low).toBeLessThanOrEqual(4100);
    expect(high).toBeGreaterThanOrEqual(4300);
    expect(axisRange([series(score(null))], open)).toEqual([0, 1, 0.2]);
  });

  it("has its rules on round numbers, zero among them", () => {
    const [low, high, step] = axisRange([series(score(-18), score(38))], NPS_SCALE);
    expect([low % step, high % step].map(Math.abs)).toEqual([0, 0]);
  });

  it("is not stretched by the wide interval of few answers", () => {
    const [low] = axisRange(
      [series(score(50), score(48, { few: true, interval: [5, 95] }))],
      PERCENT_SCALE,
    );
    expect(low).toBeGreaterThan(30);
  });

  it("steps by 1, 2 or 5 times a power of ten", () => {
    expect([0.3, 1.4, 4, 7, 30].map(niceStep)).toEqual([0.5, 2, 5, 10, 50]);
  });
});

describe("a point", () => {
  it("says value, interval, n, and few answers in a word", () => {
    const [point] = series(score(18.6, { n: 12, few: true })).points;
    expect(point && describePoint(point, NPS_SCALE, words)).toBe(
      "+18.6  [+15.6, +21.6]  n 12  few answers",
    );
  });

  it("never says a number for a suppressed score", () => {
    const [point] = series(score(18.6, { suppressed: true })).points;
    expect(point && describePoint(point, NPS_SCALE, words)).toBe("hidden");
  });
});

describe("the drawing", () => {
  const tokens = new Proxy({}, { get: (_, name) => String(name) }) as Tokens;
  const option = trendOption(
    [series(score(10), score(20, { suppressed: true }), score(null))],
    NPS_SCALE,
    words,
    tokens,
  );
  const drawn = option.series as { data: (number | null)[] }[];

  it("leaves gaps for suppressed and empty points", () => {
    expect(drawn[0]?.data).toEqual([10, null, null]);
  });

  it("stacks the band from the lower end by the interval's width", () => {
    expect(drawn[1]?.data).toEqual([7, null, null]);
    expect(drawn[2]?.data).toEqual([6, null, null]);
  });

  it("escapes names in its tooltip", () => {
    const two = trendOption([series(score(10)), series(score(11))], NPS_SCALE, words, tokens);
    const formatter = (two.tooltip as { formatter: (params: unknown) => string }).formatter;
    expect(formatter([{ dataIndex: 0 }])).not.toContain("<NPS>");
  });
});

describe("breaks", () => {
  const { points } = series(score(1), score(2), score(3));
  const ended = points.map((point) => ({ ...point, end: point.start.replace(/-01$/, "-28") }));

  it("stand before the first bucket that has the new question", () => {
    expect(breakIndex(ended, "2026-02-10")).toBe(1);
    expect(breakIndex(ended, "2026-03-01")).toBe(2);
  });

  it("are not drawn outside of what is shown", () => {
    expect(breakIndex(ended, "2025-12-01")).toBeNull();
    expect(breakIndex(ended, "2026-09-01")).toBeNull();
  });
});
