import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import type { MetricQuestion } from "../api/types";

export const metricsQuery = queryOptions({
  queryKey: ["metrics"],
  queryFn: async () => (await unwrap(api.GET("/api/metrics"))).items,
});

export const metricResultsQuery = (metric: string, question: MetricQuestion) =>
  queryOptions({
    queryKey: ["metrics", metric, "results", question],
    queryFn: ({ signal }) =>
      unwrap(
        api.POST("/api/metrics/{id}/results", {
          params: { path: { id: metric } },
          body: question,
          signal,
        }),
      ),
    placeholderData: (previous) => previous,
  });
