import { describe, expect, it } from "vitest";
import { type Command, moveChoice, pickCommands } from "./palette";

const command = (id: string, label: string, words = "", onlyWhenSearched = false): Command => ({
  id,
  group: "",
  label,
  words,
  onlyWhenSearched,
  run: () => {},
});

const commands = [
  command("voices", "顧客の声", "voices"),
  command("metrics", "指標", "metrics"),
  command("t1", "新宿店レジ", "SHINJUKU-01", true),
];

describe("the palette", () => {
  it("lists pages before anything is typed, and things only when searched", () => {
    expect(pickCommands(commands, " ").map((each) => each.id)).toEqual(["voices", "metrics"]);
    expect(pickCommands(commands, "新宿").map((each) => each.id)).toEqual(["t1"]);
  });

  it("finds by either language, by all words, and whatever the width of letters", () => {
    expect(pickCommands(commands, "Voices").map((each) => each.id)).toEqual(["voices"]);
    expect(pickCommands(commands, "ｓｈｉｎｊｕｋｕ レジ").map((each) => each.id)).toEqual(["t1"]);
    expect(pickCommands(commands, "新宿 voices")).toEqual([]);
  });

  it("goes round at both ends", () => {
    expect(moveChoice(2, 1, 3)).toBe(0);
    expect(moveChoice(0, -1, 3)).toBe(2);
    expect(moveChoice(0, 1, 0)).toBe(0);
  });
});
