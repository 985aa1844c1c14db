import { useCallback, useMemo } from "react";
import type { TopicFigure, VoiceFacet } from "../api/types";
import { localized, useLanguage } from "../i18n/language";

/**
 * Names of values as the facets of an answer give them: surveys, questions,
 * places that no other list on the screen names, and topics that gather no others.
 */
export function useFacetNames(
  facets: readonly VoiceFacet[] | undefined,
  topics: readonly TopicFigure[],
): (dimension: string, value: string) => string | undefined {
  const language = useLanguage();
  const names = useMemo(() => {
    const found = new Map<string, string>();
    for (const facet of facets ?? []) {
      for (const each of facet.values) {
        const name = localized(each.label, language);
        if (name) found.set(`${facet.dimension}\u001f${each.value}`, name);
      }
    }
    for (const topic of topics) {
      if (topics.some((each) => each.parent === topic.topic)) continue;
      const name = localized(topic.label, language);
      if (name) found.set(`topic\u001f${topic.topic}`, name);
    }
    return found;
  }, [facets, topics, language]);
  return useCallback((dimension, value) => names.get(`${dimension}\u001f${value}`), [names]);
}
