import { Button, Skeleton } from "@mantine/core";
import { IconCalendarOff } from "@tabler/icons-react";
import { useInfiniteQuery, useQueries, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Metric, MetricAnswer, MetricQuestion } from "../api/types";
import { Sparkline } from "../charts/Sparkline";
import { localized, useLanguage } from "../i18n/language";
import { seriesOf } from "../metrics/answer";
import { useConfidential } from "../metrics/confidential";
import { metricResultsQuery, metricsQuery } from "../metrics/queries";
import { readQuestion, scaleOf, toApi, toConfidential } from "../metrics/question";
import { paths } from "../paths";
import { useSession } from "../session/session";
import { useGlobalFilter } from "../shell/filter";
import { AppLink } from "../ui/AppLink";
import { Page, Section } from "../ui/page/Page";
import { EmptyState, QueryState } from "../ui/page/states";
import { changeOf, formatDifference, formatValue, toneOf } from "../ui/score/model";
import { Score } from "../ui/score/Score";
import { ByUnit } from "./ByUnit";
import { FirstSteps } from "./FirstSteps";
import { FRESH } from "./fresh";
import classes from "./home.module.css";
import { LatestVoices, latestVoicesQuery } from "./LatestVoices";
import { sparkGrain, standOf } from "./presence";
import { Uncounted } from "./Uncounted";

/** Tiles shown; the explorer has the rest. */
const TILES_MOST = 8;

export function HomePage() {
  const { t } = useTranslation();
  const { organisation } = useSession();
  const metrics = useQuery(metricsQuery);
  return (
    <Page title={t("home.title")} kicker={organisation.name}>
      <QueryState query={metrics} skeleton={<Skeleton height={160} />}>
        {(data) => (
          <Overview
            all={data}
            metrics={data.filter((each) => !each.archived).slice(0, TILES_MOST)}
          />
        )}
      </QueryState>
    </Page>
  );
}

/** People who answered; what is withheld of a confidential programme is there all the same. */
function answersOf(answer: MetricAnswer | undefined): number {
  const score = answer?.results.total.score;
  return score?.suppressed ? 1 : (score?.n ?? 0);
}

/** The totals of metrics, and how many answered one of them. */
function useAnswers(
  metrics: Metric[],
  asked: (metric: Metric) => MetricQuestion,
  enabled: boolean,
) {
  const queries = useQueries({
    queries: metrics.map((metric) => ({
      ...metricResultsQuery(metric.id, asked(metric)),
      ...FRESH,
      enabled,
    })),
  });
  const answers = queries.map((query) => query.data as MetricAnswer | undefined);
  return {
    answers,
    known: enabled && queries.every((query) => !query.isPending),
    most: Math.max(0, ...answers.map(answersOf)),
  };
}

interface OverviewProps {
  /** Every metric, for those that rest on others. */
  all: Metric[];
  /** Those with a tile. */
  metrics: Metric[];
}

function Overview({ all, metrics }: OverviewProps) {
  const { t } = useTranslation();
  const { range, unit, set } = useGlobalFilter();
  const grain = sparkGrain(range);
  const confidential = useConfidential(all);
  const inPeriod = (metric: Metric) => {
    const hidden = confidential?.(metric) ?? false;
    const question = readQuestion({ grain });
    return toApi(hidden ? toConfidential(question) : question, range, unit, hidden);
  };
  const { answers, known, most } = useAnswers(metrics, inPeriod, confidential !== undefined);
  const voices = useInfiniteQuery({ ...latestVoicesQuery(range, unit), ...FRESH });
  const spoken = voices.data?.pages[0]?.items.length ?? 0;
  const silent = known && !voices.isPending && most === 0 && spoken === 0;
  // Only who has nothing in this period is asked about all time.
  const inAll = () => toApi(readQuestion({ grain: "none" }), null, null);
  const ever = useAnswers(metrics, inAll, silent);
  const everVoices = useInfiniteQuery({
    ...latestVoicesQuery(null, null),
    ...FRESH,
    enabled: silent,
  });
  const stand = standOf({
    answers: most,
    voices: spoken,
    everAnswers: ever.known ? ever.most : undefined,
    everVoices: everVoices.data?.pages[0]?.items.length,
  });
  if (stand === "unknown") return <Skeleton height={160} />;
  if (stand === "nothing") return <FirstSteps />;
  if (stand === "earlier") {
    return (
      <EmptyState
        icon={IconCalendarOff}
        title={t("home.earlier")}
        body={t("home.earlier_body")}
        action={
          <Button onClick={() => set({ period: "all_time", unit: null })}>
            {t("home.all_time")}
          </Button>
        }
      />
    );
  }
  return (
    <Scores metrics={metrics} answers={answers} waiting={!known} confidential={confidential} />
  );
}

interface ScoresProps {
  metrics: Metric[];
  answers: (MetricAnswer | undefined)[];
  waiting: boolean;
  /** Whether a metric counts a confidential survey. */
  confidential: ((metric: Metric) => boolean) | undefined;
}

function Scores({ metrics, answers, waiting, confidential }: ScoresProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const tiles = metrics
    .map((metric, index) => ({
      metric,
      name: localized(metric.name, language, metric.id),
      answer: answers[index],
    }))
    // What nobody answered in this period says nothing here.
    .filter(({ answer }) => !answer || answersOf(answer) > 0);
  const open = (metric: Metric) =>
    void navigate({ to: paths.metrics(), search: { metric: metric.id } } as never);
  const changes = tiles.filter(({ answer }) => {
    const said = answer && changeOf(answer.results.total.score);
    return said === "up" || said === "down";
  });
  // The metric that most people answered stands for the organisation.
  const leading = [...tiles].sort((a, b) => answersOf(b.answer) - answersOf(a.answer))[0];

  return (
    <>
      {tiles.length > 0 && (
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
      )}
      {tiles.length > 0 && (
        <Section title={t("home.numbers")}>
          <ul className={classes.tiles}>
            {tiles.map(({ metric, name, answer }) => (
              <li key={metric.id} className={classes.tile}>
                {answer ? (
                  <>
                    <Score
                      name={name}
                      score={answer.results.total.score}
                      scale={scaleOf(metric)}
                      size="tile"
                      onOpen={() => open(metric)}
                    />
                    <Sparkline
                      points={
                        seriesOf(metric.id, name, answer.results.total.points, language).points
                      }
                      scale={scaleOf(metric)}
                    />
                  </>
                ) : (
                  <Skeleton height={84} />
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {leading && (
        <ByUnit metric={leading.metric} confidential={confidential?.(leading.metric) ?? false} />
      )}
      {metrics.length === 0 && <Uncounted />}
      <LatestVoices />
    </>
  );
}
