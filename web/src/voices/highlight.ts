/** Where the words searched for occur in a text. Pure. */

export interface Segment {
  text: string;
  found: boolean;
}

/**
 * Cuts a text into found and other parts. Letters match whatever their width or
 * case (ＮＰＳ, nps), as the server's search does. Each character is folded by
 * itself, so that positions in the text stay positions in what is compared.
 */
export function highlight(text: string, query: string): Segment[] {
  const characters = [...text];
  const folded = characters.map(fold);
  const marked = new Array<boolean>(characters.length).fill(false);
  for (const word of query.split(/[\s\u3000]+/).filter(Boolean)) {
    const wanted = [...word].map(fold);
    for (let start = 0; start + wanted.length <= folded.length; start += 1) {
      if (wanted.every((each, offset) => each === folded[start + offset])) {
        marked.fill(true, start, start + wanted.length);
      }
    }
  }
  const segments: Segment[] = [];
  characters.forEach((character, index) => {
    const found = marked[index] ?? false;
    const last = segments.at(-1);
    if (last && last.found === found) last.text += character;
    else segments.push({ text: character, found });
  });
  return segments;
}

function fold(character: string): string {
  return character.normalize("NFKC").toLowerCase();
}
