import { describe, expect, it } from "vitest";
import { type Deciding, type Decision, deciding, rowsShown, startDeciding } from "./deciding";
import type { Import, Layout, Mapping, Target } from "./model";

const layout: Layout = { kind: "delimited", encoding: "utf8", header_rows: 1 };
const other: Layout = { ...layout, encoding: "shift_jis" };
const TARGETS = {
  new_survey: { kind: "new_survey", title: {}, questions: [] },
  voices: { kind: "voices", key: "voices", label: {} },
  operational: { kind: "operational", key: "orders", stream_kind: "orders", label: {} },
} as const satisfies Record<string, Target>;

/** What the server answers to a look for these rows. */
const looked = (rows: keyof typeof TARGETS, read = layout): Import =>
  ({
    id: "imp_1",
    sniffed: {
      layout: read,
      columns: ["a", "b"].map((name) => ({ name, nth: 0, values: [] })),
    },
    mapping: { layout: read, target: TARGETS[rows], columns: [] },
  }) as unknown as Import;

const mean =
  (column: string, is: "unit" | "channel" = "unit") =>
  (now: Mapping): Mapping => ({
    ...now,
    columns: [...(now.columns ?? []), { column, role: { is } }],
  });

const run = (state: Deciding, ...decisions: Decision[]) => decisions.reduce(deciding, state);
const start = () => startDeciding(looked("new_survey"), null);
const rows = (rows_are: keyof typeof TARGETS): Decision => ({ do: "rows", rows: { rows_are } });
const answer = (state: Deciding, given: Import | null): Decision => {
  if (!state.sent) throw new Error("nothing was asked");
  return { do: "answered", look: state.sent, given };
};
const columnsOf = ({ mapping }: Deciding) => mapping.columns?.map(({ column }) => column);

describe("deciding about a file", () => {
  it("keeps what was chosen before and while a proposal was on its way", () => {
    let state = run(start(), { do: "change", make: mean("a") }, rows("operational"));
    expect(rowsShown(state).kind).toBe("operational");
    expect(state.sent).toEqual({ rows_are: "operational" });
    state = run(state, { do: "change", make: mean("b") });
    state = run(state, answer(state, looked("operational")));
    expect(state).toMatchObject({ sent: null, mapping: { target: { kind: "operational" } } });
    expect(columnsOf(state)).toEqual(["a", "b"]);
  });

  it("ends with the last of several looks, whatever came back on the way", () => {
    let state = run(start(), rows("voices"));
    const first = answer(state, looked("voices"));
    state = run(state, rows("operational"), rows("new_survey"), rows("operational"));
    expect(state.next).toEqual({ rows_are: "operational" });
    state = run(state, { do: "change", make: mean("a") }, first);
    // The proposal that nobody wants any more is not shown; the wanted one is asked for.
    expect(state).toMatchObject({ sent: { rows_are: "operational" }, next: null });
    expect(state.mapping.target.kind).toBe("new_survey");
    const late = run(state, first);
    expect(late).toBe(state);
    state = run(state, answer(state, looked("operational")));
    expect(state.mapping.target.kind).toBe("operational");
    expect(columnsOf(state)).toEqual(["a"]);
    // An answer that arrives after all is over changes nothing.
    expect(run(state, first)).toBe(state);
  });

  it("reads the file differently for the rows that were chosen last", () => {
    const state = run(start(), rows("voices"), { do: "read", layout: other });
    expect(state.next).toEqual({ rows_are: "voices", layout: other });
    expect(run(state, rows("operational")).next).toEqual({
      rows_are: "operational",
      layout: other,
    });
    expect(run(start(), { do: "read", layout: other }).sent).toEqual({
      rows_are: "new_survey",
      layout: other,
    });
  });

  it("asks for nothing before it is said which survey was answered", () => {
    const open: Decision = { do: "rows", rows: { survey_id: "" } };
    let state = run(start(), rows("voices"), open);
    expect(state.next).toBeNull();
    state = run(state, answer(state, looked("voices")));
    expect(state.sent).toBeNull();
    expect(rowsShown(state)).toEqual({ kind: "survey", survey: "" });
    expect(run(state, { do: "read", layout: other }).sent).toEqual({
      rows_are: "voices",
      layout: other,
    });
    state = run(state, { do: "rows", rows: { survey_id: "srv_1" } });
    expect(state.sent).toEqual({ survey_id: "srv_1" });
    expect(rowsShown(state).survey).toBe("srv_1");
  });

  it("goes back to what stands when a look is refused, without losing a choice", () => {
    let state = run(start(), rows("voices"), { do: "change", make: mean("a") });
    state = run(state, answer(state, null));
    expect(rowsShown(state).kind).toBe("new_survey");
    expect(columnsOf(state)).toEqual(["a"]);
    state = run(state, rows("operational"));
    state = run(state, answer(state, looked("operational")));
    expect(columnsOf(state)).toEqual(["a"]);
  });

  it("lays a mapping kept earlier over what was decided before, not after", () => {
    const kept = looked("voices");
    let state = run(
      start(),
      { do: "change", make: mean("a") },
      { do: "rows", rows: { mapping: "Monthly" } },
      { do: "change", make: mean("b") },
    );
    state = run(state, answer(state, kept));
    expect(columnsOf(state)).toEqual(["b"]);
  });

  it("is not disturbed by reading the import again", () => {
    let state = run(start(), { do: "change", make: mean("a") });
    state = run(state, { do: "given", given: looked("new_survey") });
    expect(columnsOf(state)).toEqual(["a"]);
    const asked = run(state, rows("voices"));
    expect(run(asked, { do: "given", given: looked("operational") })).toBe(asked);
    // Looked at differently elsewhere: what was decided here still holds.
    state = run(state, { do: "given", given: looked("voices") });
    expect(columnsOf(state)).toEqual(["a"]);
    expect(state.mapping.target.kind).toBe("voices");
    state = run(state, { do: "anew" });
    expect(state.mapping).toBe(state.given.mapping);
    // Without decisions the proposal itself stands, so that there is nothing to keep.
    const again = run(state, { do: "given", given: looked("voices") });
    expect(again.mapping).toBe(again.given.mapping);
  });
});
