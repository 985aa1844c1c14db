import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { formatCount } from "../format/number";
import { localized, useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { surveyActivityQuery, surveysQuery } from "../surveys/queries";
import { AppLink } from "../ui/AppLink";
import { Section } from "../ui/page/Page";
import { FRESH } from "./fresh";
import classes from "./home.module.css";
import { mostAnswered } from "./presence";

/** How many answers a survey has; 0 while that is not known. */
export function useAnswersOf(): (survey: { id: string }) => number {
  const { data } = useQuery({ ...surveyActivityQuery, ...FRESH });
  return ({ id }) => data?.get(id)?.responses ?? 0;
}

/**
 * A survey that has answers while no metric has any, as one that was imported and asks nothing
 * that is measured by itself: where its answers are, and how they come to be followed here.
 */
export function Uncounted() {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay("edit_metrics");
  const surveys = useInfiniteQuery(surveysQuery());
  const answersOf = useAnswersOf();
  const survey = mostAnswered(surveys.data?.pages.flatMap((page) => page.items) ?? [], answersOf);
  if (!survey) return null;
  const count = answersOf(survey);
  return (
    <Section
      title={t("home.uncounted.title", {
        survey: localized(survey.title, language, t("surveys.untitled")),
        count,
        n: formatCount(count, language),
      })}
      lead={t("home.uncounted.lead")}
    >
      <p className={classes.ways}>
        {may && (
          <AppLink to={paths.metrics()} search={{ add: 1, period: "all_time" }}>
            {t("home.uncounted.make")}
          </AppLink>
        )}
        <AppLink to={paths.surveyResults(survey.id)} search={{ period: "all_time" }}>
          {t("home.uncounted.results")}
        </AppLink>
      </p>
    </Section>
  );
}
