import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useReducer } from "react";
import { api, unwrap } from "../api/client";
import { deciding, type Look, startDeciding } from "./deciding";
import type { Import } from "./model";
import { importQuery } from "./queries";
import { keepUnfinished, unfinished } from "./unfinished";

/** The decisions about a file, with the looks at it that they ask for; kept until they are tried. */
export function useDeciding(given: Import) {
  const queries = useQueryClient();
  const [state, dispatch] = useReducer(deciding, given, (first) =>
    startDeciding(first, unfinished(sessionStorage, first)),
  );
  const { queryKey } = importQuery(given.id);
  const look = useMutation({
    mutationFn: (asked: Look) =>
      unwrap(
        api.POST("/api/imports/{id}/look", { params: { path: { id: given.id } }, body: asked }),
      ),
    onSuccess: async (now, asked) => {
      dispatch({ do: "answered", look: asked, given: now });
      // A read that began before the look must not put the older proposal in its place.
      await queries.cancelQueries({ queryKey, exact: true });
      queries.setQueryData(queryKey, now);
    },
    onError: (_refusal, asked) => {
      dispatch({ do: "answered", look: asked, given: null });
      const held = queries.getQueryData(queryKey);
      if (held) dispatch({ do: "given", given: held });
    },
  });
  const { mutate, error } = look;
  const { sent } = state;
  useEffect(() => {
    if (sent) mutate(sent);
  }, [sent, mutate]);
  useEffect(() => dispatch({ do: "given", given }), [given]);
  useEffect(() => keepUnfinished(sessionStorage, state.given, state.mapping), [state]);
  return { state, dispatch, error };
}
