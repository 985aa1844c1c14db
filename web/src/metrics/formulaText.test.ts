import { describe, expect, it } from "vitest";
import { freeName, namesIn, quoted, withCall, withName } from "./formulaText";

describe("the names of a formula", () => {
  it("are found bare, quoted and full-width", () => {
    expect([...namesIn("q1.result - `来店 満足` * 2")]).toEqual(["q1.result", "来店 満足"]);
    expect(namesIn("（ｑ１＋期待）÷２")).toEqual(new Set(["q1", "期待"]));
    expect(namesIn("1 + 2").size).toBe(0);
  });

  it("are quoted only where they must be", () => {
    expect(quoted("q1.result")).toBe("q1.result");
    expect(quoted("期待")).toBe("期待");
    expect(quoted("来店 満足")).toBe("`来店 満足`");
    expect(quoted("1st")).toBe("`1st`");
  });

  it("are made free by a number", () => {
    expect(freeName("nps", new Set())).toBe("nps");
    expect(freeName("nps", new Set(["nps", "nps2"]))).toBe("nps3");
  });

  it("are put in with an operator where one is missing", () => {
    expect(withName("", "a", 0)).toEqual({ text: "a", caret: 1 });
    expect(withName("a - ", "b", 4)).toEqual({ text: "a - b", caret: 5 });
    expect(withName("a -", "b", 3)).toEqual({ text: "a - b", caret: 5 });
    expect(withName("a", "b", 1)).toEqual({ text: "a + b", caret: 5 });
    expect(withName("mean()", "b c", 5)).toEqual({ text: "mean(`b c`)", caret: 10 });
  });

  it("are put into a function, each once and quoted where they must be", () => {
    expect(withCall("", "mean", ["q1", "来店 満足", "q1"], 0)).toEqual({
      text: "mean(q1, `来店 満足`)",
      caret: 17,
    });
    expect(withCall("100 - ", "abs", ["a", "b"], 6).text).toBe("100 - abs(a)");
    expect(withCall("a", "max", ["b", "c"], 1).text).toBe("a + max(b, c)");
  });
});
