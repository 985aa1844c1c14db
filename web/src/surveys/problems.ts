/** Where in the builder a problem of the document is mended. Pure. */
import { type Problem, pagesOf, questionsOf, type SurveyDocument } from "./document";
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
  if (said) return { kind: "ending", id: said.id };
  if (path.startsWith("hidden_fields")) return { kind: "fields" };
  return path.startsWith("languages") ? { kind: "languages" } : { kind: "survey" };
}

/** Problems in the order they are worth reading: what keeps from publishing first. */
export function byWeight(problems: readonly Problem[]): Problem[] {
  const errors = problems.filter(isError);
  return [...errors, ...problems.filter((each) => !isError(each))];
}

export const isError = ({ severity }: Problem) => severity === "error";

/**
 * The fields in which a problem may be mended, most exact first: the path below
 * what is selected, shortened part by part. Fields carry them as `data-field`.
 */
export function fieldsOf(path: string): string[] {
  const below = path.replace(/^(pages\[\d+\](\.questions\[\d+\])?|endings\[\d+\])\.?/, "");
  const fields: string[] = [];
  for (let rest = below; rest; rest = rest.replace(/(\.[^.[\]]+|\[\d+\]|^[^.[\]]+)$/, "")) {
    fields.push(rest);
  }
  return fields;
}

function index(path: string, list: string): number | null {
  const found = new RegExp(`(?:^|\\.)${list}\\[(\\d+)\\]`).exec(path);
  return found ? Number(found[1]) : null;
}
