import { describe, expect, it } from "vitest";
import type { Formula, Metric } from "../api/types";
import { readQuestion, scaleOf, toApi, toConfidential } from "./question";

const april = { from: "2026-04-01", to: "2026-04-30" };

describe("the question in the URL", () => {
  it("defaults to months compared with the period before", () => {
    expect(readQuestion({})).toEqual({
      metric: undefined,
      split: undefined,
      grain: "month",
      compare: "previous_period",
      asNow: false,
      filters: [],
    });
  });

  it("says none in a word, and drops what it does not know", () => {
    const question = readQuestion({ grain: "none", compare: "none", split: "touchpoint" });
    expect([question.grain, question.compare, question.split]).toEqual([
      undefined,
      undefined,
      "touchpoint",
    ]);
    expect(readQuestion({ grain: "decade" }).grain).toBe("month");
  });
});

describe("the question to a confidential survey", () => {
  it("leaves out what would be refused: fine steps, and splits and filters but unit, survey, version", () => {
    const asked = readQuestion({
      split: "touchpoint",
      grain: "week",
      filters: "unit=unt_1;channel=web",
    });
    expect(toConfidential(asked)).toMatchObject({
      split: undefined,
      grain: "month",
      filters: [{ dimension: "unit" }],
    });
    const fine = readQuestion({ split: "unit:2", grain: "fiscal_year" });
    expect(toConfidential(fine)).toEqual(fine);
  });

  it("is asked over whole months", () => {
    const range = { from: "2025-11-23", to: "2026-11-22" };
    expect(toApi(readQuestion({}), range, null, true).period).toEqual({
      from: "2025-11-01",
      to: "2026-11-30",
    });
  });
});

describe("the question to the API", () => {
  it("takes the global unit as a filter, instead of one of its own", () => {
    const question = readQuestion({ filters: "unit=unt_1;channel=web" });
    expect(toApi(question, april, "unt_2").filters).toEqual([
      { dimension: "channel", any_of: ["web"] },
      { dimension: "unit", any_of: ["unt_2"] },
    ]);
  });

  it("reads units as they were, unless asked for today's tree", () => {
    expect(toApi(readQuestion({}), april, null).units).toBe("as_then");
    expect(toApi(readQuestion({ units: "as_now" }), april, null).units).toBe("as_now");
  });

  it("compares with nothing when the period has no bounds", () => {
    expect(toApi(readQuestion({}), null, null)).toMatchObject({ period: {}, compare: null });
    expect(toApi(readQuestion({}), april, null)).toMatchObject({
      period: april,
      compare: "previous_period",
    });
  });
});

describe("a metric's scale", () => {
  const metric = (formula: Formula, target: number | null = null): Metric => ({
    id: "met_1",
    name: {},
    definition: { formula, sources: [] },
    target,
    archived: false,
  });

  it("is signed for NPS, percent for shares, the answers' own for means", () => {
    expect(scaleOf(metric({ kind: "nps" })).unit).toBe("points");
    expect(scaleOf(metric({ kind: "csat", scale: { min: 1, max: 5 } }))).toMatchObject({
      unit: "percent",
      max: 100,
    });
    expect(scaleOf(metric({ kind: "ces", scale: { min: 1, max: 7 } }))).toMatchObject({
      unit: "plain",
      min: 1,
      max: 7,
    });
  });

  it("carries target and direction; the worst answers are better rare", () => {
    const share: Formula = { kind: "share", values: [1], direction: "lower_is_better" };
    expect(scaleOf(metric(share, 5))).toMatchObject({ better: "down", target: 5 });
    expect(scaleOf(metric({ kind: "bottom_box" })).better).toBe("down");
    expect(scaleOf(metric({ kind: "nps" })).better).toBe("up");
  });
});
