import { describe, expect, it } from "vitest";
import { type SurveyDocument, withText } from "./document";
import { type EditorAction, type EditorState, editor, startEditing } from "./editor";

const document: SurveyDocument = {
  format: 1,
  languages: ["ja", "en"],
  title: { ja: "題" },
  pages: [
    {
      id: "a",
      questions: [
        { id: "q1", type: "nps", text: { ja: "一" } },
        { id: "q2", type: "text", text: { ja: "二" }, code: "REASON" },
      ],
    },
    { id: "b", questions: [{ id: "q3", type: "date", text: { ja: "三" } }] },
  ],
};

const run = (...actions: EditorAction[]) => actions.reduce(editor, startEditing(document));
const order = (state: EditorState) =>
  state.document.pages?.map((page) => page.questions?.map(({ id }) => id));

describe("the builder", () => {
  it("adds a question after the selected one, under a name nobody has", () => {
    const state = run({ do: "addQuestion", type: "csat" });
    expect(order(state)).toEqual([["q1", "q4", "q2"], ["q3"]]);
    expect(state.selection).toEqual({ kind: "question", id: "q4" });
  });

  it("copies a question without its code, which names one column of an export", () => {
    const state = run({ do: "duplicateQuestion", id: "q2" });
    expect(order(state)).toEqual([["q1", "q2", "q4"], ["q3"]]);
    expect(state.document.pages?.[0]?.questions?.[2]?.code).toBeUndefined();
  });

  it("moves a question within its page and to another", () => {
    expect(order(run({ do: "moveQuestion", id: "q1", page: 0, to: 1 }))).toEqual([
      ["q2", "q1"],
      ["q3"],
    ]);
    expect(order(run({ do: "moveQuestion", id: "q1", page: 1, to: 0 }))).toEqual([
      ["q2"],
      ["q1", "q3"],
    ]);
  });

  it("moves a page with everything on it", () => {
    expect(order(run({ do: "movePage", id: "b", to: 0 }))).toEqual([["q3"], ["q1", "q2"]]);
  });

  it("selects something that is there after the selected thing went", () => {
    const state = run(
      { do: "select", selection: { kind: "question", id: "q3" } },
      { do: "removePage", id: "b" },
    );
    expect(state.selection).toEqual({ kind: "question", id: "q1" });
  });

  it("takes typing in one place back in one step, and typing elsewhere in another", () => {
    const typed = (id: string, ja: string): EditorAction => ({
      do: "changeQuestion",
      id,
      change: { text: { ja } },
      place: `${id}.text`,
    });
    let state = run(typed("q1", "あ"), typed("q1", "ああ"), typed("q2", "い"));
    state = editor(state, { do: "undo" });
    expect(state.document.pages?.[0]?.questions?.map(({ text }) => text.ja)).toEqual([
      "ああ",
      "二",
    ]);
    state = editor(state, { do: "undo" });
    expect(state.document).toBe(document);
    expect(editor(state, { do: "undo" })).toBe(state);
  });

  it("goes forth again until something else is changed", () => {
    let state = run({ do: "removeQuestion", id: "q1" }, { do: "undo" }, { do: "redo" });
    expect(order(state)).toEqual([["q2"], ["q3"]]);
    state = editor(editor(state, { do: "undo" }), { do: "addPage" });
    expect(state.future).toEqual([]);
  });

  it.each([
    "mine",
    "theirs",
  ] as const)("keeps %s after a conflict, the other a step back", (keep) => {
    const theirs = { ...document, title: { ja: "相手の題" } };
    const typed = run({ do: "changeSurvey", change: { title: { ja: "自分の題" } } });
    const settled = editor(typed, { do: "settle", theirs, keep });
    const titles = [settled, editor(settled, { do: "undo" })].map((s) => s.document.title?.ja);
    expect(titles).toEqual(keep === "mine" ? ["自分の題", "相手の題"] : ["相手の題", "自分の題"]);
  });

  it("keeps hidden fields under names no question has, and endings in their order", () => {
    const state = run(
      { do: "addField" },
      { do: "addField" },
      { do: "changeField", index: 0, change: { signed: true } },
      { do: "removeField", index: 1 },
      { do: "addEnding" },
      { do: "addEnding" },
      { do: "moveEnding", id: "ending2", to: 0 },
    );
    expect(state.document.hidden_fields).toEqual([
      { id: "field1", kind: "code", label: {}, signed: true },
    ]);
    expect(state.document.endings?.map(({ id }) => id)).toEqual(["ending2", "ending1"]);
  });

  it("takes the translation of one text back in one step", () => {
    const text = (words: string): EditorAction => ({
      do: "changeText",
      path: ["pages", 0, "questions", 1, "text"],
      value: { ja: "二", en: words },
    });
    const state = run(text("t"), text("two"));
    expect(state.document.pages?.[0]?.questions?.[1]?.text).toEqual({ ja: "二", en: "two" });
    expect(editor(state, { do: "undo" }).document).toBe(document);
  });

  it("does nothing for what does not change anything", () => {
    const state = startEditing(document);
    expect(editor(state, { do: "moveQuestion", id: "q1", page: 0, to: 0 })).toBe(state);
    expect(editor(state, { do: "removeQuestion", id: "q9" })).toBe(state);
  });

  it("gives an empty survey its first page with its first question", () => {
    const empty = startEditing({ format: 1, languages: ["ja"] });
    expect(order(editor(empty, { do: "addQuestion", type: "nps" }))).toEqual([["q1"]]);
  });
});

it("an emptied language is left out of a text", () => {
  expect(withText({ ja: "あ", en: "a" }, "en", "")).toEqual({ ja: "あ" });
});
