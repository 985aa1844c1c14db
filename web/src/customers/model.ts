/** What the customer screens make of the API's shapes. Pure. */
import type { TimelineEntry } from "../api/types";
import { dayOf, formatDate } from "../format/date";
import type { Language } from "../format/number";

export const KINDS = ["survey", "orders", "contacts", "contracts"] as const;
export type Kind = (typeof KINDS)[number] | "other";

/** The kind of an entry as one of those the screens name. */
export function kindOf(entry: { kind: string }): Kind {
  return KINDS.find((kind) => kind === entry.kind) ?? "other";
}

export interface Day {
  day: string;
  entries: TimelineEntry[];
}

/** Entries grouped by the reader's calendar day, in the order they came (newest first). */
export function byDay(entries: readonly TimelineEntry[]): Day[] {
  const days: Day[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.at);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

/** Where a record keeps what was known of the customer, or of the account, on its day. */
const THEN = /^(customer|account):(.+)$/;

export interface Told {
  name: string;
  value: unknown;
  /** The attribute, when the value is what was known of the customer or the account then. */
  attribute?: string;
}

/**
 * What a record tells: its own values, and of the customer's attributes on its day those that are
 * others now; the rest stands beside the timeline.
 */
export function told(
  values: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): Told[] {
  return Object.entries(values).flatMap(([name, value]): Told[] => {
    const [, whose, attribute] = THEN.exec(name) ?? [];
    if (!attribute) return [{ name, value }];
    const unchanged = whose === "customer" && valueText(now[attribute]) === valueText(value);
    return unchanged ? [] : [{ name, value, attribute }];
  });
}

/** A declared attribute or a coded value as text. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value === "object") {
    // A calendar date of a record travels as days since 1970.
    const days = "date" in value ? value.date : undefined;
    if (typeof days === "number") return new Date(days * 86_400_000).toISOString().slice(0, 10);
    return JSON.stringify(value);
  }
  return String(value);
}

/** The same as people read it: calendar dates in the reader's language. */
export function shownText(value: unknown, language: Language): string {
  const text = valueText(value);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? formatDate(text, language) : text;
}

/** What somebody typed for an attribute, as its kind wants it; nothing typed takes it away. */
export function attributeValue(kind: string, typed: string): unknown {
  const text = typed.trim();
  if (text === "") return null;
  if (kind === "number") {
    const number = Number(text.normalize("NFKC"));
    return Number.isFinite(number) ? number : text;
  }
  if (kind === "boolean") return text === "true";
  return text;
}

/** The attributes whose text is another than before, as the API takes them. */
export function changedAttributes(
  before: Record<string, unknown>,
  typed: Record<string, string>,
  declared: readonly { key: string; kind: string }[],
): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  for (const { key, kind } of declared) {
    const text = typed[key] ?? "";
    if (text !== valueText(before[key])) changed[key] = attributeValue(kind, text);
  }
  return changed;
}

/** The codes to choose from: those with a name, and the one that is kept now. */
export function codesOf(names: Record<string, unknown>, kept: string | undefined): string[] {
  return [...new Set([...Object.keys(names), ...(kept ? [kept] : [])])];
}
