import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import { allPages } from "../api/pages";
import { type Sending, sendFile } from "../api/upload";
import type { Conversion, Import } from "./model";

/** A list carries what each file looks like; pages are kept small. */
const PAGE = 20;
/** How often a running import is looked at, in milliseconds. */
const POLL = 700;

export const importsQuery = infiniteQueryOptions({
  queryKey: ["imports", "list"],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam }) =>
    unwrap(
      api.GET("/api/imports", {
        params: { query: { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } },
      }),
    ),
  getNextPageParam: (last) => last.next_cursor ?? undefined,
});

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ["imports", "one", id],
    queryFn: () => unwrap(api.GET("/api/imports/{id}", { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.status === "running" ? POLL : false),
  });

/** What was wrong with rows in the run that ended at `changed`. */
export const faultsQuery = (id: string, changed: string) =>
  infiniteQueryOptions({
    queryKey: ["imports", "one", id, "faults", changed],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/imports/{id}/faults", {
          params: {
            path: { id },
            query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });

export const limitsQuery = queryOptions({
  queryKey: ["import-limits"],
  queryFn: () => unwrap(api.GET("/api/import-limits")),
  staleTime: 60 * 60_000,
});

export const savedMappingsQuery = queryOptions({
  queryKey: ["import-mappings"],
  queryFn: async () => (await unwrap(api.GET("/api/import-mappings"))).items,
});

/** Surveys that have a published version: those that answers can be imported to. */
export const answerableSurveysQuery = queryOptions({
  queryKey: ["surveys", "answerable"],
  queryFn: async () =>
    (
      await allPages((cursor) =>
        unwrap(api.GET("/api/surveys", { params: { query: cursor ? { cursor } : {} } })),
      )
    ).filter((survey) => survey.version != null),
});

export const errorsAddress = (id: string, language: string) =>
  `/api/imports/${encodeURIComponent(id)}/errors.csv?language=${language}`;

type OnProgress = (share: number) => void;

export function sendRows(
  file: File,
  mapping: string | null,
  onProgress: OnProgress,
): Sending<Import> {
  const query = new URLSearchParams({ name: file.name, ...(mapping ? { mapping } : {}) });
  return sendFile(`/api/imports?${query}`, file, onProgress);
}

/** Converts a survey definition; `create` makes its draft too. */
export function sendSurvey(
  file: File,
  create: boolean,
  onProgress: OnProgress,
): Sending<Conversion> {
  const query = new URLSearchParams({ name: file.name, create: String(create) });
  return sendFile(`/api/survey-conversions?${query}`, file, onProgress);
}
