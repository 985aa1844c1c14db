import { describe, expect, it } from "vitest";
import { added, linesOf, repeated, valuesOf } from "./names";

const values = { gold: { ja: "ゴールド", en: "Gold" }, regular: { ja: "レギュラー" } };

describe("names of codes", () => {
  it("come back as they were", () => {
    expect(valuesOf(linesOf(values))).toEqual(values);
  });

  it("leave out lines that say nothing", () => {
    const lines = added(added(linesOf(values)));
    expect(lines.map((each) => each.line)).toEqual([0, 1, 2, 3]);
    const half = lines.map((each) => (each.line === 3 ? { ...each, code: "silver" } : each));
    expect(valuesOf(half)).toEqual(values);
  });

  it("tell which codes stand twice", () => {
    const lines = [...linesOf(values), { line: 7, code: " gold ", name: { en: "Again" } }];
    expect([...repeated(lines)]).toEqual([7]);
    expect(repeated(added(added(linesOf(values)))).size).toBe(0);
  });
});
