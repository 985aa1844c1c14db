import { useTranslation } from "react-i18next";
import type { Language } from "../format/number";

/** The language the application speaks now, as the type the formatters take. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === "ja" ? "ja" : "en";
}

/** A name and what is said of it, as one label: with the colon of the language. */
export function paired(name: string, value: string, language: Language): string {
  return language === "ja" ? `${name}：${value}` : `${name}: ${value}`;
}

/** A text people wrote in some of our languages. */
export type LocalizedText = { [language: string]: string };

/** The text in the wanted language, else in any language it has, else the fallback. */
export function localized(
  text: LocalizedText | null | undefined,
  language: Language,
  fallback = "",
): string {
  if (!text) return fallback;
  return text[language] || Object.values(text).find((value) => value) || fallback;
}
