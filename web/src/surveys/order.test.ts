import { expect, it } from "vitest";
import { questionLands } from "./order";

const rows = ["P1", "a", "b", "P2", "c", "P3"].map((key) => ({ key, page: key.startsWith("P") }));

it.each<[string, string, { page: number; to: number } | null]>([
  ["a", "b", { page: 0, to: 1 }],
  ["b", "a", { page: 0, to: 0 }],
  // Down onto a page's row: the first of that page.
  ["a", "P2", { page: 1, to: 0 }],
  ["a", "c", { page: 1, to: 1 }],
  // Up onto one's own page's row: the last of the page before.
  ["c", "P2", { page: 0, to: 2 }],
  ["c", "P3", { page: 2, to: 0 }],
  // Above the first page there is none.
  ["b", "P1", { page: 0, to: 0 }],
  ["gone", "a", null],
])("%s moved onto %s", (moved, onto, lands) => {
  expect(questionLands(rows, moved, onto)).toEqual(lands);
});
