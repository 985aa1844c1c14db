import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import { allPages } from "../api/pages";
import type { MetricQuestion } from "../api/types";

export const metricsQuery = queryOptions({
  queryKey: ["metrics"],
  queryFn: () =>
    allPages((cursor) =>
      unwrap(api.GET("/api/metrics", { params: { query: { limit: 200, cursor } } })),
    ),
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
