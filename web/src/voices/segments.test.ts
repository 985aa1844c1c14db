import { describe, expect, it } from "vitest";
import { type Span, segmentsOf } from "./segments";

const marked = (text: string, found: Span[], personal: Span[] = []) =>
  segmentsOf(text, found, personal)
    .map((each) => {
      const inner = each.personal ? `<${each.text}>` : each.text;
      return each.found ? `[${inner}]` : inner;
    })
    .join("");

describe("the marks in a voice", () => {
  it("stand where the server counted characters, not code units", () => {
    expect(marked("𠮷野家は駅前", [{ start: 4, end: 5 }])).toBe("𠮷野家は[駅]前");
  });

  it("join when they touch and lose nothing when they overlap", () => {
    expect(
      marked("abcd", [
        { start: 0, end: 2 },
        { start: 2, end: 3 },
      ]),
    ).toBe("[abc]d");
    expect(
      marked("abcd", [
        { start: 0, end: 2 },
        { start: 1, end: 9 },
      ]),
    ).toBe("[abcd]");
  });

  it("tell personal data from words found, also in the same place", () => {
    expect(marked("mail ●●● now", [], [{ start: 5, end: 8 }])).toBe("mail <●●●> now");
    expect(marked("ab", [{ start: 0, end: 2 }], [{ start: 1, end: 2 }])).toBe("[a][<b>]");
  });

  it("are absent from a text without any", () => {
    expect(segmentsOf("良い宿", [])).toEqual([{ text: "良い宿", found: false, personal: false }]);
    expect(segmentsOf("", [])).toEqual([]);
  });
});
