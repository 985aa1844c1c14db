/**
 * The builder's state: a document, what is selected in it, and the way back and
 * forth. A pure reducer; typing in one place counts as one step.
 */
import type { LocalizedText } from "../i18n/language";
import {
  type ChoiceKey,
  type Ending,
  findQuestion,
  freeId,
  freeQuestionId,
  type HiddenField,
  newField,
  newPage,
  newQuestion,
  pagesOf,
  type Question,
  type QuestionType,
  questionsOf,
  type SurveyDocument,
  type SurveyPage,
} from "./document";
import { renameChoice, renameField } from "./rename";
import { type TextPath, withTextAt } from "./texts";

export type Selection =
  | { kind: "survey" }
  | { kind: "languages" }
  | { kind: "fields" }
  | { kind: "page"; id: string }
  | { kind: "question"; id: string }
  | { kind: "ending"; id: string };

export interface EditorState {
  document: SurveyDocument;
  selection: Selection;
  past: SurveyDocument[];
  future: SurveyDocument[];
  /** Where the last change was made; the next one there joins it. */
  lastPlace: string | null;
}

export type EditorAction =
  | { do: "settle"; theirs: SurveyDocument; keep: "theirs" | "mine" }
  | { do: "select"; selection: Selection }
  | { do: "undo" }
  | { do: "redo" }
  | { do: "changeSurvey"; change: Partial<SurveyDocument>; place?: string }
  | { do: "addPage" }
  | { do: "changePage"; id: string; change: Partial<SurveyPage>; place?: string }
  | { do: "movePage"; id: string; to: number }
  | { do: "removePage"; id: string }
  | { do: "addQuestion"; type: QuestionType; page?: string }
  | { do: "changeQuestion"; id: string; change: Record<string, unknown>; place?: string }
  | { do: "renameChoice"; id: string; list: ChoiceKey; from: string; to: string }
  | { do: "duplicateQuestion"; id: string }
  | { do: "moveQuestion"; id: string; page: number; to: number }
  | { do: "removeQuestion"; id: string }
  | { do: "changeText"; path: TextPath; value: LocalizedText }
  | { do: "addField" }
  | { do: "changeField"; index: number; change: Partial<HiddenField>; place?: string }
  | { do: "renameField"; from: string; to: string }
  | { do: "removeField"; index: number }
  | { do: "addEnding" }
  | { do: "moveEnding"; id: string; to: number }
  | { do: "changeEnding"; id: string; change: Partial<Ending>; place?: string }
  | { do: "removeEnding"; id: string };

/** Steps that can be taken back. */
const STEPS_MOST = 200;

export function startEditing(document: SurveyDocument): EditorState {
  return { document, selection: first(document), past: [], future: [], lastPlace: null };
}

export function editor(state: EditorState, action: EditorAction): EditorState {
  switch (action.do) {
    case "settle": {
      // What is not taken is one step back, so that nothing is lost.
      const mine = action.keep === "mine";
      const document = mine ? state.document : action.theirs;
      const other = mine ? action.theirs : state.document;
      return {
        document,
        selection: kept(state.selection, document),
        past: [...state.past, other].slice(-STEPS_MOST),
        future: [],
        lastPlace: null,
      };
    }
    case "select":
      return { ...state, selection: action.selection, lastPlace: null };
    case "undo": {
      const document = state.past.at(-1);
      if (!document) return state;
      return {
        document,
        past: state.past.slice(0, -1),
        future: [state.document, ...state.future],
        selection: kept(state.selection, document),
        lastPlace: null,
      };
    }
    case "redo": {
      const [document, ...future] = state.future;
      if (!document) return state;
      return {
        document,
        past: [...state.past, state.document],
        future,
        selection: kept(state.selection, document),
        lastPlace: null,
      };
    }
    default:
      return changed(state, action);
  }
}

type Change = Exclude<EditorAction, { do: "settle" | "select" | "undo" | "redo" }>;

function changed(state: EditorState, action: Change): EditorState {
  const { document, selection } = apply(state, action);
  if (document === state.document) return state;
  const place = placeOf(action);
  const joins = place !== null && place === state.lastPlace;
  return {
    document,
    selection: kept(selection ?? state.selection, document),
    past: joins ? state.past : [...state.past, state.document].slice(-STEPS_MOST),
    future: [],
    lastPlace: place,
  };
}

/** What a change is about: changes there one after the other are one step. */
function placeOf(action: Change): string | null {
  if (action.do === "changeText") return `changeText:${action.path.join(".")}`;
  return "place" in action && action.place ? `${action.do}:${action.place}` : null;
}

interface Applied {
  document: SurveyDocument;
  selection?: Selection;
}

function apply({ document, selection }: EditorState, action: Change): Applied {
  switch (action.do) {
    case "changeSurvey":
      return { document: { ...document, ...action.change } };
    case "addPage": {
      const page = newPage(document);
      const at = pageOf(selection, document) + 1;
      return {
        document: withPages(document, insert(pagesOf(document), at, page)),
        selection: { kind: "page", id: page.id },
      };
    }
    case "changePage":
      return {
        document: onPages(document, (page) =>
          page.id === action.id ? { ...page, ...action.change } : page,
        ),
      };
    case "movePage": {
      const from = pagesOf(document).findIndex(({ id }) => id === action.id);
      if (from < 0 || from === action.to) return { document };
      return { document: withPages(document, move(pagesOf(document), from, action.to)) };
    }
    case "removePage":
      return {
        document: withPages(
          document,
          pagesOf(document).filter(({ id }) => id !== action.id),
        ),
      };
    case "addQuestion": {
      const question = newQuestion(action.type, freeQuestionId(document));
      const at = selection.kind === "question" ? findQuestion(document, selection.id) : null;
      const wanted = action.page
        ? pagesOf(document).findIndex(({ id }) => id === action.page)
        : pageOf(selection, document);
      const pages = pagesOf(document).length > 0 ? pagesOf(document) : [newPage(document)];
      const page = Math.min(Math.max(wanted, 0), pages.length - 1);
      return {
        document: withPages(
          document,
          pages.map((each, index) => {
            if (index !== page) return each;
            const to = at?.page === page ? at.index + 1 : questionsOf(each).length;
            return { ...each, questions: insert(questionsOf(each), to, question) };
          }),
        ),
        selection: { kind: "question", id: question.id },
      };
    }
    case "changeQuestion":
      return {
        document: onPages(document, (page) =>
          questionsOf(page).some(({ id }) => id === action.id)
            ? {
                ...page,
                questions: questionsOf(page).map((each) =>
                  each.id === action.id ? ({ ...each, ...action.change } as Question) : each,
                ),
              }
            : page,
        ),
      };
    case "renameChoice":
      return {
        document: renameChoice(document, action.id, action.list, action.from, action.to),
      };
    case "duplicateQuestion": {
      const found = findQuestion(document, action.id);
      if (!found) return { document };
      const id = freeQuestionId(document);
      const { code: _code, field: _field, ...rest } = found.question;
      const copy = { ...rest, id } as Question;
      return {
        document: onPages(document, (page, index) =>
          index === found.page
            ? { ...page, questions: insert(questionsOf(page), found.index + 1, copy) }
            : page,
        ),
        selection: { kind: "question", id },
      };
    }
    case "moveQuestion": {
      const found = findQuestion(document, action.id);
      if (!found || (found.page === action.page && found.index === action.to)) return { document };
      const without = onPages(document, (page, index) =>
        index === found.page
          ? { ...page, questions: questionsOf(page).filter(({ id }) => id !== action.id) }
          : page,
      );
      return {
        document: onPages(without, (page, index) =>
          index === action.page
            ? { ...page, questions: insert(questionsOf(page), action.to, found.question) }
            : page,
        ),
      };
    }
    case "removeQuestion": {
      const found = findQuestion(document, action.id);
      if (!found) return { document };
      return {
        document: onPages(document, (page, index) =>
          index === found.page
            ? { ...page, questions: questionsOf(page).filter(({ id }) => id !== action.id) }
            : page,
        ),
      };
    }
    case "changeText":
      return { document: withTextAt(document, action.path, action.value) };
    case "addField":
      return {
        document: {
          ...document,
          hidden_fields: [...(document.hidden_fields ?? []), newField(document)],
        },
        selection: { kind: "fields" },
      };
    case "changeField":
      return {
        document: {
          ...document,
          hidden_fields: (document.hidden_fields ?? []).map((each, index) =>
            index === action.index ? { ...each, ...action.change } : each,
          ),
        },
      };
    case "renameField":
      return { document: renameField(document, action.from, action.to) };
    case "removeField":
      return {
        document: {
          ...document,
          hidden_fields: (document.hidden_fields ?? []).filter((_, at) => at !== action.index),
        },
      };
    case "moveEnding": {
      const endings = document.endings ?? [];
      const from = endings.findIndex(({ id }) => id === action.id);
      if (from < 0 || from === action.to) return { document };
      return { document: { ...document, endings: move(endings, from, action.to) } };
    }
    case "addEnding": {
      const endings = document.endings ?? [];
      const ending: Ending = {
        id: freeId(
          "ending",
          endings.map(({ id }) => id),
        ),
        title: { ja: "ご回答ありがとうございました", en: "Thank you" },
        message: {},
      };
      return {
        document: { ...document, endings: [...endings, ending] },
        selection: { kind: "ending", id: ending.id },
      };
    }
    case "changeEnding":
      return {
        document: {
          ...document,
          endings: (document.endings ?? []).map((each) =>
            each.id === action.id ? { ...each, ...action.change } : each,
          ),
        },
      };
    case "removeEnding":
      return {
        document: {
          ...document,
          endings: (document.endings ?? []).filter(({ id }) => id !== action.id),
        },
      };
  }
}

/** The page a selection lies on; the last one for what lies on none. */
function pageOf(selection: Selection, document: SurveyDocument): number {
  if (selection.kind === "question") return findQuestion(document, selection.id)?.page ?? -1;
  if (selection.kind === "page") {
    return pagesOf(document).findIndex(({ id }) => id === selection.id);
  }
  return pagesOf(document).length - 1;
}

function first(document: SurveyDocument): Selection {
  const question = pagesOf(document).flatMap(questionsOf)[0];
  return question ? { kind: "question", id: question.id } : { kind: "survey" };
}

/** The selection, or the first thing there is when what it named is gone. */
function kept(selection: Selection, document: SurveyDocument): Selection {
  const there =
    selection.kind === "survey" ||
    selection.kind === "languages" ||
    selection.kind === "fields" ||
    (selection.kind === "question" && findQuestion(document, selection.id) !== null) ||
    (selection.kind === "page" && pagesOf(document).some(({ id }) => id === selection.id)) ||
    (selection.kind === "ending" && (document.endings ?? []).some(({ id }) => id === selection.id));
  return there ? selection : first(document);
}

function withPages(document: SurveyDocument, pages: SurveyPage[]): SurveyDocument {
  return { ...document, pages };
}

function onPages(
  document: SurveyDocument,
  change: (page: SurveyPage, index: number) => SurveyPage,
): SurveyDocument {
  return withPages(document, pagesOf(document).map(change));
}

export function insert<T>(list: readonly T[], at: number, item: T): T[] {
  return [...list.slice(0, at), item, ...list.slice(at)];
}

export function move<T>(list: readonly T[], from: number, to: number): T[] {
  const item = list[from];
  if (item === undefined) return [...list];
  return insert(
    list.filter((_, index) => index !== from),
    to,
    item,
  );
}
