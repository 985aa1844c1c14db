import { describe, expect, it } from "vitest";
import { PERCENT_SCALE } from "../ui/score/model";
import { sparklineOf } from "./spark";
import type { TrendPoint } from "./trend";

const point = (value: number | null, more: object = {}): TrendPoint => ({
  start: "2026-01-01",
  label: "",
  score: { value, n: value === null ? 0 : 100, interval: null, ...more } as TrendPoint["score"],
});

describe("a sparkline", () => {
  const scale = { ...PERCENT_SCALE, axis: [0, 1, 0.2] as [number, number, number] };

  it("needs two values", () => {
    expect(sparklineOf([point(0.5)], scale, 100, 20)).toBeNull();
    expect(sparklineOf([point(0.5), point(null)], scale, 100, 20)).toBeNull();
  });

  it("leaves a gap where nobody answered, and ends at the last value", () => {
    const drawn = sparklineOf(
      [point(0), point(0.5), point(null), point(1), point(0.5)],
      scale,
      100,
      20,
    );
    expect(drawn?.line).toBe("M0 20L25 10M75 0L100 10");
    expect(drawn?.end).toMatchObject({ x: 100, y: 10 });
    expect(drawn?.dots).toEqual([]);
    const alone = sparklineOf([point(0), point(null), point(1)], scale, 100, 20);
    expect(alone?.dots.map(({ x }) => x)).toEqual([0, 100]);
  });

  it("has a band through the intervals, but not those of few answers", () => {
    const sure = { interval: [0.25, 0.75] };
    const drawn = sparklineOf([point(0.5, sure), point(0.5, sure)], scale, 100, 20);
    expect(drawn?.band).toBe("M0 5L100 5L100 15L0 15Z");
    const few = sparklineOf(
      [point(0.5, { ...sure, few: true }), point(0.5, { ...sure, few: true })],
      scale,
      100,
      20,
    );
    expect(few?.band).toBe("M0 10L100 10L100 10L0 10Z");
  });
});
