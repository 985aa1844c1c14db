import { describe, expect, it } from "vitest";
import type { Unit } from "../../api/types";
import { unitRows } from "./tree";

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
});
