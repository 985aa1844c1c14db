/** Lists of customers and what stands in small CSV files. Pure. */

/** Header names of the column that says who is meant. */
const COLUMNS = ["identifier", "customer", "customer_id", "id", "email", "e-mail", "phone"];

/** One customer on each line; blanks and repetitions are left out. */
export function linesOf(text: string): string[] {
  return [...new Set(text.split(/\r?\n/).map((line) => line.trim()))].filter(Boolean);
}

/** The column of a CSV that says who is meant, else its first. */
export function columnOf(csv: string): string[] {
  const rows = csv
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .filter((line) => line.trim())
    .map(cellsOf);
  const header = rows[0]?.map((cell) => cell.toLowerCase()) ?? [];
  const named = header.findIndex((cell) => COLUMNS.includes(cell));
  const cells = rows.slice(named < 0 ? 0 : 1).map((row) => row[Math.max(named, 0)] ?? "");
  return [...new Set(cells)].filter(Boolean);
}

function cellsOf(line: string): string[] {
  const cells = line.match(/("([^"]|"")*"|[^,\t;]*)([,\t;]|$)/g) ?? [];
  return cells.map((cell) =>
    cell
      .replace(/[,\t;]$/, "")
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .replaceAll('""', '"')
      .trim(),
  );
}

/** The text of a file: UTF-8, else Shift_JIS, as Japanese spreadsheets write it. */
export async function textOf(file: Blob): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("shift_jis").decode(bytes);
  }
}

export interface LinkTimes {
  expires_at?: string | null | undefined;
  revoked_at?: string | null | undefined;
  answered_at?: string | null | undefined;
}

/** Whether a link still opens, and if not, why. */
export function stateOf(link: LinkTimes, now: Date): "open" | "expired" | "ended" | "answered" {
  if (link.revoked_at) return "ended";
  if (link.answered_at) return "answered";
  return link.expires_at && new Date(link.expires_at) <= now ? "expired" : "open";
}
