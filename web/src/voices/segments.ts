/** A text cut where something begins or ends in it: words found, personal data. Pure. */

/** A stretch in characters (code points) from the beginning, as the API counts them. */
export interface Span {
  start: number;
  end: number;
}

export interface Segment {
  text: string;
  found: boolean;
  personal: boolean;
}

/** Spans may overlap, touch, or reach past the end; the segments join to the text. */
export function segmentsOf(
  text: string,
  found: readonly Span[],
  personal: readonly Span[] = [],
): Segment[] {
  const segments: Segment[] = [];
  const within = (spans: readonly Span[], position: number) =>
    spans.some((span) => span.start <= position && position < span.end);
  [...text].forEach((character, position) => {
    const isFound = within(found, position);
    const isPersonal = within(personal, position);
    const last = segments.at(-1);
    if (last && last.found === isFound && last.personal === isPersonal) last.text += character;
    else segments.push({ text: character, found: isFound, personal: isPersonal });
  });
  return segments;
}
