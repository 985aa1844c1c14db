import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { api, unwrap } from "../../api/client";
import { asProblem } from "../../api/problem";
import type { Problem, SurveyDocument } from "../document";
import { editor, type Selection, startEditing } from "../editor";
import { draftQuery } from "../queries";

/** How long after the last change the draft is kept. */
const PAUSE_MS = 700;

export type Saving =
  | { state: "saved" }
  | { state: "waiting" }
  | { state: "saving" }
  /** Somebody else kept another draft meanwhile. */
  | { state: "conflict" }
  | { state: "failed"; error: unknown };

interface Draft {
  document: SurveyDocument;
  revision: number;
  problems: Problem[];
}

/**
 * The builder's state, kept on the server a moment after each change. One request
 * is under way at a time; what changed meanwhile follows it.
 */
export function useDraft(survey: string, initial: Draft) {
  const queries = useQueryClient();
  const [state, dispatch] = useReducer(editor, initial.document, startEditing);
  const [problems, setProblems] = useState(initial.problems);
  const [saving, setSaving] = useState<Saving>({ state: "saved" });
  const [savedRevision, setSavedRevision] = useState(initial.revision);
  const revision = useRef(initial.revision);
  const saved = useRef(initial.document);
  const latest = useRef(state.document);
  const running = useRef<Promise<boolean> | null>(null);
  const stopped = useRef(false);
  latest.current = state.document;

  const put = useCallback(async (): Promise<boolean> => {
    while (latest.current !== saved.current) {
      const document = latest.current;
      setSaving({ state: "saving" });
      try {
        const draft = await unwrap(
          api.PUT("/api/surveys/{id}/draft", {
            params: { path: { id: survey } },
            body: { document, revision: revision.current },
          }),
        );
        revision.current = draft.revision;
        saved.current = document;
        setProblems(draft.problems);
        setSavedRevision(draft.revision);
      } catch (error) {
        const conflict = asProblem(error).status === 409;
        stopped.current = conflict;
        setSaving(conflict ? { state: "conflict" } : { state: "failed", error });
        return false;
      }
    }
    setSaving({ state: "saved" });
    void queries.invalidateQueries({ queryKey: ["surveys", survey], exact: true });
    void queries.invalidateQueries({ queryKey: ["surveys", "list"] });
    return true;
  }, [survey, queries]);

  /** Keeps what is not kept yet; says whether everything is. */
  const flush = useCallback((): Promise<boolean> => {
    if (stopped.current) return Promise.resolve(false);
    running.current ??= put().finally(() => {
      running.current = null;
    });
    return running.current;
  }, [put]);

  useEffect(() => {
    if (stopped.current) return;
    if (state.document === saved.current) {
      // Undone before it was kept: there is nothing to keep, unless a request is under way.
      if (!running.current) setSaving({ state: "saved" });
      return;
    }
    setSaving((before) => (before.state === "saving" ? before : { state: "waiting" }));
    const timer = setTimeout(() => void flush(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [state.document, flush]);

  // Leaving for another page of the application keeps what was typed last.
  useEffect(() => () => void flush(), [flush]);

  const unkept = saving.state !== "saved";
  useEffect(() => {
    if (!unkept) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [unkept]);

  /** After a conflict: takes the other draft, or puts this one in its place; undo brings the other. */
  const settle = useCallback(
    async (keep: "theirs" | "mine") => {
      const theirs = await queries.fetchQuery(draftQuery(survey));
      revision.current = theirs.revision;
      stopped.current = false;
      if (keep === "theirs") {
        saved.current = theirs.document;
        setProblems(theirs.problems);
        setSavedRevision(theirs.revision);
        setSaving({ state: "saved" });
        dispatch({ do: "settle", theirs: theirs.document, keep });
      } else {
        saved.current = theirs.document;
        dispatch({ do: "settle", theirs: theirs.document, keep });
        await flush();
      }
    },
    [queries, survey, flush],
  );

  return { state, dispatch, problems, saving, savedRevision, flush, settle };
}

export type DraftEditor = ReturnType<typeof useDraft>;

/** The draft with what the builder shows of it. */
export interface BuilderDraft extends DraftEditor {
  /** The languages whose words are shown beside each other now. */
  shown: readonly string[];
  /** Selects something and, on a phone, goes to where it is edited. */
  select: (selection: Selection) => void;
}
