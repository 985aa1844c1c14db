import { describe, expect, it } from "vitest";
import type { MetricAnswer } from "../api/types";
import { NPS_SCALE, type ScoreValue } from "../ui/score/model";
import { answerRows, groupsOf } from "./answer";

const words = {
  header: ["g", "from", "value", "n", "low", "high", "confidence", "method", "note"],
  few: "few",
  suppressed: "hidden",
};

describe("the file of an answer", () => {
  it("carries n, interval and method with every value", () => {
    const how = { confidence: 0.95, method: "nps_adjusted_wald" };
    const rows = answerRows({
      total: { name: "all", score: { value: 18.6, n: 1904, interval: [15.2, 22], ...how } },
      groups: [{ name: "few", score: { value: 5, n: 12, interval: [-20, 30], few: true, ...how } }],
      series: [],
      words,
    });
    expect(rows[1]).toEqual(["all", "", 18.6, 1904, 15.2, 22, 0.95, how.method, null]);
    expect(rows[2]).toEqual(["few", "", 5, 12, -20, 30, 0.95, how.method, "few"]);
  });

  it("lets no figure of a suppressed group out, not even its n", () => {
    const rows = answerRows({
      total: { name: "all", score: { value: 3, n: 3, interval: [1, 5], suppressed: true } },
      groups: [],
      series: [],
      words,
    });
    expect(rows[1]).toEqual(["all", "", null, null, null, null, null, null, "hidden"]);
  });
});

describe("the groups of an answer", () => {
  const score = (value: number): ScoreValue => ({
    value,
    n: 100,
    interval: [value - 1, value + 1],
  });
  const group = (key: string | null, value: number) => ({
    key: [key],
    score: score(value),
    points: [],
  });
  const answer = {
    query: { split: ["unit"] },
    labels: { unit: { unt_1: { ja: "新宿店", en: "Shinjuku" } } },
    results: { total: group(null, 5), groups: [group("unt_1", 1), group(null, 9), group("x", 3)] },
  } as unknown as MetricAnswer;

  it("are named by the answer's labels, else by the caller, and ranked", () => {
    const groups = groupsOf(answer, NPS_SCALE, "ja", (_, value) => value ?? "未設定");
    expect(groups.map((each) => each.name)).toEqual(["未設定", "x", "新宿店"]);
  });
});
