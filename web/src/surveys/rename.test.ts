import { describe, expect, it } from "vitest";
import type { SurveyDocument } from "./document";
import { editor, startEditing } from "./editor";
import { isFreeName } from "./rename";

const choices = (...ids: string[]) => ids.map((id) => ({ id, label: { ja: id } }));
const is = "equals" as const;

/** A draft in which two questions, a matrix and a field are used in every place there is. */
const document: SurveyDocument = {
  format: 1,
  languages: ["ja", "en"],
  title: { ja: "{{field:plan|会員}}の皆さま" },
  hidden_fields: [
    { id: "plan", kind: "code", label: {} },
    { id: "planned", kind: "code", label: {} },
  ],
  pages: [
    {
      id: "a",
      questions: [
        { id: "q1", type: "single", text: { ja: "一" }, choices: choices("c1", "c2") },
        { id: "q2", type: "multiple", text: { ja: "二" }, choices: choices("c1", "c2") },
        {
          id: "q3",
          type: "matrix",
          text: { ja: "三" },
          rows: choices("r1", "c1"),
          columns: choices("c1", "c2"),
          show_if: {
            all: [
              { question: "q1", is, value: "c1" },
              { question: "q2", is: "includes_any", value: ["c1", "c2"] },
            ],
          },
        },
      ],
      skips: [{ when: { not: { question: "q1", is, value: "c1" } }, to: { page: "b" } }],
    },
    {
      id: "b",
      show_if: { any: [{ question: "q3", row: "r1", is, value: "c1" }] },
      questions: [
        {
          id: "q4",
          type: "text",
          text: { ja: "{{answer:q3.r1}}と{{ answer : q3.r1 | なし }}", en: "{{answer:q1}}" },
        },
      ],
    },
  ],
  endings: [{ id: "end", when: { field: "plan", is, value: "c1" }, title: { ja: "完" } }],
};

const json = (state: { document: SurveyDocument }) => JSON.stringify(state.document);

describe("a name changed in the builder", () => {
  it("of a choice follows into every condition on its question, and into no other", () => {
    const before = startEditing(document);
    const after = editor(before, {
      do: "renameChoice",
      id: "q1",
      list: "choices",
      from: "c1",
      to: "gold",
    });
    const [page] = after.document.pages ?? [];
    expect(page?.questions?.[0]).toMatchObject({ choices: [{ id: "gold" }, { id: "c2" }] });
    expect(page?.questions?.[2]?.show_if).toEqual({
      all: [
        { question: "q1", is, value: "gold" },
        { question: "q2", is: "includes_any", value: ["c1", "c2"] },
      ],
    });
    expect(page?.skips?.[0]?.when).toEqual({ not: { question: "q1", is, value: "gold" } });
    expect(json(after).match(/gold/g)).toHaveLength(3);
    expect(editor(after, { do: "undo" }).document).toBe(document);
  });

  it("of one among several follows into lists of values", () => {
    const after = editor(startEditing(document), {
      do: "renameChoice",
      id: "q2",
      list: "choices",
      from: "c2",
      to: "silver",
    });
    expect(after.document.pages?.[0]?.questions?.[2]?.show_if).toMatchObject({
      all: [{ value: "c1" }, { value: ["c1", "silver"] }],
    });
  });

  it("of a matrix row follows into conditions and texts, a column's into conditions alone", () => {
    const row = editor(startEditing(document), {
      do: "renameChoice",
      id: "q3",
      list: "rows",
      from: "r1",
      to: "staff",
    });
    const [, page] = row.document.pages ?? [];
    expect(page?.show_if).toEqual({ any: [{ question: "q3", row: "staff", is, value: "c1" }] });
    expect(page?.questions?.[0]?.text).toEqual({
      ja: "{{answer:q3.staff}}と{{ answer : q3.staff | なし }}",
      en: "{{answer:q1}}",
    });
    const column = editor(startEditing(document), {
      do: "renameChoice",
      id: "q3",
      list: "columns",
      from: "c1",
      to: "five",
    });
    expect(column.document.pages?.[1]?.show_if).toEqual({
      any: [{ question: "q3", row: "r1", is, value: "five" }],
    });
    expect(column.document.pages?.[0]?.questions?.[2]).toMatchObject({
      rows: [{ id: "r1" }, { id: "c1" }],
      columns: [{ id: "five" }, { id: "c2" }],
    });
  });

  it("of a hidden field follows into conditions and texts as one step", () => {
    const after = editor(startEditing(document), { do: "renameField", from: "plan", to: "rank" });
    expect(after.document.hidden_fields?.map(({ id }) => id)).toEqual(["rank", "planned"]);
    expect(after.document.title).toEqual({ ja: "{{field:rank|会員}}の皆さま" });
    expect(after.document.endings?.[0]?.when).toEqual({ field: "rank", is, value: "c1" });
    expect(editor(after, { do: "undo" }).document).toBe(document);
  });

  it("is one that nothing else has, whatever its case", () => {
    const free = (name: string) => isFreeName(document, name);
    expect(["rank", "plan2", "PLAN", "q1", "1st", "会員", ""].map(free)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
