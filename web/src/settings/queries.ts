import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import { allPages } from "../api/pages";
import { addDays } from "../format/period";
import type { LocalizedText } from "../i18n/language";
import type { KINDS } from "./audit";

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

/** Which lines of the audit log are wanted; days are the reader's, both included. */
export interface AuditFilter {
  kind?: (typeof KINDS)[number] | undefined;
  actor?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export function auditParameters({ kind, actor, from, to }: AuditFilter) {
  return {
    ...(kind ? { action: kind } : {}),
    ...(actor ? { actor } : {}),
    ...(from ? { from: new Date(`${from}T00:00:00`).toISOString() } : {}),
    ...(to ? { to: new Date(`${addDays(to, 1)}T00:00:00`).toISOString() } : {}),
  };
}

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/audit", {
          params: {
            query: { limit: 50, cursor: pageParam ?? undefined, ...auditParameters(filter) },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });

/** Titles of all surveys by id. */
export const surveyTitlesQuery = queryOptions({
  queryKey: ["surveys", "titles"],
  queryFn: async () => {
    const surveys = await allPages((cursor) =>
      unwrap(api.GET("/api/surveys", { params: { query: { limit: 200, cursor } } })),
    );
    return new Map(surveys.map((survey) => [survey.id, survey.title as LocalizedText]));
  },
});

/** How long answers are kept, and what goes next. */
export const retentionQuery = queryOptions({
  queryKey: ["retention"],
  queryFn: () => unwrap(api.GET("/api/retention")),
});

export const retentionRunsQuery = infiniteQueryOptions({
  queryKey: ["retention", "runs"],
  queryFn: ({ pageParam }) =>
    unwrap(
      api.GET("/api/retention/runs", {
        params: { query: { limit: 20, cursor: pageParam ?? undefined } },
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
