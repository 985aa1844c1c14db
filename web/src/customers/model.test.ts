import { describe, expect, it } from "vitest";
import type { TimelineEntry } from "../api/types";
import { byDay, changedAttributes, codesOf, kindOf, told, valueText } from "./model";

const entry = (id: string, at: string, kind = "survey"): TimelineEntry => ({
  id,
  at,
  kind,
  stream: "srv_1",
  title: {},
  values: {},
  voices: [],
});

describe("the timeline", () => {
  it("groups by the reader's day, not by the day in UTC", () => {
    const days = byDay([
      entry("c", "2026-04-02T01:00:00Z"),
      entry("b", "2026-04-01T15:30:00Z"),
      entry("a", "2026-04-01T14:30:00Z"),
    ]);
    expect(days.map((day) => [day.day, day.entries.map((each) => each.id)])).toEqual([
      ["2026-04-02", ["c", "b"]],
      ["2026-04-01", ["a"]],
    ]);
  });

  it("names kinds it does not know as records", () => {
    expect(kindOf(entry("a", "", "orders"))).toBe("orders");
    expect(kindOf(entry("a", "", "telepathy"))).toBe("other");
  });
});

it("an entry tells of the customer only what is different now", () => {
  const values = {
    q1: 9,
    "customer:rank": "silver",
    "customer:age_band": "30s",
    "customer:joined": { date: 19_814 },
    "account:size": "large",
  };
  const now = { rank: "gold", age_band: "30s", joined: "2024-04-01", size: "large" };
  expect(told(values, now)).toEqual([
    { name: "q1", value: 9 },
    { name: "customer:rank", value: "silver", attribute: "rank" },
    { name: "account:size", value: "large", attribute: "size" },
  ]);
});

it("a date that travels as days becomes a date", () => {
  expect(valueText({ date: 19_814 })).toBe("2024-04-01");
});

it("values of any type become text", () => {
  expect([null, 3, ["a", 1], { x: 1 }].map(valueText)).toEqual(["", "3", "a, 1", '{"x":1}']);
});

describe("attributes as typed", () => {
  it("sends only what changed, in the kind it was declared with", () => {
    const declared = [
      { key: "points", kind: "number" },
      { key: "member", kind: "boolean" },
      { key: "tier", kind: "code" },
      { key: "since", kind: "date" },
    ];
    const before = { points: 3, member: true, tier: "gold" };
    const typed = { points: "１２", member: "false", tier: "", since: "2026-04-01" };
    expect(changedAttributes(before, typed, declared)).toEqual({
      points: 12,
      member: false,
      tier: null,
      since: "2026-04-01",
    });
    expect(
      changedAttributes(before, { points: "3", member: "true", tier: "gold" }, declared),
    ).toEqual({});
  });
});

it("a code is chosen among those with a name, and what is kept stays a choice", () => {
  const names = { gold: { en: "Gold" }, regular: { en: "Regular" } };
  expect(codesOf(names, undefined)).toEqual(["gold", "regular"]);
  expect(codesOf(names, "gold")).toEqual(["gold", "regular"]);
  expect(codesOf(names, "bronze")).toEqual(["gold", "regular", "bronze"]);
});
