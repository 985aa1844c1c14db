/** A condition as a sentence, in the words the caller has for its parts. Pure. */
import { type Group, isGroup, type Part, type Test } from "./conditions";

export interface Wording {
  /** One test in words: “Plan is gold”. */
  test: (test: Test) => string;
  /** Parts that all hold, or of which one does, as one phrase. */
  join: (mode: "all" | "any", parts: string[]) => string;
  /** The opposite of a phrase. */
  not: (phrase: string) => string;
  /** A phrase as one part of a longer one. */
  bracket: (phrase: string) => string;
}

/** What a group says; empty when nothing is in it. */
export function sentenceOf(group: Group, wording: Wording): string {
  const inner = group.mode === "none" ? "any" : group.mode === "not_all" ? "all" : group.mode;
  const parts = group.parts.map((part) => phrase(part, group.parts.length > 1, wording));
  if (parts.length === 0) return "";
  const joined = parts.length === 1 ? (parts[0] ?? "") : wording.join(inner, parts);
  return inner === group.mode ? joined : wording.not(joined);
}

function phrase(part: Part, oneOfMany: boolean, wording: Wording): string {
  if (!isGroup(part)) return wording.test(part);
  const said = sentenceOf(part, wording);
  const alone = part.parts.length === 1 || part.mode === "none" || part.mode === "not_all";
  return oneOfMany && !alone ? wording.bracket(said) : said;
}
