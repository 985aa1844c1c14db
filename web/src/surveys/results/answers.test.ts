import { describe, expect, it } from "vitest";
import type { Question } from "../document";
import { type Answers, reading, withAnswer, withPart } from "./answers";

const label = (en: string) => ({ en });
const single = {
  id: "q2",
  type: "single",
  text: {},
  choices: [
    { id: "buy", label: label("Shopping") },
    { id: "z", label: label("Other"), write_in: true },
  ],
} as unknown as Question;
const matrix = {
  id: "q4",
  type: "matrix",
  text: {},
  rows: [{ id: "r1", label: label("Parking") }],
  columns: [{ id: "good", label: label("Good") }],
} as unknown as Question;
const satisfaction = {
  id: "q1",
  type: "csat",
  text: {},
  points: 3,
  labels: [label("Bad"), label("So so"), label("Good")],
} as unknown as Question;

const answers: Answers = {
  q1: 3,
  q2: "z",
  "q2.other": { z: "A walk" },
  q4: { r1: "good" },
};
const read = (question: Question, given = answers) =>
  reading(question, given, "en", { yes: "Yes", no: "No" });

describe("an answer", () => {
  it("reads in the words of its question", () => {
    expect(read(satisfaction)).toEqual(["3 · Good"]);
    expect(read(single)).toEqual(["Other: A walk"]);
    expect(read(matrix)).toEqual(["Parking: Good"]);
    expect(read(single, {})).toEqual([]);
  });

  it("loses the words of a choice that is no longer taken", () => {
    expect(withAnswer(answers, "q2", "buy")).toEqual({ q1: 3, q2: "buy", q4: { r1: "good" } });
    expect(withAnswer(answers, "q2", "z")).toEqual(answers);
    expect(withAnswer(answers, "q1", undefined).q1).toBeUndefined();
  });

  it("is changed part by part, and gone with its last part", () => {
    expect(withPart(answers, "q4", "r1", undefined).q4).toBeUndefined();
    expect(withPart({}, "q5", "result", 8)).toEqual({ q5: { result: 8 } });
  });
});
