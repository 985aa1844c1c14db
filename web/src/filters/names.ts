/** Dimensions and their values in words. */
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../i18n/language";
import { useUnitName } from "../settings/units/units";
import { CHANNELS, STAGES } from "../touchpoints/model";
import { useOfferingName, useTouchpointName } from "../touchpoints/names";
import { attributeOf } from "./attributes";
import { fieldName, fieldOf } from "./fields";
import { attributesQuery, fieldsQuery } from "./queries";

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

/** The name of a dimension: one of ours, a question or column, or an attribute. */
export function useDimensionName(): (dimension: string) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: fields } = useQuery(fieldsQuery);
  const { data: attributes } = useQuery(attributesQuery);
  return useCallback(
    (dimension) => {
      if (isKnownDimension(dimension)) return t(`metrics.dimension.${dimension}`);
      if (dimension === "field") return t("metrics.dimension.field");
      const level = /^unit:(\d+)$/.exec(dimension)?.[1];
      if (level) return t("metrics.unit_level", { level: Number(level) + 1 });
      const attribute = attributeOf(dimension);
      if (attribute) {
        const declared = attributes?.find(
          (each) => each.holder === attribute.holder && each.key === attribute.key,
        );
        return t(attribute.frozen ? "metrics.attribute_then" : "metrics.attribute_now", {
          name: localized(declared?.label, language, attribute.key),
        });
      }
      const field = fieldOf(dimension, fields);
      if (field) return fieldName(field, language);
      return dimension.split(":").at(-1) ?? dimension;
    },
    [t, language, fields, attributes],
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
  return useCallback(
    (dimension, value) => {
      if (value === null || value === "") return t("metrics.no_value");
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
        case "direct":
        case "solicited":
          return value === "true" || value === "false"
            ? t(`metrics.truth.${dimension}_${value}`)
            : value;
        default: {
          if (attributeOf(dimension) && (value === "true" || value === "false")) {
            return t(`metrics.truth.${value}`);
          }
          const label = fieldOf(dimension, fields)?.values[value];
          return localized(label, language, value);
        }
      }
    },
    [t, language, fields, touchpointName, offeringName, unitName],
  );
}
