/**
 * How numbers are written. Everything is a pure function of its arguments; the
 * language is always one of them. Signs use the true minus (U+2212), which has
 * the width of a figure, so that columns of changes line up.
 */

export type Language = "ja" | "en";

const MINUS = "\u2212";

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(language: Language, digits: number): Intl.NumberFormat {
  const key = `${language}:${digits}`;
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.NumberFormat(language === "ja" ? "ja-JP" : "en-GB", {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formatters.set(key, found);
  }
  return found;
}

/** A whole number with digit groups: `1,904`. */
export function formatCount(value: number, language: Language): string {
  return formatDecimal(value, 0, language);
}

/** A number with a fixed count of decimals and a true minus: `−3.1`. */
export function formatDecimal(value: number, digits: number, language: Language): string {
  const text = formatter(language, digits).format(Math.abs(value));
  return value < 0 && hasInk(text) ? MINUS + text : text;
}

/** As `formatDecimal`, with a plus before positive numbers: `+18.6`, `0.0`, `−3.1`. */
export function formatSigned(value: number, digits: number, language: Language): string {
  const text = formatDecimal(value, digits, language);
  return value > 0 && hasInk(text) ? `+${text}` : text;
}

/** A share between 0 and 1 as a percentage: `86.2%`. */
export function formatShare(share: number, language: Language, digits = 1): string {
  return `${formatDecimal(share * 100, digits, language)}%`;
}

/** False for a number that rounds to zero, which takes no sign. */
function hasInk(text: string): boolean {
  return /[1-9]/.test(text);
}

/** A size in bytes in the largest fitting unit: `1.2 MB`. */
export function formatBytes(bytes: number, language: Language): string {
  const units = ["B", "kB", "MB", "GB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${formatDecimal(size, unit === 0 || size >= 100 ? 0 : 1, language)} ${units[unit]}`;
}
