import { describe, expect, it } from "vitest";
import { carriedOver } from "./carried";
import {
  chooseRole,
  mappedColumn,
  ownQuestion,
  questionsOf,
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

const score = column("score", ["1", "5"], { looks: "integer" });
const shop = column("shop", ["a", "b"]);
const day = column("day", ["2026-01-02"], { looks: "date", date_forms: ["year_first"] });
const COLUMNS = [score, shop, day];

const proposal = (target: Target, more: Partial<Mapping> = {}): Mapping => ({
  layout: { kind: "delimited", encoding: "utf8", header_rows: 1 },
  target,
  columns: [],
  ...more,
});
const made: Target = { kind: "new_survey", title: { en: "File" }, questions: [] };
const orders: Target = { kind: "operational", key: "orders", stream_kind: "orders", label: {} };
const survey = (id: string): Target => ({ kind: "survey", survey_id: id });

const roleOf = (mapping: Mapping, of: FileColumn) => mappedColumn(mapping, of)?.mapped.role;
const over = (before: Mapping, now: Mapping, after: Mapping, columns = COLUMNS) =>
  carriedOver(before, now, after, columns);

describe("decisions carried over to another proposal", () => {
  it("are nothing where nothing was decided", () => {
    const after = proposal(orders);
    expect(over(proposal(made), proposal(made), after)).toBe(after);
  });

  it.each<[string, Target]>([
    ["the same rows", made],
    ["other rows", orders],
    ["answers to a survey", survey("srv_1")],
  ])("keep a column's meaning for %s", (_name, target) => {
    const before = proposal(made);
    const now = chooseRole(chooseRole(before, shop, "unit"), day, "occurred_at");
    const after = chooseRole(chooseRole(proposal(target), shop, "touchpoint"), score, "record_key");
    const kept = over(before, now, after);
    expect(roleOf(kept, shop)).toEqual({ is: "unit" });
    expect(roleOf(kept, day)).toEqual(roleOf(now, day));
    // What nobody decided is as proposed.
    expect(roleOf(kept, score)).toEqual({ is: "record_key" });
  });

  it("pass over what was passed over, and leave out what is no column any more", () => {
    const before = chooseRole(chooseRole(proposal(made), shop, "unit"), day, "language");
    const now = chooseRole(chooseRole(before, shop, null), day, "occurred_at");
    const kept = over(before, now, chooseRole(proposal(made), shop, "unit"), [score, shop]);
    expect(kept.columns).toEqual([]);
  });

  it("leave a column to the proposal when its rows cannot have that meaning", () => {
    const now = chooseRole(proposal(made), score, "answer");
    const after = chooseRole(proposal(orders), score, "value");
    expect(over(proposal(made), now, after)).toEqual(after);
  });

  it("bring the questions of a survey made of the columns along", () => {
    const before = chooseRole(proposal(made), score, "answer");
    const asked = ownQuestion(score, "nps", "score", "Would you recommend us?");
    const now = withMissing(withQuestion(before, asked), score, ["5"]);
    const kept = over(before, now, chooseRole(before, shop, "answer"));
    expect(questionsOf(kept).map(({ id, type }) => [id, type])).toEqual([
      ["score", "nps"],
      ["shop", "single"],
    ]);
    expect(mappedColumn(kept, score)?.mapped.missing).toEqual(["5"]);
  });

  it("do not take a question for one of another survey", () => {
    const before = proposal(survey("srv_1"));
    const now = chooseRole(before, score, "answer");
    const found = proposal(survey("srv_2"), {
      columns: [{ column: "score", role: { is: "answer", question: "q7" } }],
    });
    expect(roleOf(over(before, now, found), score)).toEqual({ is: "answer", question: "q7" });
    expect(roleOf(over(before, now, proposal(survey("srv_2"))), score)).toEqual({
      is: "answer",
      question: "",
    });
  });

  it("keep what was said for all rows, and names of the place they go to", () => {
    const before = proposal(orders, { time_zone: "Asia/Tokyo", missing: [] });
    const now: Mapping = {
      ...before,
      target: { ...orders, key: "tickets" } as Target,
      missing: ["n/a"],
      all_rows: { unit: "S01" },
    };
    const after = proposal({ ...orders, key: "rows", stream_kind: "other" } as Target, {
      time_zone: "UTC",
      all_rows: { channel: "store" },
    });
    expect(over(before, now, after)).toMatchObject({
      target: { key: "tickets", stream_kind: "other" },
      missing: ["n/a"],
      time_zone: "UTC",
      all_rows: { unit: "S01", channel: "store" },
    });
    expect(over(before, now, proposal(made)).target).toEqual(made);
  });
});
