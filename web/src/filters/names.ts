/** Dimensions and their values in words. */
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { formatDate, formatMonth } from "../format/date";
import type { Language } from "../format/number";
import { localized, useLanguage } from "../i18n/language";
import { useUnitName } from "../settings/units/units";
import { CHANNELS, STAGES } from "../touchpoints/model";
import { useOfferingName, useTouchpointName } from "../touchpoints/names";
import { isSide } from "../voices/Sentiment";
import { attributeOf, declaredOf } from "./attributes";
import { bandOf, bandWords } from "./bands";
import { fieldName, fieldOf } from "./fields";
import { NOTHING, operationalOf } from "./operational";
import { attributesQuery, fieldsQuery, streamsQuery } from "./queries";

/** The dimensions that every record has, in the order they are offered. */
export const DIMENSIONS = [
  "touchpoint",
  "channel",
  "stage",
  "unit",
  "offering",
  "direct",
  "solicited",
  "source",
  "survey",
  "language",
] as const;

export type KnownDimension = (typeof DIMENSIONS)[number];

export function isKnownDimension(name: string): name is KnownDimension {
  return (DIMENSIONS as readonly string[]).includes(name);
}

/** What a dimension is about, so that a long list of them can be divided. */
export function sectionOf(dimension: string): "record" | "answers" | "before" | "people" {
  if (dimension.startsWith("field:")) return "answers";
  if (operationalOf(dimension)) return "before";
  return attributeOf(dimension) ? "people" : "record";
}

/** The name of a dimension: one of ours, a question or column, or an attribute. */
export function useDimensionName(): (dimension: string) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: fields } = useQuery(fieldsQuery);
  const { data: attributes } = useQuery(attributesQuery);
  const { data: streams } = useQuery(streamsQuery);
  return useCallback(
    (dimension) => {
      if (isKnownDimension(dimension)) return t(`metrics.dimension.${dimension}`);
      if (dimension === "field" || dimension === "sentiment" || dimension === "topic") {
        return t(`metrics.dimension.${dimension}`);
      }
      const level = /^unit:(\d+)$/.exec(dimension)?.[1];
      if (level) return t("metrics.unit_level", { level: Number(level) + 1 });
      const operational = operationalOf(dimension);
      if (operational) {
        const { stream, tells, column, days } = operational;
        const declared = streams?.find((each) => each.key === stream);
        const named = declared?.columns.find((each) => each.key === column);
        const kind = declared?.kind ?? "other";
        const inSentence = (text: string) => (language === "en" ? text.toLowerCase() : text);
        const key = tells === "count" ? (`count.${kind}` as const) : tells;
        return t(`metrics.operational.${key}`, {
          stream: inSentence(localized(declared?.label, language, stream)),
          column: inSentence(localized(named?.label, language, column ?? "")),
          when:
            days === null
              ? t("metrics.operational.ever")
              : days === 365
                ? t("metrics.operational.year")
                : t("metrics.operational.days", { days }),
        });
      }
      const attribute = attributeOf(dimension);
      if (attribute) {
        const declared = declaredOf(attribute, attributes);
        return t(attribute.frozen ? "metrics.attribute_then" : "metrics.attribute_now", {
          name: localized(declared?.label, language, attribute.key),
        });
      }
      const field = fieldOf(dimension, fields);
      if (field) return fieldName(field, language);
      return dimension.split(":").at(-1) ?? dimension;
    },
    [t, language, fields, attributes, streams],
  );
}

/** The name of a value of a dimension; what is unknown stays as it is. */
export function useDimensionValueName(): (dimension: string, value: string | null) => string {
  const { t } = useTranslation();
  const touchpointName = useTouchpointName();
  const offeringName = useOfferingName();
  const unitName = useUnitName();
  const language = useLanguage();
  const { data: fields } = useQuery(fieldsQuery);
  const { data: attributes } = useQuery(attributesQuery);
  const { data: streams } = useQuery(streamsQuery);
  return useCallback(
    (dimension, value) => {
      const operational = operationalOf(dimension);
      if (value === null || value === "") {
        return t(operational ? "metrics.operational.no_customer" : "metrics.no_value");
      }
      if (value === NOTHING) return t("metrics.operational.nothing");
      const band = operational || attributeOf(dimension) ? bandOf(value) : null;
      if (band) {
        const tells = operational?.tells;
        const words = bandWords(band, tells === "count" || tells === "days_since", {
          number: (value) => plain(language).format(value),
          day: (day) => formatDate(day, language),
          month: (day) => formatMonth(day, language),
        });
        const counted = streams?.find((each) => each.key === operational?.stream)?.kind ?? "other";
        const { said, ...ends } = words;
        const text = t(`metrics.band.${said}`, { from: "", to: "", ...ends });
        if (tells === "count") {
          const once = words.said === "one" && words.from === "1";
          return t(`metrics.operational.${once ? "once" : "times"}.${counted}`, { band: text });
        }
        return tells === "days_since" ? t("metrics.operational.days_ago", { band: text }) : text;
      }
      if (dimension.startsWith("unit")) return unitName(value);
      switch (dimension) {
        case "touchpoint":
          return touchpointName(value);
        case "offering":
          return offeringName(value);
        case "channel": {
          const channel = CHANNELS.find((each) => each === value);
          return channel ? t(`touchpoints.channel.${channel}`) : value;
        }
        case "stage": {
          const stage = STAGES.find((each) => each === value);
          return stage ? t(`touchpoints.stage.${stage}`) : value;
        }
        case "language":
          return value === "ja" || value === "en" ? t(`language.${value}`) : value;
        case "sentiment":
          return isSide(value) ? t(`voices.sentiment.${value}`) : value;
        case "direct":
        case "solicited":
          return value === "true" || value === "false"
            ? t(`metrics.truth.${dimension}_${value}`)
            : value;
        default: {
          const attribute = attributeOf(dimension);
          if ((operational || attribute) && (value === "true" || value === "false")) {
            return t(`metrics.truth.${value}`);
          }
          const names = operational
            ? streams
                ?.find((each) => each.key === operational.stream)
                ?.columns.find((each) => each.key === operational.column)?.values
            : attribute
              ? declaredOf(attribute, attributes)?.values
              : fieldOf(dimension, fields)?.values;
          return localized(names?.[value], language, value);
        }
      }
    },
    [t, language, fields, attributes, streams, touchpointName, offeringName, unitName],
  );
}

/** Edges of bands as they were given: `0.25`, `10,000`. */
function plain(language: Language): Intl.NumberFormat {
  return new Intl.NumberFormat(language === "ja" ? "ja-JP" : "en-GB", {
    maximumFractionDigits: 20,
  });
}
