/**
 * Decisions about a file that were not tried yet, kept in this tab so that leaving the page
 * loses nothing. They hold for the proposal they began with, and go once a trial was made.
 */
import type { Import, Mapping } from "./model";

const keyOf = (id: string) => `koe.import.${id}`;

/** What the proposal was; another look at the file brings another. */
export const proposalOf = ({ sniffed, mapping }: Pick<Import, "sniffed" | "mapping">) =>
  JSON.stringify([sniffed.layout, mapping]);

type Kept = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** The mapping as it was left, when it began with this proposal. */
export function unfinished(kept: Kept, given: Import): Mapping | null {
  try {
    const found = JSON.parse(kept.getItem(keyOf(given.id)) ?? "null");
    return found?.proposal === proposalOf(given) ? (found.mapping as Mapping) : null;
  } catch {
    return null;
  }
}

/** Keeps a mapping; the proposal itself is nothing to keep. */
export function keepUnfinished(kept: Kept, given: Import, mapping: Mapping): void {
  if (mapping === given.mapping) {
    kept.removeItem(keyOf(given.id));
    return;
  }
  try {
    kept.setItem(keyOf(given.id), JSON.stringify({ proposal: proposalOf(given), mapping }));
  } catch {
    // Full or refused by the browser: the page works as before, it only forgets when left.
  }
}
