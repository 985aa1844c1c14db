/** Pages in the order people meet them. Pure. */
import type { components } from "../../api/schema.gen";

export type PageFigures = components["schemas"]["PageDropOff"];

/** In the document's order; pages that only earlier versions had come last. */
export function orderedPages(pages: readonly PageFigures[], ids: readonly string[]): PageFigures[] {
  const place = (page: PageFigures) => {
    const found = ids.indexOf(page.page);
    return found < 0 ? ids.length : found;
  };
  return [...pages].sort((one, other) => place(one) - place(other));
}

/** The page that the largest share of those who saw it left; nobody's when nobody left. */
export function mostLeft(pages: readonly PageFigures[]): PageFigures | null {
  const share = (page: PageFigures) => (page.reached > 0 ? page.left / page.reached : 0);
  const [worst] = [...pages].sort((one, other) => share(other) - share(one));
  return worst && worst.left > 0 ? worst : null;
}
