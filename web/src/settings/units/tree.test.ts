import { describe, expect, it } from "vitest";
import type { Unit } from "../../api/types";
import { foundRows, isFound, unitRows } from "./tree";

function unit(code: string, parent: string | null): Unit {
  return {
    id: `unt_${code}`,
    code,
    name: { en: code },
    kind: "store",
    parent_id: parent && `unt_${parent}`,
    path: [],
    valid_from: null,
    valid_to: null,
  };
}

function outline(units: Unit[]): string[] {
  return unitRows(units).map((row) => "·".repeat(row.depth) + row.unit.code);
}

describe("the unit tree", () => {
  it("puts parents before children and siblings by code", () => {
    expect(
      outline([
        unit("b", "hq"),
        unit("a2", "a"),
        unit("hq", null),
        unit("a", "hq"),
        unit("a1", "a"),
      ]),
    ).toEqual(["hq", "·a", "··a1", "··a2", "·b"]);
  });

  it("shows a unit at the top when its parent cannot be seen", () => {
    expect(outline([unit("shinjuku", "kanto")])).toEqual(["shinjuku"]);
  });

  it("ends on a cycle and still shows every unit once", () => {
    expect(outline([unit("a", "b"), unit("b", "a")]).length).toBe(2);
  });

  it("keeps what stands above a unit that was searched for", () => {
    const rows = unitRows([
      unit("hq", null),
      unit("kanto", "hq"),
      unit("shinjuku", "kanto"),
      unit("kansai", "hq"),
    ]);
    const found = foundRows(rows, "ＳＨＩＮ");
    expect(found.map((row) => row.unit.code)).toEqual(["hq", "kanto", "shinjuku"]);
    expect(foundRows(rows, "")).toEqual(rows);
    expect(foundRows(rows, "umeda")).toEqual([]);
  });

  it("finds a unit by its code and by its name in either language", () => {
    const store = { ...unit("S-01", null), name: { ja: "新宿店", en: "Shinjuku" } };
    expect(["s-01", "新宿", "shinjuku", "新宿 s"].map((typed) => isFound(store, typed))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(isFound(store, "梅田")).toBe(false);
  });
});
