import { useQuery } from "@tanstack/react-query";
import { localized, useLanguage } from "../i18n/language";
import { offeringsQuery, touchpointsQuery } from "./queries";

/** Names touchpoints by id; an unknown one keeps its id, which is never wrong. */
export function useTouchpointName(): (id: string) => string {
  const { data } = useQuery(touchpointsQuery);
  const language = useLanguage();
  const names = new Map(data?.map((each) => [each.id, localized(each.name, language, each.code)]));
  return (id) => names.get(id) ?? id;
}

/** Names products and services by id. */
export function useOfferingName(): (id: string) => string {
  const { data } = useQuery(offeringsQuery);
  const language = useLanguage();
  const names = new Map(data?.map((each) => [each.id, localized(each.name, language, each.code)]));
  return (id) => names.get(id) ?? id;
}
