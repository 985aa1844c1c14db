import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import type { LoyaltyResults } from "../api/types";

/** How long to wait before asking again for a result that is being computed, in ms. */
const AGAIN = 1_000;

export const loyaltyAnalysesQuery = queryOptions({
  queryKey: ["loyalty"],
  queryFn: async () => (await unwrap(api.GET("/api/loyalty"))).items,
});

export const loyaltyAnalysisQuery = (id: string) =>
  queryOptions({
    queryKey: ["loyalty", id],
    queryFn: () => unwrap(api.GET("/api/loyalty/{id}", { params: { path: { id } } })),
  });

/** Asked for again and again while it is being computed beside the request. */
export const loyaltyResultsQuery = (id: string) =>
  queryOptions({
    queryKey: ["loyalty", id, "results"],
    queryFn: async ({ signal }) =>
      (await unwrap(
        api.POST("/api/loyalty/{id}/results", { params: { path: { id } }, body: {}, signal }),
      )) as LoyaltyResults,
    refetchInterval: (query) => (query.state.data?.progress ? AGAIN : false),
  });

export const loyaltyProposalsQuery = queryOptions({
  queryKey: ["loyalty-proposals"],
  queryFn: async () => (await unwrap(api.GET("/api/loyalty-proposals"))).items,
});
