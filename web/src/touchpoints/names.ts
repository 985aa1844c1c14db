import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { type LocalizedText, localized, useLanguage } from "../i18n/language";
import { offeringsQuery, touchpointsQuery } from "./queries";

/** Names touchpoints by id; an unknown one keeps its id, which is never wrong. */
export function useTouchpointName(): (id: string) => string {
  const { data } = useQuery(touchpointsQuery);
  return useNames(data);
}

/** Names products and services by id. */
export function useOfferingName(): (id: string) => string {
  const { data } = useQuery(offeringsQuery);
  return useNames(data);
}

/** What has a code and a name. */
export interface Named {
  id: string;
  code: string;
  name: LocalizedText;
}

/**
 * A stable function from ids to names, for lists of things that have a code and a name. What a
 * whole list does not hold is called `unlisted`, else it keeps its id.
 */
export function useNames(
  things: readonly Named[] | undefined,
  unlisted?: string,
): (id: string) => string {
  const language = useLanguage();
  const names = useMemo(
    () => new Map(things?.map((each) => [each.id, localized(each.name, language, each.code)])),
    [things, language],
  );
  const otherwise = things && unlisted;
  return useCallback((id) => names.get(id) ?? otherwise ?? id, [names, otherwise]);
}
