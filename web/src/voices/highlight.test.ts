import { describe, expect, it } from "vitest";
import { highlight } from "./highlight";

const marked = (text: string, query: string) =>
  highlight(text, query)
    .map((segment) => (segment.found ? `[${segment.text}]` : segment.text))
    .join("");

describe("the words searched for", () => {
  it("are found anywhere, one character long as well", () => {
    expect(marked("駅から近く、駅前も便利", "駅")).toBe("[駅]から近く、[駅]前も便利");
    expect(marked("朝食が朝から", "朝食")).toBe("[朝食]が朝から");
  });

  it("match whatever the width and case of letters", () => {
    expect(marked("Ｗｉ－Ｆｉが遅い wifi", "WiFi")).toBe("Ｗｉ－Ｆｉが遅い [wifi]");
    expect(marked("ＳＴＡＦＦは親切", "staff")).toBe("[ＳＴＡＦＦ]は親切");
  });

  it("are all marked, also where they overlap or touch", () => {
    expect(marked("aaa", "aa")).toBe("[aaa]");
    expect(marked("駅前 風呂", "駅 前")).toBe("[駅前] 風呂");
  });

  it("mark nothing when there are none", () => {
    expect(highlight("良い宿", " ")).toEqual([{ text: "良い宿", found: false }]);
    expect(highlight("", "駅")).toEqual([]);
  });

  it("never split a character outside the basic plane", () => {
    expect(marked("𠮷野家😀", "野")).toBe("𠮷[野]家😀");
  });
});
