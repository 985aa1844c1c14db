import { expect, it } from "vitest";
import { placeOf } from "./problems";

const document = {
  format: 1,
  languages: ["ja"],
  pages: [{ id: "a", questions: [{ id: "q1", type: "nps" as const, text: {} }] }],
  endings: [{ id: "bye" }],
};

it.each([
  ["pages[0].questions[0].text", { kind: "question", id: "q1" }],
  ["pages[0].show_if", { kind: "page", id: "a" }],
  ["pages[0].questions[7]", { kind: "page", id: "a" }],
  ["endings[0].link", { kind: "ending", id: "bye" }],
  ["privacy.purpose", { kind: "survey" }],
])("a problem at %s leads there", (path, selection) => {
  expect(placeOf(path, document)).toEqual(selection);
});
