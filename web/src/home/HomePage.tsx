import { Skeleton } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Metric, MetricAnswer } from "../api/types";
import { localized, useLanguage } from "../i18n/language";
import { metricResultsQuery, metricsQuery } from "../metrics/queries";
import { readQuestion, scaleOf, toApi } from "../metrics/question";
import { paths } from "../paths";
import { useSession } from "../session/session";
import { useGlobalFilter } from "../shell/filter";
import { AppLink } from "../ui/AppLink";
import { Page, Section } from "../ui/page/Page";
import { QueryState } from "../ui/page/states";
import { changeOf, formatDifference, formatValue, toneOf } from "../ui/score/model";
import { Score } from "../ui/score/Score";
import { ByUnit } from "./ByUnit";
import { FirstSteps } from "./FirstSteps";
import classes from "./home.module.css";
import { LatestVoices } from "./LatestVoices";

/** Tiles shown; the explorer has the rest. */
const TILES_MOST = 8;

export function HomePage() {
  const { t } = useTranslation();
  const { organisation } = useSession();
  const metrics = useQuery(metricsQuery);
  return (
    <Page title={t("home.title")} kicker={organisation.name}>
      <QueryState
        query={metrics}
        isEmpty={(data) => data.length === 0}
        empty={<FirstSteps />}
        skeleton={<Skeleton height={160} />}
      >
        {(data) => (
          <Overview metrics={data.filter((each) => !each.archived).slice(0, TILES_MOST)} />
        )}
      </QueryState>
    </Page>
  );
}

function answersOf({ answer }: { answer: MetricAnswer | undefined }): number {
  return answer?.results.total.score.n ?? 0;
}

function Overview({ metrics }: { metrics: Metric[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const { range, unit } = useGlobalFilter();
  const asked = toApi(readQuestion({ grain: "none" }), range, unit);
  const answers = useQueries({
    queries: metrics.map((metric) => metricResultsQuery(metric.id, asked)),
  });
  const tiles = metrics.map((metric, index) => ({
    metric,
    name: localized(metric.name, language, metric.id),
    answer: answers[index]?.data as MetricAnswer | undefined,
  }));
  const open = (metric: Metric) =>
    void navigate({ to: paths.metrics(), search: { metric: metric.id } } as never);
  const changes = tiles.filter(({ answer }) => {
    const said = answer && changeOf(answer.results.total.score);
    return said === "up" || said === "down";
  });
  // The metric that most people answered stands for the organisation.
  const leading = [...tiles].sort((a, b) => answersOf(b) - answersOf(a))[0];
  const waiting = answers.some((answer) => answer.isPending);

  return (
    <>
      <Section title={t("home.changed")} lead={t("home.changed_lead")}>
        {waiting ? (
          <Skeleton height={24} width={320} />
        ) : changes.length === 0 ? (
          <p className={classes.quiet}>{t("home.nothing_changed")}</p>
        ) : (
          <ul className={classes.changes}>
            {changes.map(({ metric, name, answer }) => {
              const scale = scaleOf(metric);
              const total = answer?.results.total.score;
              const said = changeOf(total ?? { value: null, n: 0 });
              if (total?.change?.difference == null || (said !== "up" && said !== "down"))
                return null;
              return (
                <li key={metric.id} data-tone={toneOf(said, scale)}>
                  <span aria-hidden="true" className={classes.arrow}>
                    {said === "up" ? "▴" : "▾"}
                  </span>
                  <AppLink to={paths.metrics()} search={{ metric: metric.id }}>
                    {t(`home.${said}`, {
                      metric: name,
                      difference: formatDifference(
                        Math.abs(total.change.difference),
                        { ...scale, unit: scale.unit === "points" ? "plain" : scale.unit },
                        language,
                        t("score.points"),
                      ).replace("+", ""),
                      value: formatValue(total.value ?? 0, scale, language),
                    })}
                  </AppLink>
                </li>
              );
            })}
          </ul>
        )}
      </Section>
      <Section title={t("home.numbers")}>
        <ul className={classes.tiles}>
          {tiles.map(({ metric, name, answer }) => (
            <li key={metric.id} className={classes.tile}>
              {answer ? (
                <Score
                  name={name}
                  score={answer.results.total.score}
                  scale={scaleOf(metric)}
                  size="tile"
                  onOpen={() => open(metric)}
                />
              ) : (
                <Skeleton height={84} />
              )}
            </li>
          ))}
        </ul>
      </Section>
      {leading && <ByUnit metric={leading.metric} />}
      <LatestVoices />
    </>
  );
}
