import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import type { Metric, MetricAnswer, MetricQuestion } from "../api/types";

export const metricsQuery = queryOptions({
  queryKey: ["metrics"],
  queryFn: async () => (await unwrap(api.GET("/api/metrics"))).items as Metric[],
});

export const metricResultsQuery = (metric: string, question: MetricQuestion) =>
  queryOptions({
    queryKey: ["metrics", metric, "results", question],
    queryFn: async ({ signal }) =>
      (await unwrap(
        api.POST("/api/metrics/{id}/results", {
          params: { path: { id: metric } },
          body: question,
          signal,
        }),
      )) as MetricAnswer,
    placeholderData: (previous) => previous,
  });
