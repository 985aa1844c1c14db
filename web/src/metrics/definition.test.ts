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
