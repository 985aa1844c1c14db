/** The unit tree as rows in reading order. Pure. */
import type { Unit } from "../../api/types";
import { hasWords } from "../../format/words";

export interface UnitRow {
  unit: Unit;
  /** Steps below the top; 0 for a unit without a parent in the list. */
  depth: number;
  /** Names are joined from the top by the caller, in the reader's language. */
  ancestors: Unit[];
}

/**
 * Parents before children, siblings by code. A unit whose parent is not in the
 * list (not visible, or not valid on that day) stands at the top; a cycle, which
 * the server refuses, is cut instead of looping.
 */
export function unitRows(units: readonly Unit[]): UnitRow[] {
  const known = new Set(units.map((unit) => unit.id));
  const children = new Map<string | null, Unit[]>();
  for (const unit of units) {
    const parent = unit.parent_id && known.has(unit.parent_id) ? unit.parent_id : null;
    const siblings = children.get(parent);
    if (siblings) siblings.push(unit);
    else children.set(parent, [unit]);
  }
  const rows: UnitRow[] = [];
  const placed = new Set<string>();
  const place = (parent: string | null, ancestors: Unit[]) => {
    const siblings = [...(children.get(parent) ?? [])].sort((a, b) => a.code.localeCompare(b.code));
    for (const unit of siblings) {
      if (placed.has(unit.id)) continue;
      placed.add(unit.id);
      rows.push({ unit, depth: ancestors.length, ancestors });
      place(unit.id, [...ancestors, unit]);
    }
  };
  place(null, []);
  for (const unit of units) {
    if (placed.has(unit.id)) continue;
    placed.add(unit.id);
    rows.push({ unit, depth: 0, ancestors: [] });
    place(unit.id, [unit]);
  }
  return rows;
}

/** Whether a unit's code or its name in either language has the typed words. */
export function isFound(unit: Unit, typed: string): boolean {
  return hasWords([unit.code, ...Object.values(unit.name)].join(" "), typed);
}

/** The rows that were searched for, with what they stand below so that their place can be read. */
export function foundRows(rows: readonly UnitRow[], typed: string): UnitRow[] {
  const found = rows.filter(({ unit }) => isFound(unit, typed));
  const shown = new Set(
    found.flatMap(({ unit, ancestors }) => [unit.id, ...ancestors.map((each) => each.id)]),
  );
  return rows.filter(({ unit }) => shown.has(unit.id));
}
