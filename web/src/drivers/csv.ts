/** A finding as rows of a file: everything that stands on the screen, and how it came about. */
import type { DriverResults } from "../api/types";
import type { Cell } from "../format/csv";

export interface CsvWords {
  header: readonly string[];
  yes: string;
  no: string;
  note: readonly (readonly [string, string])[];
}

export function csvRows(
  results: DriverResults,
  nameOf: (driver: string) => string,
  words: CsvWords,
): Cell[][] {
  const rows = (results.finding?.drivers ?? []).map((driver): Cell[] => [
    driver.rank,
    nameOf(driver.driver),
    driver.importance,
    driver.interval?.[0],
    driver.interval?.[1],
    driver.share,
    driver.performance,
    driver.performance_interval?.[0],
    driver.performance_interval?.[1],
    driver.step,
    driver.potential,
    driver.potential_interval[0],
    driver.potential_interval[1],
    driver.significant ? words.yes : words.no,
    driver.p_adjusted,
    driver.vif,
    driver.n_missing,
    driver.asymmetry?.penalty,
    driver.asymmetry?.reward,
    results.finding?.n,
    results.finding?.r2,
    results.note.confidence,
  ]);
  return [[...words.header], ...rows, [], ...words.note.map((line) => [...line])];
}
