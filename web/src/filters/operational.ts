/**
 * Operational fields: what a customer had ordered, asked or signed before a record.
 * Written `operational:orders:count:365d`, with `@1,4` behind it for edges of bands. Pure.
 */
import type { OperationalStream } from "../api/types";

/** What stands for a customer who has nothing earlier. */
export const NOTHING = "(none)";

export type Tells = "count" | "sum" | "last" | "days_since";

export interface OperationalField {
  /** Key of the stream. */
  stream: string;
  tells: Tells;
  /** The column that is summed, or whose latest value is told. */
  column: string | null;
  /** Only so many days before the record. */
  days: number | null;
}

export function operationalOf(dimension: string): OperationalField | null {
  const [body = ""] = dimension.split("@");
  const found =
    /^operational:([^:]+):(?:(count|days_since)|(sum|last):([a-z0-9_]+?))(?::(\d+)d)?$/.exec(body);
  if (!found?.[1]) return null;
  return {
    stream: found[1],
    tells: (found[2] ?? found[3]) as Tells,
    column: found[4] ?? null,
    days: found[5] ? Number(found[5]) : null,
  };
}

/** What is offered of the streams: how often and how much in a year, and what came last. */
export function operationalDimensions(streams: readonly OperationalStream[]): string[] {
  return streams
    .filter((stream) => !stream.archived)
    .flatMap((stream) => {
      const name = `operational:${stream.key}`;
      const sums = stream.columns.filter((each) => each.kind === "number");
      const codes = stream.columns.filter(
        (each) => each.kind === "code" || each.kind === "boolean",
      );
      return [
        `${name}:count:365d`,
        `${name}:count`,
        `${name}:days_since`,
        ...sums.map((column) => `${name}:sum:${column.key}:365d`),
        ...codes.map((column) => `${name}:last:${column.key}`),
      ];
    });
}

/** How far back the explorer offers to look, in days; null is everything before. */
export const WINDOWS = [30, 90, 365, null] as const;

/** Whether the dimension tells of a window that a reader may choose: how often, or how much. */
export function hasWindow(field: OperationalField): boolean {
  return field.tells === "count" || field.tells === "sum";
}

/** The dimension of a field, looking back so many days. */
export function dimensionOf(field: OperationalField): string {
  const parts = ["operational", field.stream, field.tells];
  if (field.column !== null) parts.push(field.column);
  if (field.days !== null) parts.push(`${field.days}d`);
  return parts.join(":");
}
