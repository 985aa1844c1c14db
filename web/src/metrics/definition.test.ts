import { describe, expect, it } from "vitest";
import type { Formula, Metric } from "../api/types";
import { emptyForm, formOf, formulaOf, readValues, sourceKey, toMetric } from "./definition";

const metric = (formula: Formula): Metric => ({
  id: "met_1",
  name: { ja: "推奨度" },
  definition: { formula, sources: [{ stream: "srv_1", field: "q1:a" }], mixes_programmes: false },
  target: 20,
  archived: false,
});

describe("a written formula", () => {
  it("comes back as it went, with the names of what it rests on", () => {
    const gap: Metric = {
      ...metric({
        kind: "of_answers",
        text: "came - q3.expectation",
        scale: null,
        direction: "lower_is_better",
      }),
    };
    gap.definition.sources = [
      { stream: "srv_1", field: "q3.result", name: "came" },
      { stream: "srv_1", field: "q3.expectation" },
    ];
    const { id: _id, archived: _archived, ...sent } = gap;
    expect(toMetric(formOf(gap))).toEqual(sent);

    const index: Metric = {
      ...metric({
        kind: "of_metrics",
        text: "nps / 2",
        scale: { min: -50, max: 50 },
        direction: "higher_is_better",
      }),
    };
    index.definition.sources = [];
    index.definition.metrics = [{ name: "nps", metric: "met_2" }];
    const { id: _other, archived: _also, ...asSent } = index;
    expect(toMetric(formOf(index))).toEqual(asSent);
  });

  it("leaves out what it does not use", () => {
    const form = {
      ...emptyForm(),
      kind: "of_answers" as const,
      text: "q1 * 2",
      sources: ["q1", "q2"].map((field) => sourceKey({ stream: "s", field })),
    };
    expect(toMetric(form).definition.sources).toEqual([{ stream: "s", field: "q1" }]);
  });
});

describe("the form of a metric", () => {
  it("gives back every kind of formula as it came", () => {
    const scale = { min: 1, max: 7 };
    const formulas: Formula[] = [
      { kind: "nps" },
      { kind: "csat", scale, top: 2 },
      { kind: "ces", scale, direction: "higher_is_better" },
      { kind: "mean", scale, direction: "lower_is_better" },
      { kind: "top_box", scale, k: 1, direction: "higher_is_better" },
      { kind: "bottom_box", scale, k: 3, direction: "lower_is_better" },
      { kind: "share", values: [1, 3], direction: "lower_is_better" },
    ];
    for (const formula of formulas) {
      const { id: _id, archived: _archived, ...sent } = metric(formula);
      expect(toMetric(formOf(metric(formula)))).toEqual(sent);
    }
  });

  it("keeps what it does not show, and drops it with the kind it belonged to", () => {
    const cut = { kind: "nps", cuts: { min: 0, detractors_to: 5 } } as Formula;
    const form = formOf(metric(cut));
    expect(formulaOf({ ...form, target: 30 })).toEqual(cut);
    expect(formulaOf({ ...form, kind: "mean" })).not.toHaveProperty("cuts");
  });

  it("sends no key that the formula does not have", () => {
    expect(formulaOf(emptyForm())).toEqual({ kind: "nps" });
  });

  it("keeps a stream and a field apart, whatever signs they hold", () => {
    const form = { ...emptyForm(), sources: [sourceKey({ stream: "imp 1", field: "a:b c" })] };
    expect(toMetric(form).definition.sources).toEqual([{ stream: "imp 1", field: "a:b c" }]);
  });

  it("reads counted answers however they are separated", () => {
    expect(readValues("1, 2、３ 4")).toEqual([1, 2, 3, 4]);
    expect(readValues("1, x")).toBeNull();
    expect(readValues(" ")).toBeNull();
  });
});
