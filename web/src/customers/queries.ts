import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import type { Customer, CustomerDetail, TimelineEntry } from "../api/types";

export const customersQuery = (text: string) =>
  infiniteQueryOptions({
    queryKey: ["customers", "list", text],
    queryFn: async ({ pageParam, signal }) => {
      const page = await unwrap(
        api.GET("/api/customers", {
          params: {
            query: { limit: 50, cursor: pageParam ?? undefined, ...(text ? { q: text } : {}) },
          },
          signal,
        }),
      );
      return { ...page, items: page.items as Customer[] };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });

export const customerQuery = (id: string) =>
  queryOptions({
    queryKey: ["customers", "one", id],
    queryFn: async () =>
      (await unwrap(
        api.GET("/api/customers/{id}", { params: { path: { id } } }),
      )) as CustomerDetail,
  });

/** What happened between a customer and the company: everything, or one kind. */
export const timelineQuery = (id: string, kind?: string, unmasked?: boolean) =>
  infiniteQueryOptions({
    queryKey: ["customers", "timeline", id, kind ?? "all", unmasked ?? false],
    queryFn: async ({ pageParam }) => {
      const page = await unwrap(
        api.GET("/api/customers/{id}/timeline", {
          params: {
            path: { id },
            query: {
              limit: 50,
              cursor: pageParam ?? undefined,
              ...(kind ? { kind } : {}),
              ...(unmasked ? { masked: false } : {}),
            },
          },
        }),
      );
      return { ...page, items: page.items as TimelineEntry[] };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });

/** The attributes declared for customers. */
export const attributesQuery = queryOptions({
  queryKey: ["attributes", "customer"],
  queryFn: async () =>
    (await unwrap(api.GET("/api/attributes", { params: { query: { holder: "customer" } } }))).items,
  staleTime: 5 * 60_000,
});
