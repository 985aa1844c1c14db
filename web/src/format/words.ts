/** How typed words find a thing wherever the whole list is at hand. Pure. */

/** Half-width and full-width letters, capitals and small ones are one. */
function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** Whether the text contains every typed word, in any order; nothing typed finds everything. */
export function hasWords(text: string, typed: string): boolean {
  const folded = fold(text);
  return fold(typed)
    .split(/\s+/)
    .every((word) => folded.includes(word));
}
