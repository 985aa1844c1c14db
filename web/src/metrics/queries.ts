import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import type { Components, Metric, MetricAnswer, MetricQuestion } from "../api/types";

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

/** What a definition gives, without keeping it; `trial` is the request's body as text. */
export const metricTrialQuery = (trial: string) =>
  queryOptions({
    queryKey: ["metrics", "trial", trial],
    queryFn: async ({ signal }) =>
      unwrap(
        api.POST("/api/metrics/trial", {
          body: JSON.parse(trial) as Components["Trial"],
          signal,
        }),
      ),
    placeholderData: (previous) => previous,
    retry: false,
  });
