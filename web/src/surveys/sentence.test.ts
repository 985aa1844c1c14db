import { expect, it } from "vitest";
import { type Condition, readCondition } from "./conditions";
import { sentenceOf, type Wording } from "./sentence";

const wording: Wording = {
  test: ({ id, is, value }) => `${id} ${is} ${value}`,
  join: (mode, parts) => parts.join(mode === "all" ? " and " : " or "),
  not: (phrase) => `not (${phrase})`,
  bracket: (phrase) => `(${phrase})`,
};
const low: Condition = { question: "nps", is: "at_most", value: 6 };
const gold: Condition = { field: "plan", is: "equals", value: "gold" };

it.each<[Condition | null, string]>([
  [null, ""],
  [low, "nps at_most 6"],
  [{ all: [low, gold] }, "nps at_most 6 and plan equals gold"],
  [{ all: [low, { any: [gold, low] }] }, "nps at_most 6 and (plan equals gold or nps at_most 6)"],
  [{ not: { any: [low, gold] } }, "not (nps at_most 6 or plan equals gold)"],
  [{ any: [gold, { not: low }] }, "plan equals gold or not (nps at_most 6)"],
])("%j is said in one sentence", (condition, said) => {
  expect(sentenceOf(readCondition(condition), wording)).toBe(said);
});
