/** Where things land when they are moved in a list of lists. Pure. */
import { move } from "./editor";

/** A page's row or a question's, as the outline shows them one under the other. */
export interface OutlineRow {
  key: string;
  page: boolean;
}

/** The page, and the place on it, of a question that was moved onto another row. */
export function questionLands(
  rows: readonly OutlineRow[],
  moved: string,
  onto: string,
): { page: number; to: number } | null {
  const from = rows.findIndex((row) => row.key === moved);
  const over = rows.findIndex((row) => row.key === onto);
  if (from < 0 || over < 0) return null;
  const after = move(rows, from, over);
  let page = -1;
  let to = 0;
  for (const row of after) {
    if (row.key === moved) break;
    if (row.page) {
      page += 1;
      to = 0;
    } else to += 1;
  }
  // Above the first page there is none: it becomes the first question of all.
  return page < 0 ? { page: 0, to: 0 } : { page, to };
}
