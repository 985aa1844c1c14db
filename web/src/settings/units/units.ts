import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import { allPages } from "../../api/pages";
import { localized, useLanguage } from "../../i18n/language";

/** All visible units on a day; today when no day is given. */
export const unitsQuery = (asOf?: string) =>
  queryOptions({
    queryKey: ["units", asOf ?? "today"],
    queryFn: () =>
      allPages((cursor) =>
        unwrap(
          api.GET("/api/units", {
            params: { query: { limit: 200, cursor, ...(asOf ? { as_of: asOf } : {}) } },
          }),
        ),
      ),
    staleTime: 5 * 60_000,
  });

/** Names units by id; an unknown unit keeps its id, which is never wrong. */
export function useUnitName(): (id: string) => string {
  const { data } = useQuery(unitsQuery());
  const language = useLanguage();
  const names = new Map(data?.map((unit) => [unit.id, localized(unit.name, language, unit.code)]));
  return (id) => names.get(id) ?? id;
}
