/**
 * The period of the global filter. In the URL it is one short word or a pair of
 * days, so that a shared link either keeps moving ("last_12_months") or stands
 * still ("2026-04-01..2026-06-30"), as its sender meant it.
 */

/** Both ends are calendar days and both belong to the period. */
export interface DayRange {
  from: string;
  to: string;
}

export const NAMED_PERIODS = [
  "last_30_days",
  "last_90_days",
  "last_12_months",
  "this_fiscal_year",
  "last_fiscal_year",
  "all_time",
] as const;

export type NamedPeriod = (typeof NAMED_PERIODS)[number];

/** A named period, or `from..to`. */
export type Period = NamedPeriod | `${string}..${string}`;

export const DEFAULT_PERIOD: NamedPeriod = "last_12_months";

const RANGE = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/;

/** Reads a period from the URL; anything that is not one gives `undefined`. */
export function parsePeriod(text: unknown): Period | undefined {
  if (typeof text !== "string") return undefined;
  if ((NAMED_PERIODS as readonly string[]).includes(text)) return text as NamedPeriod;
  const range = readRange(text);
  return range ? `${range.from}..${range.to}` : undefined;
}

/** The two days of a `from..to` period, in order; `undefined` for named ones. */
export function readRange(text: string): DayRange | undefined {
  const match = RANGE.exec(text);
  const [from, to] = [match?.[1], match?.[2]];
  if (!from || !to || !isDay(from) || !isDay(to)) return undefined;
  return from <= to ? { from, to } : { from: to, to: from };
}

export function isNamedPeriod(period: Period): period is NamedPeriod {
  return (NAMED_PERIODS as readonly string[]).includes(period);
}

/**
 * The days a period covers, seen from `today`; `null` when it has no bounds.
 * `fiscalStartMonth` is 4 for the Japanese fiscal year.
 */
export function resolvePeriod(
  period: Period,
  today: string,
  fiscalStartMonth = 4,
): DayRange | null {
  if (!isNamedPeriod(period)) return readRange(period) ?? null;
  switch (period) {
    case "last_30_days":
      return { from: addDays(today, -29), to: today };
    case "last_90_days":
      return { from: addDays(today, -89), to: today };
    case "last_12_months":
      return { from: addDays(addMonths(today, -12), 1), to: today };
    case "this_fiscal_year":
      return fiscalYear(today, 0, fiscalStartMonth);
    case "last_fiscal_year":
      return fiscalYear(today, -1, fiscalStartMonth);
    case "all_time":
      return null;
  }
}

function fiscalYear(today: string, offset: number, startMonth: number): DayRange {
  const month = Number(today.slice(5, 7));
  const year = Number(today.slice(0, 4)) + (month < startMonth ? -1 : 0) + offset;
  const from = isoDay(year, startMonth, 1);
  return { from, to: addDays(addMonths(from, 12), -1) };
}

export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** Moves by whole months; a day that the target month lacks becomes its last one. */
export function addMonths(day: string, months: number): string {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7)) - 1 + months;
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const target = new Date(Date.UTC(year, month, Math.min(Number(day.slice(8, 10)), lastDay)));
  return target.toISOString().slice(0, 10);
}

/** The months that a range lies in, from the first day of the first to the last day of the last. */
export function wholeMonths(range: DayRange): DayRange {
  const first = (day: string) => `${day.slice(0, 7)}-01`;
  return { from: first(range.from), to: addDays(addMonths(first(range.to), 1), -1) };
}

function isoDay(year: number, month: number, day: number): string {
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
}

/** Today as a calendar day in the reader's zone. */
export function today(now: Date = new Date()): string {
  return isoDay(now.getFullYear(), now.getMonth() + 1, now.getDate());
}
