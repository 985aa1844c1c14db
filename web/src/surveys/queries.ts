import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import { allPages } from "../api/pages";

export const surveysQuery = infiniteQueryOptions({
  queryKey: ["surveys", "list"],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam }) =>
    unwrap(api.GET("/api/surveys", { params: { query: pageParam ? { cursor: pageParam } : {} } })),
  getNextPageParam: (last) => last.next_cursor ?? undefined,
});

export const surveyQuery = (id: string) =>
  queryOptions({
    queryKey: ["surveys", id],
    queryFn: () => unwrap(api.GET("/api/surveys/{id}", { params: { path: { id } } })),
  });

/** Read once when the builder opens; from then on the builder's own state is the draft. */
export const draftQuery = (id: string) =>
  queryOptions({
    queryKey: ["surveys", id, "draft"],
    queryFn: () => unwrap(api.GET("/api/surveys/{id}/draft", { params: { path: { id } } })),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

export const templatesQuery = queryOptions({
  queryKey: ["survey-templates"],
  queryFn: async () => (await unwrap(api.GET("/api/survey-templates"))).items,
  staleTime: 60 * 60_000,
});

export const linksQuery = (id: string) =>
  queryOptions({
    queryKey: ["surveys", id, "links"],
    queryFn: () =>
      allPages((cursor) =>
        unwrap(
          api.GET("/api/surveys/{id}/links", {
            params: { path: { id }, query: { limit: 200, ...(cursor ? { cursor } : {}) } },
          }),
        ),
      ),
  });

/** The address of a link's QR code, as a picture. */
export const qrAddress = (survey: string, link: string) =>
  `/api/surveys/${encodeURIComponent(survey)}/links/${encodeURIComponent(link)}/qr.svg`;

export const versionQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ["surveys", id, "versions", version],
    queryFn: () =>
      unwrap(
        api.GET("/api/surveys/{id}/versions/{version}", { params: { path: { id, version } } }),
      ),
    // A published version never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });

export const surveyResultsQuery = (id: string) =>
  queryOptions({
    queryKey: ["surveys", id, "results"],
    queryFn: () => unwrap(api.GET("/api/surveys/{id}/results", { params: { path: { id } } })),
  });
