import { describe, expect, it } from "vitest";
import {
  type Condition,
  type Group,
  readCondition,
  startTest,
  subjectsBefore,
  valueKind,
  withPart,
  writeCondition,
} from "./conditions";
import type { SurveyDocument } from "./document";

const unhappy: Condition = { question: "nps", is: "at_most", value: 6 };
const gold: Condition = { field: "plan", is: "equals", value: "gold" };

describe("a condition", () => {
  it.each<[string, Condition]>([
    ["of one test", unhappy],
    ["of all", { all: [unhappy, gold] }],
    ["of any", { any: [unhappy, { question: "m", row: "r1", is: "answered" }] }],
    ["of none", { not: { any: [unhappy, gold] } }],
    ["of not all", { not: { all: [unhappy, gold] } }],
    ["of a test that must not hold", { not: unhappy }],
    ["nested", { all: [unhappy, { any: [gold, { not: unhappy }] }, { not: { all: [gold] } }] }],
  ])("%s comes out of the editor as it went in", (_, condition) => {
    expect(writeCondition(readCondition(condition))).toEqual(condition);
  });

  it("that needs no group is written without one", () => {
    expect(writeCondition({ mode: "any", parts: readCondition(gold).parts })).toEqual(gold);
  });

  it("loses a group whose last part is taken out", () => {
    const group = readCondition({ all: [unhappy, { any: [gold] }] });
    const inner = group.parts[1] as Group;
    const emptied = withPart(group, 1, withPart(inner, 0, null));
    expect(writeCondition(emptied)).toEqual(unhappy);
  });

  it("without a test is no condition", () => {
    expect(writeCondition({ mode: "any", parts: [] })).toBeNull();
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

  it("takes the value that its comparison needs", () => {
    const subjects = subjectsBefore(
      {
        format: 1,
        languages: ["ja"],
        hidden_fields: [
          { id: "plan", kind: "code", allowed: ["gold"] },
          { id: "visits", kind: "number" },
        ],
        pages: [
          {
            id: "a",
            questions: [
              { id: "q1", type: "nps", text: {} },
              { id: "q2", type: "single", text: {}, choices: [{ id: "c1" }] },
              { id: "q3", type: "date", text: {} },
            ],
          },
        ],
      },
      { page: 1 },
    );
    const kinds = subjects.map((subject) => subject.operators.map((is) => valueKind(subject, is)));
    expect(kinds.map((each) => [...new Set(each)])).toEqual([
      ["number", "numbers", "none"],
      ["choice", "choices", "none"],
      ["date", "dates", "none"],
      ["choice", "choices", "none"],
      ["number", "numbers", "none"],
    ]);
    expect(subjects.map((subject) => startTest(subject).value)).toEqual([0, "c1", "", "gold", 0]);
  });
});
