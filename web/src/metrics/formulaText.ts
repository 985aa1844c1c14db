/** The text of a written formula: its names, and how one is put in. Pure. */

const NAME = /`([^`]*)`|[\p{L}_][\p{L}\p{N}_.:]*/gu;
const BARE = /^[\p{L}_][\p{L}\p{N}_.:]*$/u;

/** The words before brackets and between operators; also functions, which harm nobody. */
export function namesIn(text: string): Set<string> {
  // What a Japanese keyboard leaves full-width counts as its plain form.
  const plain = text.replace(/[！-～]/g, (sign) =>
    String.fromCharCode(sign.charCodeAt(0) - 0xfee0),
  );
  return new Set([...plain.matchAll(NAME)].map((found) => found[1] ?? found[0]));
}

/** A name as it stands in a formula. */
export function quoted(name: string): string {
  return BARE.test(name) ? name : `\`${name}\``;
}

/** A name that is not taken yet, made from a wish. */
export function freeName(wish: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wish)) return wish;
  let number = 2;
  while (taken.has(`${wish}${number}`)) number += 1;
  return `${wish}${number}`;
}

/** Puts a name where the caret is, with an operator before it when one is missing. */
export function withName(
  text: string,
  name: string,
  caret: number,
): { text: string; caret: number } {
  return placed(text, quoted(name), caret);
}

/** Puts a value where the caret is, with an operator before it when one is missing. */
function placed(text: string, value: string, caret: number): { text: string; caret: number } {
  const [before, after] = [text.slice(0, caret), text.slice(caret)];
  const open = /(^|[-+*/(,×÷−（、＋＊／])\s*$/u.test(before);
  const joint = open ? (/[\s(（]$|^$/u.test(before) ? "" : " ") : " + ";
  const put = `${joint}${value}`;
  return { text: before + put + after, caret: before.length + put.length };
}

/** The functions that a formula may call; the server knows no others. */
export const FUNCTIONS = ["mean", "sum", "min", "max", "abs"] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** Puts a function of these names where the caret is; `abs` takes one of them alone. */
export function withCall(
  text: string,
  called: FunctionName,
  names: readonly string[],
  caret: number,
): { text: string; caret: number } {
  const taken = called === "abs" ? names.slice(0, 1) : [...new Set(names)];
  const put = `${called}(${taken.map(quoted).join(", ")})`;
  return placed(text, put, caret);
}
