import { describe, expect, it } from "vitest";
import { hasWords } from "./words";

describe("typed words", () => {
  it.each([
    ["新宿店 Shinjuku S-01", "", true],
    ["新宿店 Shinjuku S-01", "  ", true],
    ["新宿店 Shinjuku S-01", "新宿", true],
    ["新宿店 Shinjuku S-01", "ｓｈｉｎ", true],
    ["新宿店 Shinjuku S-01", "s-01　新宿", true],
    ["新宿店 Shinjuku S-01", "新宿 umeda", false],
    ["ｼﾝｼﾞｭｸ", "シンジュク", true],
  ])("in %s: “%s” is found: %s", (text, typed, found) => {
    expect(hasWords(text, typed)).toBe(found);
  });
});
