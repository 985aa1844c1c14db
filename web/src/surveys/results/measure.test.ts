import { describe, expect, it } from "vitest";
import type { SurveyDocument } from "../document";
import { metricFor, metricsOn, unmeasured } from "./measure";

const document: SurveyDocument = {
  format: 1,
  languages: ["ja"],
  pages: [
    {
      id: "a",
      questions: [
        { id: "nps", field: "nps-2", type: "nps", text: {} },
        { id: "ces", type: "ces", text: {}, agree: "higher_is_harder" },
        { id: "why", type: "text", text: {} },
      ],
    },
  ],
};

const metric = (stream: string, field: string, archived = false) => ({
  id: `${stream}-${field}`,
  name: {},
  archived,
  definition: { formula: { kind: "nps" as const }, sources: [{ stream, field }] },
});

describe("what a survey measures", () => {
  it("are the metrics on it that are not archived", () => {
    const all = [metric("srv_1", "nps"), metric("srv_2", "nps"), metric("srv_1", "x", true)];
    expect(metricsOn("srv_1", all).map(({ id }) => id)).toEqual(["srv_1-nps"]);
  });

  it("leaves scale questions open whose own field nobody measures", () => {
    const open = (field: string) =>
      unmeasured("srv_1", document, [metric("srv_1", field)]).map(({ id }) => id);
    expect(open("nps-2")).toEqual(["ces"]);
    // The field of an earlier scale is another field.
    expect(open("nps")).toEqual(["nps", "ces"]);
  });

  it("reads an effort question the way its agreement points", () => {
    const [, ces] = unmeasured("srv_1", document, []);
    expect(ces && metricFor("srv_1", { ja: "来店" }, ces)).toEqual({
      name: { ja: "来店 · 顧客努力(CES)" },
      definition: {
        formula: { kind: "ces", scale: { min: 1, max: 7 }, direction: "lower_is_better" },
        sources: [{ stream: "srv_1", field: "ces" }],
      },
    });
  });
});
