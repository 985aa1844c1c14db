import { useQuery } from "@tanstack/react-query";
import { useLocation, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { AppLink } from "../ui/AppLink";
import { Page } from "../ui/page/Page";
import { QueryState } from "../ui/page/states";
import type { SurveySummary } from "./document";
import { surveyQuery } from "./queries";
import { SurveyActions } from "./SurveyActions";
import { SurveyStatus } from "./SurveyStatus";
import classes from "./surveys.module.css";

/** The id of the survey in the address. */
export function useSurveyId(): string {
  const { surveyId = "" } = useParams({ strict: false }) as { surveyId?: string };
  return surveyId;
}

interface SurveyFrameProps {
  actions?: (survey: SurveySummary) => ReactNode;
  width?: "wide" | "full";
  children: (survey: SurveySummary) => ReactNode;
}

/** What the pages of one survey share: its title, state and the way between them. */
export function SurveyFrame({ actions, width = "wide", children }: SurveyFrameProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const id = useSurveyId();
  const survey = useQuery(surveyQuery(id));
  const { pathname } = useLocation();
  const may = useMay("edit_surveys");
  const pages = [
    ...(may
      ? [
          { to: paths.surveyBuild(id), name: t("surveys.pages.build") },
          { to: paths.surveyLinks(id), name: t("surveys.pages.links") },
        ]
      : []),
    { to: paths.surveyResults(id), name: t("surveys.pages.results") },
  ];
  return (
    <Page
      title={localized(survey.data?.title, language, t("surveys.one"))}
      kicker={<AppLink to={paths.surveys()}>{t("surveys.title")}</AppLink>}
      lead={survey.data && <SurveyStatus status={survey.data.status} />}
      actions={
        survey.data && (
          <>
            {actions?.(survey.data)}
            {may && <SurveyActions survey={survey.data} />}
          </>
        )
      }
      width={width}
    >
      {/* There is no way between the pages of a survey that is not there. */}
      {!survey.isLoadingError && (
        <nav className={classes.tabs} aria-label={t("surveys.one")}>
          {pages.map((page) => (
            <AppLink
              key={page.to}
              to={page.to}
              aria-current={pathname === page.to ? "page" : undefined}
            >
              {page.name}
            </AppLink>
          ))}
        </nav>
      )}
      <QueryState query={survey}>{(data) => children(data)}</QueryState>
    </Page>
  );
}
