import { describe, expect, it } from "vitest";
import { mostAnswered, sparkGrain, standOf } from "./presence";

it.each([
  [{ answers: 3, voices: 0 }, "here"],
  [{ answers: 0, voices: 1 }, "here"],
  [{ answers: 0, voices: 0 }, "unknown"],
  [{ answers: 0, voices: 0, everAnswers: 9 }, "earlier"],
  [{ answers: 0, voices: 0, everAnswers: 0, everVoices: 2 }, "earlier"],
  [{ answers: 0, voices: 0, everAnswers: 0 }, "unknown"],
  [{ answers: 0, voices: 0, everAnswers: 0, everVoices: 0 }, "nothing"],
] as const)("an organisation with %o stands at %s", (presence, stand) => {
  expect(standOf(presence)).toBe(stand);
});

describe("a sparkline", () => {
  it("has weeks for a month, months for a year, quarters for more", () => {
    expect(sparkGrain({ from: "2026-04-01", to: "2026-04-30" })).toBe("week");
    expect(sparkGrain({ from: "2025-05-01", to: "2026-04-30" })).toBe("month");
    expect(sparkGrain({ from: "2020-04-01", to: "2026-04-30" })).toBe("quarter");
    expect(sparkGrain(null)).toBe("quarter");
  });
});

describe("the survey that speaks for answers nobody counts", () => {
  const surveys = [{ n: 0 }, { n: 5 }, { n: 250 }, { n: 250 }];
  it("is the one with the most answers, and none without answers", () => {
    expect(mostAnswered(surveys, ({ n }) => n)).toBe(surveys[2]);
    expect(mostAnswered(surveys.slice(0, 1), ({ n }) => n)).toBeNull();
    expect(mostAnswered([] as { n: number }[], ({ n }) => n)).toBeNull();
  });
});
