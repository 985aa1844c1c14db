import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import type { components, operations } from "../api/schema.gen";
import type { Link, SurveySummary } from "./document";
import type { Response } from "./results/answers";
import type { Crosstab } from "./results/crosstab";
import type { Chosen } from "./results/tabs";

/** Which surveys a list shows. */
export interface SurveyFilter {
  q?: string | undefined;
  status?: SurveyStatus | undefined;
}
export type SurveyStatus = SurveySummary["status"];

export const surveysQuery = ({ q, status }: SurveyFilter = {}) =>
  infiniteQueryOptions({
    queryKey: ["surveys", "list", q ?? "", status ?? ""],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/surveys", {
          params: {
            query: {
              ...(pageParam ? { cursor: pageParam } : {}),
              ...(q ? { q } : {}),
              ...(status ? { status } : {}),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    // What is shown stays while another search is on its way.
    placeholderData: keepPreviousData,
  });

/** How much each published survey is answered, by its id. */
export const surveyActivityQuery = queryOptions({
  queryKey: ["surveys", "activity"],
  queryFn: async () => {
    const { items } = await unwrap(api.GET("/api/survey-activity"));
    return new Map(items.map((each) => [each.survey_id, each]));
  },
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

/** Links of a survey that were handed out, of all kinds or of one. */
interface LinkFilter {
  kind?: Link["kind"] | undefined;
  /** Where it is, what it says, or whom it is for. */
  q?: string | undefined;
}

export const linksQuery = (id: string, { kind, q }: LinkFilter = {}) =>
  infiniteQueryOptions({
    queryKey: ["surveys", id, "links", kind ?? "", q ?? ""],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/surveys/{id}/links", {
          params: {
            path: { id },
            query: {
              ...(pageParam ? { cursor: pageParam } : {}),
              ...(kind ? { kind } : {}),
              ...(q ? { q } : {}),
            },
          },
        }),
      ),
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });

/** What changes when links of a survey are made or ended. */
export const linksKey = (id: string) => ["surveys", id, "links"];

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

export const surveyResultsQuery = (id: string, chosen: Chosen) =>
  queryOptions({
    queryKey: ["surveys", id, "results", chosen],
    queryFn: async () =>
      (await unwrap(
        api.GET("/api/surveys/{id}/results", { params: { path: { id }, query: chosen } }),
      )) as components["schemas"]["SurveyResults"],
  });

export const crosstabQuery = (
  id: string,
  query: NonNullable<operations["survey_crosstab"]["parameters"]["query"]>,
) =>
  queryOptions({
    queryKey: ["surveys", id, "crosstab", query],
    queryFn: async () =>
      (await unwrap(
        api.GET("/api/surveys/{id}/crosstab", { params: { path: { id }, query } }),
      )) as Crosstab,
  });

export const responsesQuery = (id: string, chosen: Chosen) =>
  infiniteQueryOptions({
    queryKey: ["surveys", id, "responses", chosen],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/surveys/{id}/responses", {
          params: {
            path: { id },
            query: { ...chosen, ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });

export const responseQuery = (id: string) =>
  queryOptions({
    queryKey: ["responses", id],
    queryFn: async () =>
      (await unwrap(api.GET("/api/responses/{id}", { params: { path: { id } } }))) as Response,
  });

/** The address of a survey's responses as a file. */
export const exportAddress = (survey: string, query: Record<string, string>) =>
  `/api/surveys/${encodeURIComponent(survey)}/responses/export?${new URLSearchParams(query)}`;
