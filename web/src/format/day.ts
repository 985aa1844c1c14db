/**
 * Days and moments as people type them and as a field shows them. A day is
 * `2026-11-22`, a moment without zone `2026-11-22T18:30`; what is typed may be
 * either of these, or a date as it is written in the reader's language.
 */
import { formatDate } from "./date";
import type { Language } from "./number";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const TIME = /(?:[t\s]+|(?<=日))(\d{1,2})[:時](\d{2})(?::\d{2})?分?$/;
const YEAR_FIRST = /^(\d{4})[-/.年]\s*(\d{1,2})[-/.月]\s*(\d{1,2})日?$/;
const MONTH_NAMED = /^(\d{1,2})\s+([a-z]{3})[a-z]*\.?,?\s+(\d{4})$/;
const DAY_FIRST = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/;

const two = (number: number) => String(number).padStart(2, "0");

/** Reads a typed day; nothing if it is none, such as 31 April. Only English reads day first. */
function readDate(text: string, language: Language): string | null {
  const found = YEAR_FIRST.exec(text);
  const named = MONTH_NAMED.exec(text);
  const dayFirst = language === "en" ? DAY_FIRST.exec(text) : null;
  const [year, month, day] = found
    ? [found[1], found[2], found[3]]
    : named
      ? [named[3], MONTHS.indexOf(named[2] ?? "") + 1, named[1]]
      : dayFirst
        ? [dayFirst[3], dayFirst[2], dayFirst[1]]
        : [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (Number.isNaN(date.getTime())) return null;
  if (date.getUTCMonth() + 1 !== Number(month) || date.getUTCDate() !== Number(day)) return null;
  return `${Number(year)}-${two(Number(month))}-${two(Number(day))}`;
}

/**
 * Reads what was typed into a field: `2026-11-22`, or with `time`
 * `2026-11-22T18:30`, midnight when no time was given. Full-width digits count.
 */
export function readDay(typed: string, language: Language, time = false): string | null {
  const text = typed.normalize("NFKC").trim().toLowerCase();
  const clock = time ? TIME.exec(text) : null;
  const day = readDate(clock ? text.slice(0, clock.index).trim() : text, language);
  if (!day || !time) return day;
  const [hour, minute] = [Number(clock?.[1] ?? 0), Number(clock?.[2] ?? 0)];
  return hour < 24 && minute < 60 ? `${day}T${two(hour)}:${two(minute)}` : null;
}

/** What a field shows: `2026/11/22` or `22 Nov 2026`, with the time if there is one. */
export function writeDay(value: string, language: Language): string {
  const day = value.slice(0, 10);
  const shown = language === "ja" ? day.replaceAll("-", "/") : formatDate(day, language);
  const clock = value.slice(11, 16);
  return clock ? `${shown} ${clock}` : shown;
}
