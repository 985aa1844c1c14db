import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";

export const touchpointsQuery = queryOptions({
  queryKey: ["touchpoints"],
  queryFn: async () => (await unwrap(api.GET("/api/touchpoints"))).items,
  staleTime: 60_000,
});

export const offeringsQuery = queryOptions({
  queryKey: ["offerings"],
  queryFn: async () => (await unwrap(api.GET("/api/offerings"))).items,
  staleTime: 60_000,
});

export const stagesQuery = queryOptions({
  queryKey: ["stages"],
  queryFn: async () => (await unwrap(api.GET("/api/stages"))).items,
  staleTime: 60 * 60_000,
});
