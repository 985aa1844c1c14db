import { describe, expect, it } from "vitest";
import { answerRows, bucketRange } from "./answer";

const words = {
  header: ["g", "from", "value", "n", "low", "high", "note"],
  few: "few",
  suppressed: "hidden",
};

describe("the file of an answer", () => {
  it("carries n and interval with every value", () => {
    const rows = answerRows({
      total: { name: "all", score: { value: 18.6, n: 1904, interval: [15.2, 22] } },
      groups: [{ name: "few", score: { value: 5, n: 12, interval: [-20, 30], few: true } }],
      series: [],
      words,
    });
    expect(rows[1]).toEqual(["all", "", 18.6, 1904, 15.2, 22, null]);
    expect(rows[2]).toEqual(["few", "", 5, 12, -20, 30, "few"]);
  });

  it("lets no figure of a suppressed group out, not even its n", () => {
    const rows = answerRows({
      total: { name: "all", score: { value: 3, n: 3, interval: [1, 5], suppressed: true } },
      groups: [],
      series: [],
      words,
    });
    expect(rows[1]).toEqual(["all", "", null, null, null, null, "hidden"]);
  });
});

describe("the days behind a point", () => {
  it("are those of its bucket", () => {
    expect(bucketRange("2026-04-01", "month", null)).toEqual({
      from: "2026-04-01",
      to: "2026-04-30",
    });
    expect(bucketRange("2026-04-01", "fiscal_year", null).to).toBe("2027-03-31");
    expect(bucketRange("2026-04-06", "week", null).to).toBe("2026-04-12");
  });

  it("never leave the period asked for", () => {
    const period = { from: "2026-04-10", to: "2026-04-20" };
    expect(bucketRange("2026-04-01", "month", period)).toEqual(period);
  });
});
