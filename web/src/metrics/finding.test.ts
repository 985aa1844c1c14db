import { describe, expect, it } from "vitest";
import { NPS_SCALE, PERCENT_SCALE, type ScoreValue } from "../ui/score/model";
import { findingOfGroups, findingOfTotal, ranked } from "./finding";

const score = (value: number | null, half = 3, more: Partial<ScoreValue> = {}): ScoreValue => ({
  value,
  n: 100,
  interval: value === null ? null : [value - half, value + half],
  ...more,
});

describe("the title of a chart", () => {
  it("claims a change only when its test says so", () => {
    const change = (verdict: string) => score(10, 3, { change: { difference: -3, verdict } });
    expect(findingOfTotal(change("down")).kind).toBe("down");
    expect(findingOfTotal(change("no_clear_change")).kind).toBe("flat");
    expect(findingOfTotal(score(10)).kind).toBe("plain");
  });

  it("says few and hidden instead of a change", () => {
    const change = { difference: -3, verdict: "down" };
    expect(findingOfTotal(score(10, 3, { few: true, change })).kind).toBe("few");
    expect(findingOfTotal(score(null, 3, { suppressed: true })).kind).toBe("hidden");
  });

  it("calls groups apart only when their intervals do not touch", () => {
    const groups = [
      { name: "111", score: score(75.2) },
      { name: "PTS", score: score(94.2) },
    ];
    expect(findingOfGroups(groups, PERCENT_SCALE)).toEqual({
      kind: "apart",
      best: "PTS",
      worst: "111",
    });
    expect(findingOfGroups([groups[0]!, { name: "x", score: score(79) }], PERCENT_SCALE).kind).toBe(
      "alike",
    );
  });

  it("never rests on few answers", () => {
    const groups = [
      { name: "a", score: score(90, 1, { few: true }) },
      { name: "b", score: score(10) },
    ];
    expect(findingOfGroups(groups, NPS_SCALE).kind).toBe("alike");
  });

  it("turns round for metrics that are better low", () => {
    const groups = [
      { name: "quick", score: score(5, 1) },
      { name: "slow", score: score(50, 1) },
    ];
    expect(findingOfGroups(groups, { ...PERCENT_SCALE, better: "down" })).toMatchObject({
      best: "quick",
    });
  });
});

it("ranks solid groups from the best, then few answers, then hidden ones", () => {
  const groups = [
    { id: "hidden", score: score(null, 3, { suppressed: true }) },
    { id: "few", score: score(99, 3, { few: true }) },
    { id: "low", score: score(1) },
    { id: "high", score: score(9) },
  ];
  expect(ranked(groups, NPS_SCALE).map((each) => each.id)).toEqual([
    "high",
    "low",
    "few",
    "hidden",
  ]);
});
