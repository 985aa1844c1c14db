import { describe, expect, it } from "vitest";
import {
  changeOf,
  formatDifference,
  formatInterval,
  formatP,
  formatValue,
  meanScale,
  NPS_SCALE,
  PERCENT_SCALE,
  type ScoreValue,
  standingOf,
  toneOf,
  whiskerMarks,
} from "./model";

const nps: ScoreValue = {
  value: 18.6,
  n: 1904,
  interval: [15.2, 22.0],
  few: false,
  suppressed: false,
  change: { difference: -3.1, verdict: "down", p: 0.01 },
};

describe("a value", () => {
  it("is signed for points, percent for shares, plain for means", () => {
    expect(formatValue(18.6, NPS_SCALE, "en")).toBe("+18.6");
    expect(formatValue(-4.25, NPS_SCALE, "ja")).toBe("\u22124.3");
    expect(formatValue(86.24, PERCENT_SCALE, "en")).toBe("86.2%");
    expect(formatValue(4.125, meanScale(1, 5), "en")).toBe("4.13");
  });

  it("has its interval in brackets, signed only where the value is", () => {
    expect(formatInterval([15.2, 22], NPS_SCALE, "en")).toBe("[+15.2, +22.0]");
    expect(formatInterval([-3, 4], NPS_SCALE, "en")).toBe("[\u22123.0, +4.0]");
    expect(formatInterval([84.9, 87.4], PERCENT_SCALE, "en")).toBe("[84.9, 87.4]");
  });

  it("differs from another by points when it is a percentage", () => {
    expect(formatDifference(-3.14, PERCENT_SCALE, "en", "pt")).toBe("\u22123.1 pt");
    expect(formatDifference(2, NPS_SCALE, "en", "pt")).toBe("+2.0");
  });
});

describe("what may be said", () => {
  it("of a change is an arrow only when its test says so", () => {
    expect(changeOf(nps)).toBe("down");
    expect(changeOf({ ...nps, change: { difference: -3.1, verdict: "no_clear_change" } })).toBe(
      "none",
    );
  });

  it("of a change is nothing when answers are few, hidden or absent", () => {
    expect(changeOf({ ...nps, few: true })).toBe("unsaid");
    expect(changeOf({ ...nps, suppressed: true })).toBe("unsaid");
    expect(changeOf({ ...nps, value: null })).toBe("unsaid");
    expect(changeOf({ ...nps, change: null })).toBe("unsaid");
  });

  it("of a suppressed score is never its value, even if one were sent", () => {
    expect(standingOf({ ...nps, suppressed: true })).toBe("suppressed");
    expect(whiskerMarks({ ...nps, suppressed: true }, NPS_SCALE)).toBeNull();
  });

  it("calls zero a value and null an absence", () => {
    expect(standingOf({ ...nps, value: 0 })).toBe("full");
    expect(standingOf({ ...nps, value: null, n: 0 })).toBe("empty");
  });
});

describe("good and bad", () => {
  it("follow the metric's direction, not the arrow's", () => {
    expect(toneOf("up", NPS_SCALE)).toBe("good");
    expect(toneOf("down", NPS_SCALE)).toBe("bad");
    expect(toneOf("up", { ...PERCENT_SCALE, better: "down" })).toBe("bad");
    expect(toneOf("up", { ...PERCENT_SCALE, better: "none" })).toBe("plain");
    expect(toneOf("none", NPS_SCALE)).toBe("plain");
  });
});

describe("the whisker", () => {
  it("places every mark as a share of the scale", () => {
    expect(whiskerMarks({ ...nps, value: 0, interval: [-50, 50] }, NPS_SCALE)).toEqual({
      low: 0.25,
      high: 0.75,
      value: 0.5,
      zero: 0.5,
      target: null,
    });
  });

  it("keeps marks on the scale when an interval runs past its end", () => {
    const marks = whiskerMarks({ ...nps, value: 98, interval: [95, 104] }, PERCENT_SCALE);
    expect(marks?.high).toBe(1);
    expect(marks?.zero).toBeNull();
  });

  it("draws the target as a tick, also a target of zero", () => {
    expect(whiskerMarks(nps, { ...NPS_SCALE, target: 0 })?.target).toBe(0.5);
  });
});

it("a p value shows three decimals only when two would hide it", () => {
  expect(formatP(0.03, "en")).toBe("0.03");
  expect(formatP(0.004, "en")).toBe("0.004");
});
