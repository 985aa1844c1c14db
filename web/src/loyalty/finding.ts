/** What an analysis of loyalty value says first. Pure. */
import type { LoyaltyFinding, LoyaltyGroup } from "../api/types";

/**
 * The group to speak of: of those that differ from all others the one whose
 * customers are expected to be worth most, else the one worth least. `null` where
 * none differs. Customers of whom nothing is known are no group to speak of.
 */
export function tellingGroup(finding: LoyaltyFinding): LoyaltyGroup | null {
  const differing = (finding.groups ?? []).filter((group) => group.differs && group.key !== null);
  const above = differing.filter((group) => (group.difference ?? 0) > 0);
  const [most] = [...above].sort((a, b) => b.mean - a.mean);
  const [least] = [...differing].sort((a, b) => a.mean - b.mean);
  return most ?? least ?? null;
}

/** How many decimals an amount is told with: none from a hundred on. */
export function decimalsOf(measure: LoyaltyFinding["measure"], value: number): number {
  if (measure === "purchases") return Math.abs(value) >= 1_000 ? 0 : 2;
  return Math.abs(value) >= 100 ? 0 : 2;
}
