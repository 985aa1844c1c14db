import { expect, test } from "vitest";
import { faultKey, totalsOf } from "./import";

test("changes are counted by what they are", () => {
  const change = (is: "added" | "ended") => ({
    line: 2,
    code: "s1",
    name: {},
    edit: is === "added" ? { is, parent: null, from: null } : { is, on: "2026-04-01" },
  });
  const totals = totalsOf({
    changes: [change("added"), change("added"), change("ended")],
    unchanged: 4,
  });
  expect(totals).toEqual([
    ["added", 2],
    ["renamed", 0],
    ["rekinded", 0],
    ["moved", 0],
    ["ended", 1],
    ["unchanged", 4],
  ]);
});

test("what does not fit is told by its column", () => {
  expect(faultKey({ reason: "does_not_fit", field: "kind" })).toBe("does_not_fit_kind");
  expect(faultKey({ reason: "does_not_fit", field: "name_en" })).toBe("does_not_fit_name_ja");
  expect(faultKey({ reason: "circle", field: "parent_code" })).toBe("circle");
});
