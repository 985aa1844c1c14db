/** Names of an attribute's codes as lines of a form. Pure. */
import type { LocalizedText } from "../../i18n/language";

export interface NameLine {
  /** Tells lines apart while they are edited. */
  line: number;
  code: string;
  name: LocalizedText;
}

export function linesOf(values: Record<string, LocalizedText>): NameLine[] {
  return Object.entries(values).map(([code, name], line) => ({ line, code, name }));
}

/** A further line, empty. */
export function added(lines: readonly NameLine[]): NameLine[] {
  const line = Math.max(-1, ...lines.map((each) => each.line)) + 1;
  return [...lines, { line, code: "", name: {} }];
}

/** The names as the API takes them; lines without a code or without a name are left out. */
export function valuesOf(lines: readonly NameLine[]): Record<string, LocalizedText> {
  return Object.fromEntries(
    lines
      .filter(({ code, name }) => code.trim() && Object.values(name).some((text) => text.trim()))
      .map(({ code, name }) => [code.trim(), name]),
  );
}

/** Lines whose code stands in another line already. */
export function repeated(lines: readonly NameLine[]): ReadonlySet<number> {
  const seen = new Set<string>();
  const again = new Set<number>();
  for (const { line, code } of lines) {
    const plain = code.trim();
    if (plain && seen.has(plain)) again.add(line);
    seen.add(plain);
  }
  return again;
}
