/** Lists come in pages; small ones are read to their end before they are shown. */

interface PageOf<T> {
  items: T[];
  next_cursor?: string | null;
}

/** More pages than this mean that a list should have been paged on the screen. */
const PAGES_MOST = 100;

export async function allPages<T>(read: (cursor?: string) => Promise<PageOf<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MOST; page += 1) {
    const answer = await read(cursor);
    items.push(...answer.items);
    if (!answer.next_cursor) break;
    cursor = answer.next_cursor;
  }
  return items;
}
