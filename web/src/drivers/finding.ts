/** What an analysis says in a sentence, and which driver comes first. Pure. */
import type { Driver, DriverResults } from "../api/types";

export type Finding =
  | { kind: "suppressed" }
  /** No model could be fitted, or a rule forbids a ranking. */
  | { kind: "refused" }
  /** Ranked, but no driver can be told from none. */
  | { kind: "unclear" }
  /** This driver matters and is rated low: begin here. */
  | { kind: "begin"; driver: Driver }
  /** What matters most is also what is rated well. */
  | { kind: "keep"; driver: Driver }
  /** What matters most is rated about as the others. */
  | { kind: "most"; driver: Driver };

/** Where a driver stands among the others: by what it decides, and by how it is rated. */
export type Quadrant = "improve" | "keep" | "watch" | "enough";

/** The share of importance that each of so many drivers would have if all mattered alike. */
export function evenShare(drivers: readonly Driver[]): number {
  return drivers.length ? 1 / drivers.length : 0;
}

/** How a driver is rated, 0 to 1 of its scale; `null` without a scale or a mean. */
export function standing(driver: Driver): number | null {
  const [low, high] = driver.scale ?? [];
  if (driver.performance == null || low === undefined || high === undefined || high <= low) {
    return null;
  }
  return (driver.performance - low) / (high - low);
}

/** Whether a driver is rated clearly lower or higher than drivers usually are. */
export function rated(driver: Driver, drivers: readonly Driver[]): "low" | "high" | null {
  const [from, to] = driver.performance_interval ?? [];
  const own = standing(driver);
  if (own === null || from === undefined || to === undefined) return null;
  const usual = usualStanding(drivers);
  const least = standing({ ...driver, performance: from }) ?? own;
  const most = standing({ ...driver, performance: to }) ?? own;
  if (most < usual) return "low";
  return least > usual ? "high" : null;
}

/** The mean standing of the drivers that have one. */
export function usualStanding(drivers: readonly Driver[]): number {
  const all = drivers.map(standing).filter((each) => each !== null);
  return all.length ? all.reduce((sum, each) => sum + each, 0) / all.length : 0.5;
}

export function quadrantOf(driver: Driver, drivers: readonly Driver[]): Quadrant | null {
  const own = standing(driver);
  if (own === null) return null;
  const important = driver.share >= evenShare(drivers);
  const low = own < usualStanding(drivers);
  if (important) return low ? "improve" : "keep";
  return low ? "watch" : "enough";
}

export function findingOf(results: DriverResults): Finding {
  if (results.suppressed) return { kind: "suppressed" };
  if (results.refused || !results.finding) return { kind: "refused" };
  const { drivers } = results.finding;
  const clear = drivers.filter((driver) => driver.significant);
  const [first] = clear;
  if (!first) return { kind: "unclear" };
  // Of those that matter and are rated low, the one that would bring most.
  const better = results.outcome.lower_is_better ? -1 : 1;
  const [begin] = clear
    .filter(
      (driver) =>
        quadrantOf(driver, drivers) === "improve" &&
        rated(driver, drivers) === "low" &&
        better * driver.potential > 0,
    )
    .sort((a, b) => better * (b.potential - a.potential));
  if (begin) return { kind: "begin", driver: begin };
  return { kind: rated(first, drivers) === "high" ? "keep" : "most", driver: first };
}

/** Groups that differ from all others in what decides the outcome, the clearest first. */
export function differences(
  results: DriverResults,
): { key: string | null; driver: string; more: boolean; p: number }[] {
  return (results.finding?.groups ?? [])
    .flatMap((group) =>
      group.drivers
        .filter((driver) => driver.differs && driver.difference != null)
        .map((driver) => ({
          key: group.key ?? null,
          driver: driver.driver,
          more: (driver.difference ?? 0) > 0,
          p: driver.p_adjusted ?? 1,
        })),
    )
    .sort((a, b) => a.p - b.p);
}
