import { describe, expect, it } from "vitest";
import {
  chooseRole,
  datesBy,
  keyOf,
  mappedColumn,
  openPoints,
  ownQuestion,
  preferForm,
  questionsOf,
  textBy,
  unknownCells,
  withMissing,
  withQuestion,
} from "./mapping";
import type { FileColumn, Mapping, Target } from "./model";

const column = (name: string, values: string[], more: Partial<FileColumn> = {}): FileColumn => ({
  name,
  nth: 0,
  label: "",
  import_id: "",
  looks: "code",
  filled: values.length,
  values,
  more_values: false,
  date_forms: [],
  ...more,
});

const mapping = (target: Target = { kind: "new_survey", title: {}, questions: [] }): Mapping => ({
  layout: { kind: "delimited", encoding: "utf8", header_rows: 1 },
  target,
  columns: [],
});

const score = column("Score", ["1", "2", "7"], { looks: "integer" });
const date = column("Date", ["01/02/2021"], { looks: "date", date_forms: ["day_first"] });
const service = column("Service", ["PTS\u00a0 - Transport", "111"]);

describe("a column that becomes a question", () => {
  it("brings its question along, and takes it away again", () => {
    const asked = chooseRole(mapping(), score, "answer");
    expect(questionsOf(asked)).toMatchObject([{ id: "score", type: "rating", low: 1, high: 7 }]);
    expect(questionsOf(chooseRole(asked, score, "record_key"))).toEqual([]);
    expect(mappedColumn(chooseRole(asked, score, null), score)).toBeNull();
  });

  it("does not share its id with another column of that name", () => {
    const twice = chooseRole(
      chooseRole(mapping(), score, "answer"),
      { ...score, nth: 1 },
      "answer",
    );
    expect(questionsOf(twice).map(({ id }) => id)).toEqual(["score", "score_1"]);
  });

  it("has the values of the cells as choices, but not those that mean nothing", () => {
    const asked = chooseRole(mapping(), score, "answer");
    const single = withQuestion(asked, ownQuestion(score, "single", "score", "How was it?"));
    const [question] = questionsOf(withMissing(single, score, ["7"]));
    expect(question).toMatchObject({
      choices: [
        { id: "1", value: 1 },
        { id: "2", value: 2 },
      ],
    });
  });

  it("finds an id for every choice, whatever the cells are written in", () => {
    const choices = ownQuestion(column("x", ["はい", "いい", "no!", "no?"]), "single", "x", "x");
    const ids = (choices as { choices: { id: string }[] }).choices.map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[\w-]+$/);
  });
});

describe("words whose question stands in another column", () => {
  it("make one question a value, and none twice for a blank", () => {
    const by = column("Asked", ["Why?", "How could\nwe improve?", "How could \nwe improve?"]);
    const made = textBy(mapping(), column("Answer", []), by);
    expect(questionsOf(made).map(({ text }) => text.en)).toEqual(["Why?", "How could we improve?"]);
    expect(made.columns?.[0]?.role).toEqual({
      is: "text_by",
      column: "Asked",
      questions: { "Why?": "words1", "How could we improve?": "words2" },
    });
  });
});

describe("dates", () => {
  const dated = chooseRole(mapping(), date, "occurred_at");

  it("can be written differently by another column", () => {
    const role = datesBy(dated, date, service).columns?.[0]?.role;
    expect(role).toMatchObject({
      by: { column: "Service", forms: { "PTS - Transport": ["day_first"], "111": ["day_first"] } },
    });
    expect(datesBy(datesBy(dated, date, service), date, null)).toEqual(dated);
  });

  it("are left out in doubt, unless a form is preferred wherever it is allowed", () => {
    const role = {
      is: "occurred_at",
      forms: ["day_first"],
      by: { column: "Service", forms: { "111": ["day_first", "month_first"] } },
      ambiguous: "leave_out",
    } as const;
    const given = structuredClone(role) as unknown as Parameters<typeof preferForm>[0];
    expect(preferForm(given, "month_first")).toMatchObject({
      forms: ["day_first"],
      by: { forms: { "111": ["month_first", "day_first"] } },
      ambiguous: "first_form",
    });
    expect(preferForm(given, null).ambiguous).toBe("leave_out");
  });
});

describe("codes", () => {
  it("are known by themselves or through a value, whatever blanks a cell has", () => {
    const known = new Set(["111", "pts"]);
    expect(unknownCells(service, {}, known)).toEqual(["PTS\u00a0 - Transport"]);
    expect(unknownCells(service, { "pts - transport": "pts" }, known)).toEqual([]);
  });

  it("become keys as the server makes them", () => {
    expect(keyOf("Service type 1")).toBe("service_type_1");
    expect(keyOf("#4")).toBe("f4");
    const first = chooseRole(
      mapping({ kind: "voices", key: "v", label: {} }),
      column("良い点", []),
      "text",
    );
    const both = chooseRole(first, column("悪い点", []), "text");
    expect(both.columns?.map(({ role }) => role)).toEqual([
      { is: "text", field: "f" },
      { is: "text", field: "f_1" },
    ]);
  });
});

it.each<[Target, string[], string[]]>([
  [{ kind: "survey", survey_id: "" }, [], ["survey", "content", "time"]],
  [{ kind: "operational", key: "o", stream_kind: "orders", label: {} }, [], ["time", "customer"]],
  [{ kind: "customers" }, [], ["customer"]],
  [{ kind: "voices", key: "v", label: {} }, ["text"], ["time"]],
  [{ kind: "new_survey", title: {}, questions: [] }, ["answer", "occurred_at"], []],
])("what is still open for %o with %o is %o", (target, roles, open) => {
  let given = mapping(target);
  for (const role of roles) {
    given = chooseRole(given, role === "occurred_at" ? date : score, role as "text");
  }
  if (roles.length === 2) given = chooseRole(given, service, "answer");
  expect(openPoints(given)).toEqual(open);
});
