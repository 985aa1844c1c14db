/** A finding as rows of a file: everything that stands on the screen, and how it came about. */
import type { LoyaltyResults } from "../api/types";
import type { Cell } from "../format/csv";

export interface LoyaltyCsvWords {
  figures: readonly string[];
  deciles: readonly string[];
  groups: readonly string[];
  customers: readonly string[];
  note: readonly (readonly [string, string])[];
}

export function loyaltyCsv(
  results: LoyaltyResults,
  nameOf: (key: string | null | undefined) => string,
  words: LoyaltyCsvWords,
): Cell[][] {
  const { finding, note } = results;
  if (!finding) return [];
  const figures: Cell[] = [
    finding.n,
    finding.repeat,
    finding.until,
    finding.total,
    finding.total_interval?.[0],
    finding.total_interval?.[1],
    finding.mean,
    finding.mean_interval?.[0],
    finding.mean_interval?.[1],
    finding.purchases,
    finding.alive,
    note?.confidence,
  ];
  const deciles = finding.deciles.map((each, place): Cell[] => [
    place + 1,
    each.n,
    each.total,
    each.share,
    each.mean,
    each.alive,
  ]);
  const groups = (finding.groups ?? []).map((each): Cell[] => [
    nameOf(each.key),
    each.n,
    each.mean,
    each.mean_interval?.[0],
    each.mean_interval?.[1],
    each.share,
    each.alive,
    each.difference,
    each.difference_interval?.[0],
    each.difference_interval?.[1],
    each.p_adjusted,
  ]);
  const customers = (finding.at_risk ?? []).map((each): Cell[] => [
    each.customer_id,
    each.name,
    each.alive,
    each.bought,
    each.last,
    each.expected,
    each.at_stake,
  ]);
  const table = (header: readonly string[], rows: Cell[][]): Cell[][] =>
    rows.length ? [[], [...header], ...rows] : [];
  return [
    [...words.figures],
    figures,
    ...table(words.deciles, deciles),
    ...table(words.groups, groups),
    ...table(words.customers, customers),
    [],
    ...words.note.map((line) => [...line]),
  ];
}
