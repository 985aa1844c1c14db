/**
 * Two languages, one file per area and language (`common` at the top level, every
 * other area under its own name: `action.save`, `voices.title`). The English catalogue gives the
 * keys their types; a test compares the two key by key. Only the language in use
 * is loaded.
 */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "../format/number";
import type en from "./en/index";

export type Catalogue = typeof en;

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: Catalogue };
    returnNull: false;
  }
}

export const LANGUAGES: readonly Language[] = ["ja", "en"];

const STORAGE_KEY = "koe.language";

const loaders = {
  ja: () => import("./ja/index"),
  en: () => import("./en/index"),
} as const;

/** The language chosen before, else the first the browser prefers, else English. */
export function preferredLanguage(stored: string | null, preferences: readonly string[]): Language {
  if (stored === "ja" || stored === "en") return stored;
  for (const preference of preferences) {
    const primary = preference.slice(0, 2).toLowerCase();
    if (primary === "ja" || primary === "en") return primary;
  }
  return "en";
}

export async function startTranslations(): Promise<void> {
  const language = preferredLanguage(localStorage.getItem(STORAGE_KEY), navigator.languages);
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    interpolation: { escapeValue: false },
    resources: { [language]: { translation: (await loaders[language]()).default } },
    react: { useSuspense: false },
  });
  document.documentElement.lang = language;
}

/** Whether somebody chose a language on this device. */
export function languageWasChosen(): boolean {
  return localStorage.getItem(STORAGE_KEY) !== null;
}

/** Switches the language of the whole application and remembers it on this device. */
export async function changeLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation")) {
    i18next.addResourceBundle(language, "translation", (await loaders[language]()).default);
  }
  await i18next.changeLanguage(language);
  localStorage.setItem(STORAGE_KEY, language);
  document.documentElement.lang = language;
}
