import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { TopicFigure, VoiceFacet } from "../api/types";
import { type Filter, toggleFilter, valuesOf } from "../filters/filters";
import { useDimensionName, useDimensionValueName } from "../filters/names";
import { formatCount } from "../format/number";
import { localized, useLanguage } from "../i18n/language";
import { Sentiment } from "./Sentiment";
import { TopicFacet } from "./TopicFacet";
import classes from "./voices.module.css";

interface FacetsProps {
  topics: readonly TopicFigure[];
  facets: readonly VoiceFacet[];
  filters: readonly Filter[];
  onChange: (filters: Filter[]) => void;
}

/** How the voices divide over each dimension; a press narrows them down. */
export function Facets({ facets, topics, filters, onChange }: FacetsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const dimensionName = useDimensionName();
  const valueName = useDimensionValueName();
  return (
    <>
      <TopicFacet topics={topics} filters={filters} onChange={onChange} />
      {facets.map((facet) => {
        const chosen = valuesOf(filters, facet.dimension);
        // One value for everything narrows nothing, unless it is chosen.
        if (facet.values.length < 2 && chosen.length === 0) return null;
        return (
          <fieldset key={facet.dimension} className={classes.facetGroup}>
            <legend>{dimensionName(facet.dimension)}</legend>
            {facet.values.slice(0, 12).map((each) => (
              <button
                key={each.value}
                type="button"
                className={classes.facet}
                aria-pressed={chosen.includes(each.value)}
                onClick={() => onChange(toggleFilter(filters, facet.dimension, each.value))}
              >
                <span>
                  {facet.dimension === "sentiment" ? (
                    <Sentiment side={each.value} />
                  ) : (
                    localized(each.label, language) || valueName(facet.dimension, each.value)
                  )}
                </span>
                <span className={classes.facetCount}>{formatCount(each.n, language)}</span>
              </button>
            ))}
          </fieldset>
        );
      })}
      {filters.length > 0 && (
        <Button variant="subtle" size="compact-sm" onClick={() => onChange([])}>
          {t("voices.clear_filters")}
        </Button>
      )}
    </>
  );
}
