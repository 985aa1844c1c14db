import { useCallback, useMemo } from "react";
import type { VoicePage } from "../api/types";
import { localized, useLanguage } from "../i18n/language";

/**
 * Names of values as the facets of an answer give them: surveys, questions and
 * places that no other list on the screen names.
 */
export function useFacetNames(
  page: VoicePage | undefined,
): (dimension: string, value: string) => string | undefined {
  const language = useLanguage();
  const names = useMemo(() => {
    const found = new Map<string, string>();
    for (const facet of page?.facets ?? []) {
      for (const each of facet.values) {
        const name = localized(each.label, language);
        if (name) found.set(`${facet.dimension}\u001f${each.value}`, name);
      }
    }
    return found;
  }, [page, language]);
  return useCallback((dimension, value) => names.get(`${dimension}\u001f${value}`), [names]);
}
