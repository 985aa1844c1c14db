import { expect, it } from "vitest";
import { columnOf, linesOf, stateOf, textOf } from "./lists";

it("a list has one customer on each line", () => {
  expect(linesOf(" a@example.com \r\n\nC-1\na@example.com\n")).toEqual(["a@example.com", "C-1"]);
});

it.each([
  ["a@example.com\nb@example.com\n", ["a@example.com", "b@example.com"]],
  ["\uFEFFname,Email\n山田,a@example.com\n佐藤,b@example.com", ["a@example.com", "b@example.com"]],
  ['id;name\n"C-1";"x, y"\nC-2;z', ["C-1", "C-2"]],
  ['"say ""hi""",1\n', ['say "hi"']],
  ["", []],
])("a file's customers stand in the column that says so, or in the first: %j", (csv, found) => {
  expect(columnOf(csv)).toEqual(found);
});

it("a file in Shift_JIS is read, too", async () => {
  const bytes = new Uint8Array([0x8e, 0x52, 0x93, 0x63]);
  expect(await textOf(new Blob([bytes]))).toBe("山田");
  expect(await textOf(new Blob(["山田"]))).toBe("山田");
});

it.each([
  [{}, "open"],
  [{ expires_at: "2026-01-01T00:00:00Z" }, "expired"],
  [{ expires_at: "2027-01-01T00:00:00Z" }, "open"],
  [{ answered_at: "2026-01-01T00:00:00Z", expires_at: "2026-01-01T00:00:00Z" }, "answered"],
  [{ revoked_at: "2026-01-01T00:00:00Z", answered_at: "2026-01-01T00:00:00Z" }, "ended"],
])("the state of a link: %j", (link, state) => {
  expect(stateOf(link, new Date("2026-06-01T00:00:00Z"))).toBe(state);
});
