import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import { useNames } from "../../touchpoints/names";

/** All visible units on a day; today when no day is given. */
export const unitsQuery = (asOf?: string) =>
  queryOptions({
    queryKey: ["units", asOf ?? "today"],
    queryFn: async () =>
      (await unwrap(api.GET("/api/units", { params: { query: asOf ? { as_of: asOf } : {} } })))
        .items,
    staleTime: 5 * 60_000,
  });

/** Names units by id; an unknown unit keeps its id, which is never wrong. */
export function useUnitName(): (id: string) => string {
  const { data } = useQuery(unitsQuery());
  return useNames(data);
}
