/** Where in the builder a problem of the document is mended. Pure. */
import { pagesOf, questionsOf, type SurveyDocument } from "./document";
import type { Selection } from "./editor";

/** Reads the server's path (`pages[0].questions[2].text`) as a selection. */
export function placeOf(path: string, document: SurveyDocument): Selection {
  const page = index(path, "pages");
  const there = page === null ? undefined : pagesOf(document)[page];
  if (there) {
    const question = index(path, "questions");
    const asked = question === null ? undefined : questionsOf(there)[question];
    return asked ? { kind: "question", id: asked.id } : { kind: "page", id: there.id };
  }
  const ending = index(path, "endings");
  const said = ending === null ? undefined : document.endings?.[ending];
  return said ? { kind: "ending", id: said.id } : { kind: "survey" };
}

function index(path: string, list: string): number | null {
  const found = new RegExp(`(?:^|\\.)${list}\\[(\\d+)\\]`).exec(path);
  return found ? Number(found[1]) : null;
}
