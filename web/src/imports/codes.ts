import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type LocalizedText, localized, useLanguage } from "../i18n/language";
import { unitsQuery } from "../settings/units/units";
import { offeringsQuery, touchpointsQuery } from "../touchpoints/queries";

export interface Code {
  value: string;
  label: string;
}

/** The codes that cells can be matched with, each with its name. */
export function useCodes(): Record<"touchpoint" | "unit" | "offering", Code[]> {
  const language = useLanguage();
  const touchpoints = useQuery(touchpointsQuery);
  const units = useQuery(unitsQuery());
  const offerings = useQuery(offeringsQuery);
  return useMemo(() => {
    const codes = (things: readonly { code: string; name: LocalizedText }[] | undefined) =>
      (things ?? []).map(({ code, name }) => ({
        value: code,
        label: `${localized(name, language, code)} (${code})`,
      }));
    return {
      touchpoint: codes(touchpoints.data),
      unit: codes(units.data),
      offering: codes(offerings.data),
    };
  }, [touchpoints.data, units.data, offerings.data, language]);
}
