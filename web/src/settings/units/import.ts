/** What the screen makes of a file of units before it is written. Pure. */
import type { Components } from "../../api/types";

export type UnitImport = Components["UnitImport"];
export type UnitChange = Components["UnitFileChange"];
export type UnitFault = Components["UnitLineFault"];

/** Lines that are shown before somebody asks for all. */
export const SHOWN = 50;

const KINDS = ["added", "renamed", "rekinded", "moved", "ended"] as const;

/** How much of what: changes by kind, and the units that stay as they are. */
export function totalsOf(
  seen: Pick<UnitImport, "changes" | "unchanged">,
): [(typeof KINDS)[number] | "unchanged", number][] {
  const count = (kind: string) => seen.changes.filter((change) => change.edit.is === kind).length;
  return [
    ...KINDS.map((kind) => [kind, count(kind)] as [typeof kind, number]),
    ["unchanged", seen.unchanged],
  ];
}

/** The sentence for a fault: what does not fit is told by column. */
export function faultKey({ reason, field }: Pick<UnitFault, "reason" | "field">) {
  if (reason !== "does_not_fit") return reason;
  switch (field) {
    case "code":
    case "kind":
    case "valid_to":
      return `does_not_fit_${field}` as const;
    default:
      return "does_not_fit_name_ja" as const;
  }
}
