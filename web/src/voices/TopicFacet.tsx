import { Switch } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TopicFigure } from "../api/types";
import { type Filter, toggleFilter, valuesOf } from "../filters/filters";
import { formatCount } from "../format/number";
import { localized, useLanguage } from "../i18n/language";
import { depthOf } from "../topics/document";
import classes from "./voices.module.css";

interface TopicFacetProps {
  topics: readonly TopicFigure[];
  filters: readonly Filter[];
  onChange: (filters: Filter[]) => void;
}

/** What the voices speak of: the topics at the top, and on demand all of them. */
export function TopicFacet({ topics, filters, onChange }: TopicFacetProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [all, setAll] = useState(false);
  const chosen = valuesOf(filters, "topic");
  const open = (topic: TopicFigure) =>
    all ||
    topic.parent === null ||
    chosen.includes(topic.topic) ||
    topics.some(
      (each) =>
        chosen.includes(each.topic) &&
        (each.parent === topic.parent || each.topic === topic.parent),
    );
  const shown = topics.filter(
    (topic) => open(topic) && (topic.n > 0 || chosen.includes(topic.topic)),
  );
  if (shown.length === 0) return null;
  return (
    <fieldset className={classes.facetGroup}>
      <legend>{t("metrics.dimension.topic")}</legend>
      {shown.map((topic) => (
        <button
          key={topic.topic}
          type="button"
          className={classes.facet}
          style={{ paddingInlineStart: 8 + 14 * depthOf(topics, topic) }}
          aria-pressed={chosen.includes(topic.topic)}
          onClick={() => onChange(toggleFilter(filters, "topic", topic.topic))}
        >
          <span>{localized(topic.label, language, topic.topic)}</span>
          <span className={classes.facetCount}>{formatCount(topic.n, language)}</span>
        </button>
      ))}
      {topics.some((topic) => topic.parent) && (
        <Switch
          size="xs"
          mt={6}
          label={t("voices.all_topics")}
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      )}
    </fieldset>
  );
}
