/**
 * How dates and times are written. Times arrive as RFC 3339 in UTC and are shown
 * in the reader's own time zone; calendar dates (`2026-04-01`) have no zone and
 * are never moved by one.
 */
import type { Language } from "./number";

const locale = { ja: "ja-JP", en: "en-GB" } as const;

const cache = new Map<string, Intl.DateTimeFormat>();

function formatter(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let found = cache.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale[language], options);
    cache.set(key, found);
  }
  return found;
}

/** Reads `2026-04-01` as noon UTC, which is the same calendar day when read back in UTC. */
function calendarDate(date: string): Date {
  return new Date(`${date.slice(0, 10)}T12:00:00Z`);
}

/** `2026年4月1日` or `1 April 2026`, from a calendar date. */
export function formatDate(date: string, language: Language): string {
  return formatter(language, {
    timeZone: "UTC",
    year: "numeric",
    month: language === "ja" ? "long" : "short",
    day: "numeric",
  }).format(calendarDate(date));
}

/** `2026年4月` or `Apr 2026`, from a calendar date. */
export function formatMonth(date: string, language: Language): string {
  return formatter(language, {
    timeZone: "UTC",
    year: "numeric",
    month: language === "ja" ? "long" : "short",
  }).format(calendarDate(date));
}

/** A moment as day and minute in the reader's zone: `2026/04/01 09:05`, `1 Apr 2026, 09:05`. */
export function formatMoment(moment: string, language: Language): string {
  return formatter(language, {
    year: "numeric",
    month: language === "ja" ? "2-digit" : "short",
    day: language === "ja" ? "2-digit" : "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(new Date(moment));
}

/** A moment as its day in the reader's zone. */
export function formatMomentDay(moment: string, language: Language): string {
  return formatter(language, {
    year: "numeric",
    month: language === "ja" ? "long" : "short",
    day: "numeric",
  }).format(new Date(moment));
}

/** A moment as hour and minute in the reader's zone: `09:05`. */
export function formatTime(moment: string, language: Language): string {
  return formatter(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(
    new Date(moment),
  );
}

/** The calendar day (`2026-04-01`) of a moment in the reader's zone, for grouping. */
export function dayOf(moment: string): string {
  const date = new Date(moment);
  const month = String(date.getMonth() + 1).padStart(2, "0");
  const day = String(date.getDate()).padStart(2, "0");
  return `${date.getFullYear()}-${month}-${day}`;
}
