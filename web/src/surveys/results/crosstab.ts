/** Readings of a crosstab: its finding in a sentence, and its lines for a file. Pure. */
import type { components } from "../../api/schema.gen";
import type { Cell as CsvCell } from "../../format/csv";

export type Crosstab = components["schemas"]["Crosstab"];
export type Line = components["schemas"]["Line"];
export type CrosstabCell = components["schemas"]["CellView"];

/** Beyond this an adjusted residual is more than chance would give one cell in twenty. */
const STANDS_OUT = 1.96;

/** Whether a cell has clearly more or fewer people; only where the whole table says so. */
export function standing(table: Crosstab, cell: CrosstabCell): "more" | "fewer" | null {
  const residual = cell.residual ?? 0;
  if (table.test?.verdict !== "related" || Math.abs(residual) < STANDS_OUT) return null;
  return residual > 0 ? "more" : "fewer";
}

export interface Peak {
  row: Line;
  column: Line;
  cell: CrosstabCell;
  /** The column's share of everybody. */
  overall: number | null;
}

/** The cell with most people beyond what would be without a relation. */
export function peak(table: Crosstab): Peak | null {
  let found: Peak | null = null;
  for (const row of table.rows) {
    row.cells.forEach((cell, place) => {
      const column = table.columns[place];
      if (!column || standing(table, cell) !== "more") return;
      if (!found || (cell.residual ?? 0) > (found.cell.residual ?? 0)) {
        const overall = table.column_totals[place]?.row_percent ?? null;
        found = { row: row.line, column, cell, overall };
      }
    });
  }
  return found;
}

/** What the names of a file's columns are. */
export interface CsvWords {
  row: string;
  column: string;
  n: string;
  rowPercent: string;
  columnPercent: string;
  low: string;
  high: string;
  total: string;
}

/** One line for each cell, margins among them. */
export function crosstabCsv(
  table: Crosstab,
  words: CsvWords,
  rowName: (line: Line) => string,
  columnName: (line: Line) => string,
): CsvCell[][] {
  const line = (row: string, column: string, cell: CrosstabCell): CsvCell[] => [
    row,
    column,
    cell.n,
    cell.row_percent,
    ...ends(cell.row_interval),
    cell.column_percent,
    ...ends(cell.column_interval),
  ];
  return [
    [
      words.row,
      words.column,
      words.n,
      words.rowPercent,
      words.low,
      words.high,
      words.columnPercent,
      words.low,
      words.high,
    ],
    ...table.rows.flatMap((row) => [
      ...row.cells.map((cell, place) =>
        line(rowName(row.line), columnName(table.columns[place] as Line), cell),
      ),
      line(rowName(row.line), words.total, row.total),
    ]),
    ...table.column_totals.map((cell, place) =>
      line(words.total, columnName(table.columns[place] as Line), cell),
    ),
  ];
}

function ends(interval: unknown): [CsvCell, CsvCell] {
  const [low, high] = Array.isArray(interval) ? (interval as number[]) : [];
  return [low ?? null, high ?? null];
}
