import { describe, expect, it } from "vitest";
import { chosen, readResultsSearch } from "./tabs";

describe("the address of the results page", () => {
  it("opens the questions when it says nothing that is known", () => {
    expect(readResultsSearch({ tab: "nothing", of: "all" })).toMatchObject({
      tab: "questions",
      of: "row",
    });
    expect(readResultsSearch({ tab: "crosstab", row: "q1", of: "column" })).toMatchObject({
      tab: "crosstab",
      row: "q1",
      of: "column",
    });
  });

  it("widens the period of a confidential programme to whole months", () => {
    const range = { from: "2026-01-15", to: "2026-02-03" };
    expect(chosen(range, null, false)).toEqual(range);
    expect(chosen(range, "unt_1", true)).toEqual({
      from: "2026-01-01",
      to: "2026-02-28",
      unit: "unt_1",
    });
    expect(chosen(null, null, true)).toEqual({});
  });
});
