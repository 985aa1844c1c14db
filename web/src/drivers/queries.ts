import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import type { DriverQuestion, DriverResults } from "../api/types";

export const analysesQuery = queryOptions({
  queryKey: ["drivers"],
  queryFn: async () => (await unwrap(api.GET("/api/drivers"))).items,
});

export const analysisQuery = (id: string) =>
  queryOptions({
    queryKey: ["drivers", id],
    queryFn: () => unwrap(api.GET("/api/drivers/{id}", { params: { path: { id } } })),
  });

export const driverResultsQuery = (id: string, question: DriverQuestion) =>
  queryOptions({
    queryKey: ["drivers", id, "results", question],
    queryFn: async ({ signal }) =>
      (await unwrap(
        api.POST("/api/drivers/{id}/results", { params: { path: { id } }, body: question, signal }),
      )) as DriverResults,
    placeholderData: (previous) => previous,
  });

export const proposalsQuery = queryOptions({
  queryKey: ["driver-proposals"],
  queryFn: async () => (await unwrap(api.GET("/api/driver-proposals"))).items,
});
