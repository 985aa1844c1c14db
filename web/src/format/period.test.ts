import { describe, expect, it } from "vitest";
import { addMonths, parsePeriod, resolvePeriod } from "./period";

describe("the period in the URL", () => {
  it("is a name or two days in order", () => {
    expect(parsePeriod("last_12_months")).toBe("last_12_months");
    expect(parsePeriod("2026-06-30..2026-04-01")).toBe("2026-04-01..2026-06-30");
  });

  it("is ignored when it is neither", () => {
    for (const text of ["", "yesterday", "2026-02-30..2026-03-01", "2026-04-01", 7, null]) {
      expect(parsePeriod(text)).toBeUndefined();
    }
  });
});

describe("the days of a period", () => {
  it("include today", () => {
    expect(resolvePeriod("last_30_days", "2026-03-01")).toEqual({
      from: "2026-01-31",
      to: "2026-03-01",
    });
    expect(resolvePeriod("last_12_months", "2026-03-31")).toEqual({
      from: "2025-04-01",
      to: "2026-03-31",
    });
  });

  it("start a fiscal year in April, also when today is in March", () => {
    expect(resolvePeriod("this_fiscal_year", "2026-03-31")).toEqual({
      from: "2025-04-01",
      to: "2026-03-31",
    });
    expect(resolvePeriod("this_fiscal_year", "2026-04-01")?.from).toBe("2026-04-01");
    expect(resolvePeriod("last_fiscal_year", "2026-04-01")?.to).toBe("2026-03-31");
  });

  it("have no bounds for all time", () => {
    expect(resolvePeriod("all_time", "2026-04-01")).toBeNull();
  });

  it("never skip a short month", () => {
    expect(addMonths("2026-01-31", 1)).toBe("2026-02-28");
  });
});
