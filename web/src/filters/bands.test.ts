import { describe, expect, it } from "vitest";
import type { Attribute, OperationalStream } from "../api/types";
import {
  bandOf,
  bandsBetween,
  bandWords,
  edgeKindOf,
  edgesOf,
  edgesOfBands,
  inOrder,
  withChosen,
  withEdges,
  withoutEdges,
} from "./bands";

const write = {
  number: (value: number) => value.toLocaleString("en-GB"),
  day: (day: string) => `the day ${day}`,
  month: (day: string) => day.slice(0, 7),
};

describe("edges of bands", () => {
  it("stand behind the dimension", () => {
    expect(edgesOf("customer:age@20,40")).toEqual(["20", "40"]);
    expect(edgesOf("customer:age")).toEqual([]);
    expect(withoutEdges("customer:age@20,40")).toBe("customer:age");
    expect(withEdges("customer:age@20,40", ["30"])).toBe("customer:age@30");
    expect(withEdges("customer:age@20,40", [])).toBe("customer:age");
  });

  it("are those of numbers and dates", () => {
    const column = (key: string, kind: "number" | "integer" | "code" | "date") => ({
      key,
      kind,
      label: {},
    });
    const streams = [
      {
        key: "orders",
        columns: [column("amount", "number"), column("ends", "date"), column("payment", "code")],
      },
    ] as OperationalStream[];
    const attributes = [
      { holder: "customer", key: "age", kind: "number" },
      { holder: "customer", key: "plan", kind: "code" },
      { holder: "account", key: "since", kind: "date" },
    ] as Attribute[];
    for (const [dimension, kind] of [
      ["operational:orders:count:365d@1,4", "whole"],
      ["operational:orders:days_since", "whole"],
      ["operational:orders:sum:amount", "number"],
      ["operational:orders:last:amount", "number"],
      ["operational:orders:last:ends", "date"],
      ["operational:orders:last:payment", null],
      ["customer:age@20", "number"],
      ["customer_then:age", "number"],
      ["customer:plan", null],
      ["account:since", "date"],
      ["account:age", null],
      ["channel", null],
    ] as const) {
      expect(edgeKindOf(dimension, attributes, streams), dimension).toBe(kind);
    }
  });

  it("are read off the bands of an answer", () => {
    expect(edgesOfBands(["0..<1", "1..<4", "10..", "(none)", null])).toEqual(["1", "4", "10"]);
    expect(edgesOfBands(["..<-5", "-5..<0", "0..<5", "5.."])).toEqual(["-5", "0", "5"]);
    expect(edgesOfBands(["2025-04-01..", "..<2024-04-01"])).toEqual(["2024-04-01", "2025-04-01"]);
  });

  it("are put in order, each once, and make the bands between them", () => {
    expect(inOrder(["10", "4", "", "x", "4"])).toEqual(["4", "10"]);
    expect(inOrder(["2025-04-01", "2024-04-01"])).toEqual(["2024-04-01", "2025-04-01"]);
    expect(bandsBetween(["1", "4"], true)).toEqual(["0..<1", "1..<4", "4.."]);
    expect(bandsBetween(["0", "4"], true)).toEqual(["0..<4", "4.."]);
    expect(bandsBetween(["2024-04-01"], false)).toEqual(["..<2024-04-01", "2024-04-01.."]);
  });
});

describe("a dimension with a window or edges", () => {
  it("is offered once while a window of it is chosen, where it stood", () => {
    const year = "operational:orders:count:365d";
    const offered = ["channel", year, "operational:orders:count", "operational:orders:days_since"];
    const month = "operational:orders:count:30d";
    expect(withChosen(offered, month)).toEqual(["channel", month, offered[3]]);
    expect(withChosen(offered, "channel")).toEqual(offered);
    expect(withChosen(["channel"], month)).toEqual(["channel", month]);
    expect(withChosen(["customer:age", year], "customer:age@20,40")).toEqual([
      "customer:age@20,40",
      year,
    ]);
  });
});

describe("a band in words", () => {
  const said = (value: string, whole: boolean) => {
    const band = bandOf(value);
    return band && bandWords(band, whole, write);
  };

  it("has both ends inside where things are whole", () => {
    expect(said("0..<1", true)).toEqual({ said: "one", from: "0" });
    expect(said("1..<4", true)).toEqual({ said: "range", from: "1", to: "3" });
    expect(said("10..", true)).toEqual({ said: "from", from: "10" });
  });

  it("keeps the open end of amounts", () => {
    expect(said("10000..<30000", false)).toEqual({
      said: "half_open",
      from: "10,000",
      to: "30,000",
    });
    expect(said("..<-2.5", false)).toEqual({ said: "below", to: "-2.5" });
    expect(said("0..<1", false)).toEqual({ said: "one", from: "0" });
  });

  it("is said in months where it begins and ends with one, else in days", () => {
    for (const [value, words] of [
      ["2024-04-01..<2025-04-01", { said: "range", from: "2024-04", to: "2025-03" }],
      ["2024-04-01..<2024-05-01", { said: "one", from: "2024-04" }],
      ["..<2024-04-01", { said: "date_before", to: "2024-04" }],
      ["2024-04-02..", { said: "date_from", from: "the day 2024-04-02" }],
      [
        "2024-04-01..<2024-05-02",
        { said: "range", from: "the day 2024-04-01", to: "the day 2024-05-01" },
      ],
      ["2024-04-02..<2024-04-03", { said: "one", from: "the day 2024-04-02" }],
    ] as const) {
      expect(said(value, false), value).toEqual(words);
    }
  });

  it("is nothing else", () => {
    for (const other of ["gold", "(none)", "..", "1..3", ""]) expect(bandOf(other)).toBeNull();
  });
});
