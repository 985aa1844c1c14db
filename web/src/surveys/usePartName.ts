import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../i18n/language";
import { findQuestion, pagesOf, type SurveyDocument } from "./document";
import { placeOf } from "./problems";

/** Fields of the survey as a whole that problems are often about. */
const FIELDS = [
  { path: "title", name: "surveys.name" },
  { path: "privacy.purpose", name: "surveys.privacy.purpose" },
  { path: "privacy.controller", name: "surveys.privacy.controller" },
  { path: "privacy.policy_url", name: "surveys.privacy.policy_url" },
  { path: "theme.accent", name: "surveys.accent" },
] as const;

/** What a problem is about, in words: the question, the page, the ending, or the whole. */
export function usePartName(document: SurveyDocument): (path: string) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return (path) => {
    const place = placeOf(path, document);
    switch (place.kind) {
      case "question": {
        const found = findQuestion(document, place.id);
        return localized(found?.question.text, language, place.id);
      }
      case "page": {
        const index = pagesOf(document).findIndex(({ id }) => id === place.id);
        const title = pagesOf(document)[index]?.title;
        return localized(title, language, t("surveys.page", { number: index + 1 }));
      }
      case "ending": {
        const ending = document.endings?.find(({ id }) => id === place.id);
        return localized(ending?.title, language, t("surveys.one_ending"));
      }
      case "fields":
        return t("builder.fields.title");
      case "languages":
        return t("builder.languages.title");
      case "survey": {
        const field = FIELDS.find((each) => path.startsWith(each.path));
        const settings = t("surveys.settings");
        return field ? t("field.pair", { name: settings, value: t(field.name) }) : settings;
      }
    }
  };
}
