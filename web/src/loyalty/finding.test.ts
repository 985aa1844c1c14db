import { describe, expect, it } from "vitest";
import type { LoyaltyFinding, LoyaltyGroup } from "../api/types";
import { decimalsOf, tellingGroup } from "./finding";

const group = (key: string | null, mean: number, difference: number, differs: boolean) =>
  ({ key, mean, difference, differs }) as LoyaltyGroup;
const finding = (groups: LoyaltyGroup[] | null) => ({ groups }) as LoyaltyFinding;

describe("the group to speak of", () => {
  const promoters = group("promoter", 300, 120, true);
  const detractors = group("detractor", 80, -110, true);
  it("is the one worth most among those that differ", () => {
    expect(tellingGroup(finding([detractors, promoters]))).toBe(promoters);
    expect(tellingGroup(finding([group("promoter", 300, 9, false), detractors]))).toBe(detractors);
  });
  it("is none where nothing differs or nothing is known of them", () => {
    expect(tellingGroup(finding([group("promoter", 300, 9, false)]))).toBeNull();
    expect(tellingGroup(finding([group(null, 300, 90, true)]))).toBeNull();
    expect(tellingGroup(finding(null))).toBeNull();
  });
});

describe("amounts", () => {
  it.each([
    ["value", 12_345.6, 0],
    ["value", 99.4, 2],
    ["value", -150, 0],
    ["purchases", 3.4, 2],
    ["purchases", 150, 2],
    ["purchases", 15_000, 0],
  ] as const)("of %s, %d have %d decimals", (measure, value, digits) => {
    expect(decimalsOf(measure, value)).toBe(digits);
  });
});
