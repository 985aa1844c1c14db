import { queryOptions, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { useNames } from "../../touchpoints/names";

/** All visible units on a day; all that ever were when no day is given. */
export const unitsQuery = (asOf?: string) =>
  queryOptions({
    queryKey: ["units", asOf ?? "ever"],
    queryFn: async () =>
      (await unwrap(api.GET("/api/units", { params: { query: asOf ? { as_of: asOf } : {} } })))
        .items,
    staleTime: 5 * 60_000,
  });

/** Names units by id; one that the reader may not see is said to be so. */
export function useUnitName(): (id: string) => string {
  const { t } = useTranslation();
  const { data } = useQuery(unitsQuery());
  return useNames(data, t("field.unit_unseen"));
}
