/** Places that cells name and the organisation does not have yet. Pure. */
import { freeId } from "../surveys/document";
import { compared } from "./model";

/** The longest code there is, in characters. */
const CODE_MOST = 64;

export interface Missing {
  /** As it stands in the file. */
  cell: string;
  /** Under which it is made: the cell itself wherever that can be a code. */
  code: string;
}

/** The places that would have to be made, each once and under a code nobody has. */
export function missingPlaces(cells: readonly string[], known: ReadonlySet<string>): Missing[] {
  const taken = new Set(known);
  const seen = new Set<string>();
  return cells.flatMap((cell) => {
    const name = compared(cell);
    if (!name || seen.has(name.toLowerCase())) return [];
    seen.add(name.toLowerCase());
    const wanted = [...name.replace(/\s/g, "-")].slice(0, CODE_MOST).join("");
    const short = [...wanted].slice(0, CODE_MOST - 4).join("");
    const code = taken.has(wanted) ? freeId(`${short}-`, taken) : wanted;
    taken.add(code);
    return [{ cell, code }];
  });
}
