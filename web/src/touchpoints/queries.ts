import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import { allPages } from "../api/pages";

export const touchpointsQuery = queryOptions({
  queryKey: ["touchpoints"],
  queryFn: () =>
    allPages((cursor) =>
      unwrap(api.GET("/api/touchpoints", { params: { query: { limit: 200, cursor } } })),
    ),
  staleTime: 60_000,
});

export const offeringsQuery = queryOptions({
  queryKey: ["offerings"],
  queryFn: () =>
    allPages((cursor) =>
      unwrap(api.GET("/api/offerings", { params: { query: { limit: 200, cursor } } })),
    ),
  staleTime: 60_000,
});

export const stagesQuery = queryOptions({
  queryKey: ["stages"],
  queryFn: async () => (await unwrap(api.GET("/api/stages"))).items,
  staleTime: 60 * 60_000,
});
