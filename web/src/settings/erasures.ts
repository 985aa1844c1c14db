/** What the screens make of the receipt of an erasure. Pure. */
import type { Erasure } from "../api/types";

type Counted = keyof Erasure["removed"];

/** In the order a receipt reads. */
const COUNTED: Counted[] = [
  "names",
  "identifiers",
  "attributes",
  "consents",
  "accounts",
  "links",
  "records_deleted",
  "records_anonymised",
  "texts",
];

/** What was removed, without the lines that count nothing. */
export function removedOf(receipt: Erasure): [Counted, number][] {
  return COUNTED.map((what): [Counted, number] => [what, receipt.removed[what] ?? 0]).filter(
    ([, count]) => count > 0,
  );
}

/** Whether nothing is left in any file, something still is, or is longer than it may be. */
export function stateOf(
  receipt: Pick<Erasure, "completed_at" | "due_at">,
  now: number,
): "complete" | "open" | "overdue" {
  if (receipt.completed_at) return "complete";
  return now > Date.parse(receipt.due_at) ? "overdue" : "open";
}
