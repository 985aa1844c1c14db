import { useTranslation } from "react-i18next";
import { Page, Section } from "../ui/page/Page";

export function AboutPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("settings.about.title")} lead={t("settings.about.lead")} width="reading">
      <Section title={t("settings.about.api")}>
        <p>
          {t("settings.about.api_body")} <a href="/api/docs">{t("settings.about.api_link")}</a>
        </p>
      </Section>
      <Section title={t("settings.about.licence")}>
        <p>{t("settings.about.licence_body")}</p>
      </Section>
      <Section title={t("settings.about.marks")}>
        <p>{t("settings.about.marks_body")}</p>
      </Section>
    </Page>
  );
}
