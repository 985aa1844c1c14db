import { expect, it } from "vitest";
import { fromLocal, toLocal } from "./moments";
import { readValue } from "./values";

it.each([
  ["", null],
  ["3", 3],
  ["-12", -12],
  ["３", 3],
  ["1.50", "1.50"],
  ["007", "007"],
  ["9007199254740993", "9007199254740993"],
  ["1.5.0", undefined],
  ["six", undefined],
])("the value %j is kept exactly", (text, value) => {
  expect(readValue(text)).toBe(value);
});

it("a moment comes back from the field as it went in", () => {
  expect(fromLocal(toLocal("2026-12-31T14:59:00Z"))).toBe("2026-12-31T14:59:00Z");
  expect([toLocal(null), toLocal("soon"), fromLocal(""), fromLocal("soon")]).toEqual([
    "",
    "",
    null,
    null,
  ]);
});
