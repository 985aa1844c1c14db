/**
 * A person decides about a file while the server proposes. Pure.
 *
 * The newest choice always wins: what is decided while a proposal is on its way is carried over
 * to it, and of several looks asked for in a row the last one counts. One look is on its way at
 * a time, so that the server ends where the person did.
 */
import type { Components } from "../api/types";
import { carriedOver } from "./carried";
import type { Import, Layout, Mapping, RowsAre } from "./model";
import { proposalOf } from "./unfinished";

export type Look = Components["LookRequest"];

/** What the rows are said to be; replaced as a whole. */
export type Rows = Pick<Look, "survey_id" | "rows_are" | "mapping">;

export interface Deciding {
  /** The file as it was looked at last, with the proposal that decisions change. */
  given: Import;
  /** What decisions began with: the proposal, or what stood when a kept mapping was called for. */
  began: Mapping;
  mapping: Mapping;
  /** The look that is on its way. */
  sent: Look | null;
  /** The look that follows it. */
  next: Look | null;
  /** What was said of the rows last, while no proposal for it is here. */
  wanted: Rows | null;
}

export type Decision =
  | { do: "change"; make: (now: Mapping) => Mapping }
  | { do: "anew" }
  | { do: "read"; layout: Layout }
  | { do: "rows"; rows: Rows }
  /** The answer to a look, or its refusal when there is none. */
  | { do: "answered"; look: Look; given: Import | null }
  /** The import was read again, for whatever reason. */
  | { do: "given"; given: Import };

/** Begins with the proposal, or with what was left unfinished. */
export function startDeciding(given: Import, left: Mapping | null): Deciding {
  return {
    given,
    began: given.mapping,
    mapping: left ?? given.mapping,
    sent: null,
    next: null,
    wanted: null,
  };
}

export function deciding(state: Deciding, decision: Decision): Deciding {
  switch (decision.do) {
    case "change":
      return { ...state, mapping: decision.make(state.mapping) };
    case "anew":
      return { ...state, began: state.given.mapping, mapping: state.given.mapping };
    case "read": {
      const rows = lacksSurvey(state.wanted) ? null : state.wanted;
      return asking(state, { ...(rows ?? rowsOf(state.mapping)), layout: decision.layout });
    }
    case "rows": {
      const { rows } = decision;
      // Which survey is still to be said; until then nothing can be proposed.
      if (lacksSurvey(rows)) return { ...state, wanted: rows, next: null };
      const layout = state.next?.layout;
      // A mapping kept earlier is called for in the place of what was decided so far.
      const began = rows.mapping ? state.mapping : state.began;
      return asking({ ...state, began, wanted: rows }, { ...rows, ...(layout ? { layout } : {}) });
    }
    case "answered": {
      // An answer to a look that nobody waits for changes nothing.
      if (decision.look !== state.sent) return state;
      // What was proposed is out of date already when another look follows.
      if (state.next) return { ...state, sent: state.next, next: null };
      const wanted = lacksSurvey(state.wanted) ? state.wanted : null;
      const now = { ...state, sent: null, wanted };
      const { given } = decision;
      return given ? over(now, given) : { ...now, began: state.given.mapping };
    }
    case "given":
      if (state.sent) return state;
      return proposalOf(decision.given) === proposalOf(state.given)
        ? asGiven(state, decision.given)
        : over(state, decision.given);
  }
}

/** Answers to a survey, and nobody said yet to which. */
const lacksSurvey = (rows: Rows | null) => rows?.survey_id === "";

function asking(state: Deciding, look: Look): Deciding {
  return state.sent ? { ...state, next: look } : { ...state, sent: look };
}

/** The same proposal as another object; what was not decided on stays the proposal itself. */
function asGiven(state: Deciding, given: Import): Deciding {
  const before = state.given.mapping;
  return {
    ...state,
    given,
    began: state.began === before ? given.mapping : state.began,
    mapping: state.mapping === before ? given.mapping : state.mapping,
  };
}

function over(state: Deciding, given: Import): Deciding {
  const { columns } = given.sniffed;
  return {
    ...state,
    given,
    began: given.mapping,
    mapping: carriedOver(state.began, state.mapping, given.mapping, columns),
  };
}

/** What the rows are, so that another look at the file proposes for the same. */
function rowsOf({ target }: Mapping): Rows {
  return target.kind === "survey" ? { survey_id: target.survey_id } : { rows_are: target.kind };
}

/** What the rows are as the screen shows it: the newest choice, proposed for or not. */
export function rowsShown({ wanted, mapping }: Deciding): { kind: RowsAre; survey: string } {
  const { target } = mapping;
  const survey = target.kind === "survey" ? target.survey_id : "";
  if (wanted?.survey_id != null) return { kind: "survey", survey: wanted.survey_id };
  if (wanted?.rows_are) return { kind: wanted.rows_are, survey: "" };
  return { kind: target.kind, survey };
}
