import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";

/** The fields of all surveys and sources, for definitions, splits and filters. */
export const fieldsQuery = queryOptions({
  queryKey: ["fields"],
  queryFn: async () => (await unwrap(api.GET("/api/fields"))).items,
  staleTime: 60_000,
});
