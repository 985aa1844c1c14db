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
  const [before, after] = [text.slice(0, caret), text.slice(caret)];
  const open = /(^|[-+*/(,×÷−（、＋＊／])\s*$/u.test(before);
  const joint = open ? (/[\s(（]$|^$/u.test(before) ? "" : " ") : " + ";
  const put = `${joint}${quoted(name)}`;
  return { text: before + put + after, caret: before.length + put.length };
}
