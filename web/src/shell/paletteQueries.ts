import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";

/** A few customers for the words typed; the server decides what a match is. */
export const customerSearchQuery = (text: string) =>
  queryOptions({
    queryKey: ["customers", "palette", text],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/customers", { params: { query: { q: text, limit: 5 } }, signal })),
    staleTime: 30_000,
  });

/** A few surveys whose title has the words typed. */
export const surveySearchQuery = (text: string) =>
  queryOptions({
    queryKey: ["surveys", "palette", text],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/surveys", { params: { query: { q: text, limit: 5 } }, signal })),
    staleTime: 30_000,
  });
