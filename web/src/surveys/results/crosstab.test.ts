import { describe, expect, it } from "vitest";
import { type Crosstab, type CrosstabCell, crosstabCsv, peak, standing } from "./crosstab";

const cell = (n: number | null, residual: number | null): CrosstabCell =>
  ({ n, residual, row_percent: n, row_interval: [1, 2] }) as CrosstabCell;
const line = (value: string | null) => ({ value, label: {} });

const table = (verdict: string) =>
  ({
    columns: [line("promoters"), line("detractors")],
    rows: [
      { line: line("buy"), cells: [cell(30, 4.2), cell(10, -4.2)], total: cell(40, null) },
      { line: line("look"), cells: [cell(10, -4.2), cell(25, 4.4)], total: cell(35, null) },
    ],
    column_totals: [cell(40, null), cell(35, null)],
    test: { verdict },
  }) as unknown as Crosstab;

describe("a crosstab", () => {
  it("marks cells only where the whole table is beyond chance", () => {
    const related = table("related");
    expect(standing(related, cell(1, 2.5))).toBe("more");
    expect(standing(related, cell(1, -2.5))).toBe("fewer");
    expect(standing(related, cell(1, 1.5))).toBeNull();
    expect(standing(table("no_clear_relation"), cell(1, 2.5))).toBeNull();
  });

  it("tells the cell that stands out most, beside everybody", () => {
    const found = peak(table("related"));
    expect([found?.row.value, found?.column.value]).toEqual(["look", "detractors"]);
    expect(found?.overall).toBe(35);
    expect(peak(table("cannot_tell"))).toBeNull();
  });

  it("has a line of a file for every cell and margin", () => {
    const words = {
      row: "Row",
      column: "Column",
      n: "n",
      rowPercent: "%r",
      columnPercent: "%c",
      low: "low",
      high: "high",
      total: "All",
    };
    const name = (each: { value?: string | null }) => each.value ?? "";
    const lines = crosstabCsv(table("related"), words, name, name);
    expect(lines).toHaveLength(1 + 2 * 3 + 2);
    expect(lines[1]).toEqual(["buy", "promoters", 30, 30, 1, 2, undefined, null, null]);
    expect(lines[3]?.slice(0, 3)).toEqual(["buy", "All", 40]);
    expect(lines[8]?.slice(0, 3)).toEqual(["All", "detractors", 35]);
  });
});
