import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../i18n/language";
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
