import { Button } from "@mantine/core";
import { IconChartDots, IconDownload, IconMessage2 } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Metric, MetricAnswer } from "../api/types";
import { ChartFigure } from "../charts/ChartFigure";
import { DistributionBar, useDivision } from "../charts/DistributionBar";
import { GroupsTable, RankedGroups } from "../charts/RankedGroups";
import { TrendChart, TrendTable } from "../charts/TrendChart";
import type { TrendSeries } from "../charts/trend";
import { useDimensionName, useDimensionValueName } from "../filters/names";
import { downloadText, toCsv } from "../format/csv";
import { useLanguage } from "../i18n/language";
import { useUnitName } from "../settings/units/units";
import { usePeriodName } from "../shell/FilterChip";
import { useGlobalFilter } from "../shell/filter";
import { EmptyState } from "../ui/page/states";
import { formatDifference } from "../ui/score/model";
import { Score } from "../ui/score/Score";
import { About } from "./About";
import { answerRows, groupsOf, seriesOf } from "./answer";
import { type Finding, findingOfGroups, findingOfTotal } from "./finding";
import type { Selection } from "./MetricsPage";
import classes from "./metrics.module.css";
import { type Question, scaleOf } from "./question";
import { SmallMultiples } from "./SmallMultiples";

interface AnswerProps {
  metric: Metric;
  name: string;
  question: Question;
  answer: MetricAnswer;
  /** The previous answer, shown while the next one is awaited. */
  stale: boolean;
  onSelect: (selection: Selection) => void;
}

/** Up to this many groups share one chart; more become small multiples. */
const TOGETHER_MOST = 3;

export function Answer({ metric, name, question, answer, stale, onSelect }: AnswerProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const global = useGlobalFilter();
  const periodName = usePeriodName();
  const unitName = useUnitName();
  const dimensionName = useDimensionName();
  const valueName = useDimensionValueName();
  const total = answer.results.total.score;
  const division = useDivision(total.suppressed ? null : total.counts);
  const scale = useMemo(() => scaleOf(metric), [metric]);
  const { split, grain } = question;
  const groups = useMemo(
    () => groupsOf(answer, scale, language, valueName),
    [answer, scale, language, valueName],
  );
  const series = useMemo(() => {
    if (!grain) return [];
    return split
      ? groups.map((group) => seriesOf(group.key, group.name, group.points, language))
      : [seriesOf("total", name, answer.results.total.points, language)];
  }, [answer, groups, grain, split, name, language]);

  const breaks = useMemo(
    () =>
      answer.breaks.map(({ day, version, change }) => ({
        day,
        name: t(change === "scale" ? "metrics.break_scale" : "metrics.break_wording", { version }),
      })),
    [answer, t],
  );

  if (!total.n && !total.suppressed) {
    return (
      <EmptyState
        icon={IconChartDots}
        title={t("metrics.no_answers_title")}
        body={t("metrics.no_answers_body")}
        action={
          global.period !== "all_time" && (
            <Button variant="default" onClick={() => global.set({ period: "all_time" })}>
              {t("metrics.all_time")}
            </Button>
          )
        }
      />
    );
  }

  const definition = t("metrics.definition", {
    metric: name,
    period: periodName(global.period),
    unit: global.unit ? unitName(global.unit) : t("shell.organisation_wide"),
  });
  const subtitle = [
    definition,
    split && t("metrics.groups", { dimension: dimensionName(split) }),
    grain && t(`metrics.steps.${grain}`),
  ]
    .filter(Boolean)
    .join(" · ");
  // Those without a value are no group of their own; nothing is found about them.
  const named = groups.filter((group) => group.value !== null);
  const finding = split ? findingOfGroups(named, scale) : findingOfTotal(total);
  const findingText = (found: Finding): string => {
    if (found.kind === "apart") {
      return t("metrics.finding.apart", { best: found.best, worst: found.worst });
    }
    const change = total.change;
    const difference =
      change?.difference != null
        ? formatDifference(
            Math.abs(change.difference),
            { ...scale, unit: scale.unit === "points" ? "plain" : scale.unit },
            language,
            t("score.points"),
          ).replace("+", "")
        : "";
    return t(`metrics.finding.${found.kind}`, { metric: name, difference });
  };
  const openGroup = (group: { key: string; name: string }) =>
    onSelect({
      name: `${name} · ${group.name}`,
      filters: split ? [{ dimension: split, values: [group.key] }] : [],
    });
  const openPoint = (line: TrendSeries, index: number) => {
    const point = line.points[index];
    if (!point?.end) return;
    onSelect({
      name: [name, split ? line.name : null, point.label].filter(Boolean).join(" · "),
      filters: split ? [{ dimension: split, values: [line.key] }] : [],
      range: { from: point.start, to: point.end },
    });
  };
  const csv = () =>
    downloadText(
      `${name}.csv`,
      toCsv(
        answerRows({
          total: { name: t("metrics.total"), score: total },
          groups,
          series,
          words: {
            header: [
              t("metrics.csv.group"),
              t("metrics.csv.from"),
              t("metrics.csv.value"),
              t("metrics.csv.n"),
              t("metrics.csv.low"),
              t("metrics.csv.high"),
              t("metrics.csv.confidence"),
              t("metrics.csv.method"),
              t("metrics.csv.note"),
            ],
            few: t("score.few"),
            suppressed: t("score.suppressed"),
          },
        }),
      ),
    );

  return (
    <div className={classes.answer} data-stale={stale || undefined}>
      <div className={classes.total}>
        <Score
          name={name}
          score={total}
          scale={scale}
          size="tile"
          onOpen={() => onSelect({ name, filters: [] })}
        />
        {division.length > 0 && (
          <DistributionBar label={t("metrics.distribution")} parts={division} />
        )}
        <div className={classes.totalActions}>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconMessage2 size={15} stroke={1.6} aria-hidden />}
            onClick={() => onSelect({ name, filters: [] })}
          >
            {t("metrics.voices")}
          </Button>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconDownload size={15} stroke={1.6} aria-hidden />}
            onClick={csv}
          >
            CSV
          </Button>
        </div>
        <About metric={metric} answer={answer} breaks={grain ? breaks : []} />
      </div>
      {(split || grain) && (
        <ChartFigure
          title={findingText(finding)}
          subtitle={subtitle}
          chart={
            !grain ? (
              <RankedGroups label={subtitle} groups={groups} scale={scale} onOpen={openGroup} />
            ) : series.length > TOGETHER_MOST ? (
              <SmallMultiples series={series} scale={scale} breaks={breaks} onOpen={openPoint} />
            ) : (
              <TrendChart
                label={subtitle}
                series={series}
                scale={scale}
                breaks={breaks}
                onOpen={openPoint}
              />
            )
          }
          table={
            !grain ? (
              <GroupsTable label={subtitle} groups={groups} scale={scale} onOpen={openGroup} />
            ) : (
              <TrendTable label={subtitle} series={series} scale={scale} onOpen={openPoint} />
            )
          }
        />
      )}
    </div>
  );
}
