import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";

export const customersQuery = (text: string) =>
  infiniteQueryOptions({
    queryKey: ["customers", "list", text],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/customers", {
          params: {
            query: { limit: 50, cursor: pageParam ?? undefined, ...(text ? { q: text } : {}) },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });

export const customerQuery = (id: string) =>
  queryOptions({
    queryKey: ["customers", "one", id],
    queryFn: () => unwrap(api.GET("/api/customers/{id}", { params: { path: { id } } })),
  });

export const timelineQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["customers", "timeline", id],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/customers/{id}/timeline", {
          params: { path: { id }, query: { limit: 50, cursor: pageParam ?? undefined } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
