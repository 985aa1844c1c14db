import { describe, expect, it } from "vitest";
import { formatFilters, parseFilters, toggleFilter, valuesOf, withFilter } from "./filters";

describe("filters in the URL", () => {
  it("come back as they went, whatever signs their values have", () => {
    const filters = [
      { dimension: "touchpoint", values: ["tch_1", "tch_2"] },
      { dimension: "field:srv_1:shop", values: ["新宿, 駅前;=100%"] },
      { dimension: "customer:plan", values: ["", "@"] },
    ];
    expect(parseFilters(formatFilters(filters))).toEqual(filters);
  });

  it("leave no parameter when there are none", () => {
    expect(formatFilters([])).toBeUndefined();
    expect(formatFilters([{ dimension: "channel", values: [] }])).toBeUndefined();
  });

  it("ignore what was not written by us", () => {
    for (const text of [undefined, 3, "", ";;", "a", "a=", "=b", "a=%E0%A4%A"]) {
      expect(parseFilters(text)).toEqual([]);
    }
  });
});

describe("changing filters", () => {
  it("toggles single values and drops an emptied dimension", () => {
    const one = toggleFilter([], "channel", "web");
    const two = toggleFilter(one, "channel", "store");
    expect(valuesOf(two, "channel")).toEqual(["web", "store"]);
    expect(toggleFilter(one, "channel", "web")).toEqual([]);
  });

  it("replaces one dimension and keeps the others", () => {
    const filters = withFilter([{ dimension: "a", values: ["1"] }], "b", ["2"]);
    expect(withFilter(filters, "a", [])).toEqual([{ dimension: "b", values: ["2"] }]);
  });
});
