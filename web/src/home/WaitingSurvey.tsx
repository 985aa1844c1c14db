import { Button, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import type { SurveySummary } from "../surveys/document";
import { linksQuery, qrAddress } from "../surveys/queries";
import { AppLink } from "../ui/AppLink";
import { Section } from "../ui/page/Page";
import classes from "./home.module.css";

/** A survey that is published and has no answer yet: hand out its link, or answer it oneself. */
export function WaitingSurvey({ survey }: { survey: SurveySummary }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay("edit_surveys");
  const links = useInfiniteQuery({ ...linksQuery(survey.id, { kind: "public" }), enabled: may });
  const name = localized(survey.title, language, t("surveys.untitled"));
  const link = links.data?.pages[0]?.items.find((each) => !each.revoked_at);
  if (!may || !links.data) return null;
  return (
    <Section
      title={t("home.waiting.title", { survey: name })}
      lead={t(link ? "home.waiting.lead" : "home.waiting.no_link")}
      actions={
        <AppLink to={paths.surveyLinks(survey.id)}>
          {t(link ? "home.waiting.links" : "home.waiting.make")}
        </AppLink>
      }
    >
      {link && (
        <div className={classes.waiting}>
          <img
            src={qrAddress(survey.id, link.id)}
            alt={t("home.waiting.qr")}
            width={128}
            height={128}
          />
          <div>
            <p>{t("home.waiting.phone")}</p>
            <code className={classes.command}>{link.url}</code>
            <p className={classes.waitingActions}>
              <CopyButton value={link.url}>
                {({ copied, copy }) => (
                  <Button
                    variant="default"
                    onClick={copy}
                    leftSection={
                      copied ? (
                        <IconCheck size={16} aria-hidden />
                      ) : (
                        <IconCopy size={16} aria-hidden />
                      )
                    }
                  >
                    {t(copied ? "action.copied" : "home.waiting.copy")}
                  </Button>
                )}
              </CopyButton>
              <a href={link.url} target="_blank" rel="noreferrer">
                {t("home.waiting.answer")}
              </a>
            </p>
          </div>
        </div>
      )}
    </Section>
  );
}
