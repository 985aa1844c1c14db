/** What a result says, in one sentence: the title of its chart. Pure. */
import { changeOf, type Scale, type ScoreValue, standingOf } from "../ui/score/model";

export interface NamedScore {
  name: string;
  score: ScoreValue;
}

export type Finding =
  | { kind: "up" | "down" | "flat" | "plain" | "few" | "hidden" }
  | { kind: "apart"; best: string; worst: string }
  | { kind: "alike" };

/** What may be said of a score and its change. */
export function findingOfTotal(total: ScoreValue): Finding {
  switch (standingOf(total)) {
    case "suppressed":
      return { kind: "hidden" };
    case "few":
      return { kind: "few" };
    case "empty":
      return { kind: "plain" };
    case "full": {
      const said = changeOf(total);
      return { kind: said === "none" ? "flat" : said === "unsaid" ? "plain" : said };
    }
  }
}

/**
 * Whether the outermost groups stand apart. Only groups with enough answers are
 * compared, and only intervals that do not touch count as a difference; that is
 * stricter than a test of two, and has to be, as the two were picked for being
 * outermost.
 */
export function findingOfGroups(groups: readonly NamedScore[], scale: Scale): Finding {
  const solid = groups.filter(({ score }) => standingOf(score) === "full" && score.interval);
  if (solid.length < 2) return { kind: "alike" };
  const sorted = [...solid].sort((a, b) => (b.score.value ?? 0) - (a.score.value ?? 0));
  const [high, low] = [sorted[0] as NamedScore, sorted.at(-1) as NamedScore];
  const apart = (high.score.interval?.[0] ?? 0) > (low.score.interval?.[1] ?? 0);
  if (!apart) return { kind: "alike" };
  return scale.better === "down"
    ? { kind: "apart", best: low.name, worst: high.name }
    : { kind: "apart", best: high.name, worst: low.name };
}

/** Groups from best to worst; few answers after the solid ones, hidden and empty ones last. */
export function ranked<T extends { score: ScoreValue }>(groups: readonly T[], scale: Scale): T[] {
  const place = { full: 0, few: 1, empty: 2, suppressed: 3 };
  const sign = scale.better === "down" ? 1 : -1;
  return [...groups].sort((a, b) => {
    const order = place[standingOf(a.score)] - place[standingOf(b.score)];
    return order !== 0 ? order : sign * ((a.score.value ?? 0) - (b.score.value ?? 0));
  });
}
