import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import { allPages } from "../api/pages";

export const membersQuery = queryOptions({
  queryKey: ["members"],
  queryFn: () =>
    allPages((cursor) =>
      unwrap(api.GET("/api/members", { params: { query: { limit: 200, cursor } } })),
    ),
});

export const invitationsQuery = queryOptions({
  queryKey: ["invitations"],
  queryFn: async () => (await unwrap(api.GET("/api/invitations"))).items,
});

export const keysQuery = queryOptions({
  queryKey: ["keys"],
  queryFn: async () => (await unwrap(api.GET("/api/keys"))).items,
});

export const organisationQuery = queryOptions({
  queryKey: ["organisation"],
  queryFn: () => unwrap(api.GET("/api/organisation")),
});

/** The audit log: of everything and everybody, or of a kind of thing and of one member or key. */
export const auditQuery = (action?: string, actor?: string) =>
  infiniteQueryOptions({
    queryKey: ["audit", action ?? "", actor ?? ""],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/audit", {
          params: {
            query: {
              limit: 50,
              cursor: pageParam ?? undefined,
              ...(action ? { action } : {}),
              ...(actor ? { actor } : {}),
            },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });

export const erasuresQuery = infiniteQueryOptions({
  queryKey: ["erasures", "list"],
  queryFn: ({ pageParam }) =>
    unwrap(
      api.GET("/api/erasures", {
        params: { query: { limit: 50, cursor: pageParam ?? undefined } },
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor ?? null,
});

export const erasureQuery = (id: string) =>
  queryOptions({
    queryKey: ["erasures", "one", id],
    queryFn: () => unwrap(api.GET("/api/erasures/{id}", { params: { path: { id } } })),
  });
