import { expect, it } from "vitest";
import { fieldsOf, placeOf } from "./problems";

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
  ["hidden_fields[0].id", { kind: "fields" }],
  ["languages[1]", { kind: "languages" }],
])("a problem at %s leads there", (path, selection) => {
  expect(placeOf(path, document)).toEqual(selection);
});

it.each([
  ["pages[0].questions[2].choices[1].label", ["choices[1].label", "choices[1]", "choices"]],
  ["pages[3].skips[0].when", ["skips[0].when", "skips[0]", "skips"]],
  ["endings[1].link.url", ["link.url", "link"]],
  ["theme.accent", ["theme.accent", "theme"]],
  ["pages[0].questions[0]", []],
])("a problem at %s is mended in the nearest field", (path, fields) => {
  expect(fieldsOf(path)).toEqual(fields);
});
