/** Imports in the words of the screens: kinds of rows, roles of columns, states. Pure. */
import type { Components } from "../api/types";

export type Import = Components["Import"];
export type Mapping = Components["Mapping"];
/** A change of what the mapping is at that moment. */
export type Change = (now: Mapping) => Mapping;
export type Target = Components["ImportTarget"];
export type ColumnMapping = Components["ColumnMapping"];
export type ColumnRole = Components["ColumnRole"];
export type FileColumn = Components["Column"];
export type Layout = Components["Layout"];
export type DateForm = Components["DateForm"];
export type RowFault = Components["RowFault"];
export type SavedMapping = Components["SavedMapping"];
export type Conversion = Components["Conversion"];
export type ImportStatus = Import["status"];
export type RoleName = ColumnRole["is"];
export type RowsAre = Target["kind"];

/** In the order of the choice: what customers said, then what is known beside it. */
export const ROWS_ARE = [
  "new_survey",
  "survey",
  "voices",
  "operational",
  "customers",
] as const satisfies readonly RowsAre[];

export const DATE_FORMS = [
  "year_first",
  "day_first",
  "month_first",
  "compact",
  "unix_seconds",
  "unix_milliseconds",
] as const satisfies readonly DateForm[];

export const ENCODINGS = [
  "utf8",
  "shift_jis",
  "euc_jp",
  "utf16_le",
  "utf16_be",
  "windows1252",
] as const satisfies readonly Layout["encoding"][];

export const STREAM_KINDS = ["orders", "contacts", "contracts", "other"] as const;

export const VALUE_KINDS = ["number", "integer", "code", "date", "flag"] as const;

export type RoleGroup = "content" | "record" | "place" | "customer";

const ANSWERS: Record<RoleGroup, readonly RoleName[]> = {
  content: ["answer", "text_by", "write_in", "field"],
  record: ["record_key", "respondent_key", "occurred_at", "language", "duration_seconds"],
  place: ["touchpoint", "unit", "offering", "channel"],
  customer: ["customer", "customer_name", "attribute"],
};

/** What a column can mean, by what the rows are. */
export function rolesFor(rows: RowsAre): [RoleGroup, readonly RoleName[]][] {
  const { record, place, customer } = ANSWERS;
  switch (rows) {
    case "survey":
      return Object.entries(ANSWERS) as [RoleGroup, readonly RoleName[]][];
    case "new_survey":
      return [
        ["content", ["answer", "text_by"]],
        ["record", record],
        ["place", place],
        ["customer", customer],
      ];
    case "operational":
      return [
        ["content", ["value", "text"]],
        ["record", ["record_key", "occurred_at"]],
        ["place", place],
        ["customer", customer],
      ];
    case "voices":
      return [
        ["content", ["text", "value"]],
        ["record", ["record_key", "respondent_key", "occurred_at", "language"]],
        ["place", place],
        ["customer", customer],
      ];
    case "customers":
      return [["customer", customer]];
  }
}

export type Step = "columns" | "trial" | "running" | "result";

/** Where in the wizard an import stands. */
export function stepOf(status: ImportStatus, stored: number): Step {
  switch (status) {
    case "uploaded":
      return "columns";
    case "checked":
      return "trial";
    case "running":
      return "running";
    case "done":
      return "result";
    default:
      // Rows that are in cannot be mapped anew; what stopped before them can.
      return stored > 0 ? "running" : "columns";
  }
}

/** Survey definitions of other tools, told by their name. */
export const isSurveyFile = (name: string) => /\.(qsf|lss|lsg|lsq)$/i.test(name);

/** How far a run has come, between 0 and 1; null when nobody counted the rows before. */
export function progressOf(totals: Import["totals"]): number | null {
  const { rows = 0, rows_in_file: all = 0 } = totals;
  return all > 0 ? Math.min(1, rows / all) : null;
}

/** A cell as the server compares it: blanks of every kind are one blank. */
export const compared = (cell: string) => cell.split(/\s+/u).filter(Boolean).join(" ");
