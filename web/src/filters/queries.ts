import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";

/** The fields of all surveys and sources, for definitions, splits and filters. */
export const fieldsQuery = queryOptions({
  queryKey: ["fields"],
  queryFn: async () => (await unwrap(api.GET("/api/fields"))).items,
  staleTime: 60_000,
});

/** Streams of operational rows, for splits and filters by what customers did before. */
export const streamsQuery = queryOptions({
  queryKey: ["streams", "dimensions"],
  queryFn: async () => (await unwrap(api.GET("/api/streams"))).items,
  staleTime: 60_000,
});

/** What is kept about customers and accounts, for splits and filters. */
export const attributesQuery = queryOptions({
  queryKey: ["attributes", "dimensions"],
  queryFn: async () => {
    const of = async (holder: "customer" | "account") =>
      (await unwrap(api.GET("/api/attributes", { params: { query: { holder } } }))).items;
    return [...(await of("customer")), ...(await of("account"))];
  },
  staleTime: 60_000,
});
