import { describe, expect, it } from "vitest";
import { readDay, writeDay } from "./day";

describe("a typed day", () => {
  it.each([
    ["2026-11-22", "ja"],
    ["2026/11/22", "ja"],
    ["２０２６年１１月２２日", "ja"],
    ["22 Nov 2026", "en"],
    ["22 November 2026", "en"],
    ["22/11/2026", "en"],
  ] as const)("%s is read", (typed, language) => {
    expect(readDay(typed, language)).toBe("2026-11-22");
  });

  it.each([
    "2026-02-30",
    "2026/13/01",
    "22 Nev 2026",
    "11/22/2026",
    "tomorrow",
    "2026",
    "",
  ])("%s is no day", (typed) => expect(readDay(typed, "en")).toBeNull());

  it("is not read day first in Japanese, where nobody writes it so", () => {
    expect(readDay("01/02/2026", "ja")).toBeNull();
  });

  it("may have a time, and begins at midnight without one", () => {
    expect(readDay("2026/11/22 18:30", "ja", true)).toBe("2026-11-22T18:30");
    expect(readDay("2026-11-22T18:30", "en", true)).toBe("2026-11-22T18:30");
    expect(readDay("22 Nov 2026 9:05", "en", true)).toBe("2026-11-22T09:05");
    expect(readDay("2026年11月22日18時30分", "ja", true)).toBe("2026-11-22T18:30");
    expect(readDay("2026/11/22", "ja", true)).toBe("2026-11-22T00:00");
    expect(readDay("2026/11/22 25:00", "ja", true)).toBeNull();
  });
});

it("a shown day can be read again", () => {
  expect(writeDay("2026-11-22", "ja")).toBe("2026/11/22");
  expect(writeDay("2026-11-22T18:30", "en")).toBe("22 Nov 2026 18:30");
  for (const language of ["ja", "en"] as const) {
    expect(readDay(writeDay("2026-09-05T08:00", language), language, true)).toBe(
      "2026-09-05T08:00",
    );
  }
});
