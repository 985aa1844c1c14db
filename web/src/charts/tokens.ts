/** Design tokens as resolved values, for the canvas of a chart, which knows no CSS variables. */

const NAMES = {
  paper: "--paper",
  card: "--card",
  ink: "--ink",
  ink2: "--ink-2",
  ink3: "--ink-3",
  line: "--line",
  lineStrong: "--line-strong",
  accent: "--accent",
  accentTint: "--accent-tint",
  accentPale: "--accent-pale",
  accentWash: "--accent-wash",
  good: "--good",
  bad: "--bad",
  fontSans: "--font-sans",
} as const;

export type Tokens = Record<keyof typeof NAMES, string>;

export function readTokens(): Tokens {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    Object.entries(NAMES).map(([key, name]) => [key, style.getPropertyValue(name).trim()]),
  ) as Tokens;
}

/** Strokes of up to four series: the accent, two of its tints, then ink. */
export function seriesColor(tokens: Tokens, index: number): string {
  return [tokens.accent, tokens.accentTint, tokens.ink2, tokens.accentPale][index % 4] as string;
}
