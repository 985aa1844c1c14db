import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../i18n/language";
import { shownText } from "./model";
import { attributesQuery } from "./queries";

/** The kind of an identifier in words; ids of other systems go by the system's name. */
export function useIdentifierName(): (kind: string) => string {
  const { t } = useTranslation();
  return (kind) => {
    if (kind === "email" || kind === "phone") return t(`customers.identifier.${kind}`);
    return kind.startsWith("external:") ? kind.slice("external:".length) : kind;
  };
}

/** The label of a declared attribute, else its key. */
export function useAttributeName(): (key: string) => string {
  const language = useLanguage();
  const { data } = useQuery(attributesQuery);
  return (key) => localized(data?.find((attribute) => attribute.key === key)?.label, language, key);
}

/** The value of an attribute in words: the name of its code, a date in the reader's language. */
export function useAttributeValue(): (key: string, value: unknown) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data } = useQuery(attributesQuery);
  return (key, value) => {
    if (typeof value === "boolean") return t(value ? "customers.yes" : "customers.no");
    const names = data?.find((attribute) => attribute.key === key)?.values;
    return localized(names?.[String(value)], language, shownText(value, language));
  };
}

const PURPOSES = ["newsletter", "marketing", "survey", "research", "personalisation"] as const;

/** What a consent is for in words; a purpose of the organisation's own stays as it is. */
export function usePurposeName(): (purpose: string) => string {
  const { t } = useTranslation();
  return (purpose) => {
    const known = PURPOSES.find((each) => each === purpose);
    return known ? t(`customers.purpose.${known}`) : purpose;
  };
}
