import { describe, expect, it } from "vitest";
import { type Condition, readCondition, subjectsBefore, writeCondition } from "./conditions";
import type { SurveyDocument } from "./document";

const unhappy: Condition = { question: "nps", is: "at_most", value: 6 };
const gold: Condition = { field: "plan", is: "equals", value: "gold" };

describe("a condition", () => {
  it.each<[string, Condition]>([
    ["of one test", unhappy],
    ["of all", { all: [unhappy, gold] }],
    ["of any", { any: [unhappy, { question: "m", row: "r1", is: "answered" }] }],
  ])("%s comes out of the form as it went in", (_, condition) => {
    const form = readCondition(condition);
    expect(form && writeCondition(form)).toEqual(condition);
  });

  it("that is deeper is not taken apart", () => {
    expect(readCondition({ not: unhappy })).toBeNull();
    expect(readCondition({ all: [unhappy, { any: [gold] }] })).toBeNull();
  });

  it("without a test is no condition", () => {
    expect(writeCondition({ mode: "any", tests: [] })).toBeNull();
  });

  it("asks only about what comes before it, and about every row of a matrix", () => {
    const document: SurveyDocument = {
      format: 1,
      languages: ["ja"],
      hidden_fields: [{ id: "plan", kind: "code", allowed: ["gold"] }],
      pages: [
        {
          id: "a",
          questions: [
            { id: "s", type: "statement", text: {} },
            { id: "m", type: "matrix", text: {}, rows: [{ id: "r1" }, { id: "r2" }] },
          ],
        },
        {
          id: "b",
          questions: [
            { id: "q1", type: "nps", text: {} },
            { id: "q2", type: "text", text: {} },
          ],
        },
      ],
    };
    const names = (place: { page: number; question?: number }) =>
      subjectsBefore(document, place).map(({ id, row }) => (row ? `${id}.${row}` : id));
    expect(names({ page: 1, question: 1 })).toEqual(["m.r1", "m.r2", "q1", "plan"]);
    expect(names({ page: 1 })).toEqual(["m.r1", "m.r2", "plan"]);
  });
});
