import { expect, it } from "vitest";
import { toCsv } from "./csv";

it("opens in Japanese spreadsheets: byte order mark, CRLF, quotes where needed", () => {
  expect(
    toCsv([
      ["区分", "値"],
      ['新宿 "本店", 東口', 18.6],
    ]),
  ).toBe('\uFEFF区分,値\r\n"新宿 ""本店"", 東口",18.6\r\n');
});

it("runs no formula: texts are disarmed, negative numbers stay numbers", () => {
  expect(toCsv([["=1+1", "@x", "-2", -2, null]])).toBe("\uFEFF'=1+1,'@x,'-2,-2,\r\n");
});
