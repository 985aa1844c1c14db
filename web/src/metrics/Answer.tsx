import { Button } from "@mantine/core";
import { IconChartDots, IconDownload, IconMessage2 } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Metric, MetricAnswer } from "../api/types";
import { ChartFigure } from "../charts/ChartFigure";
import { DistributionBar, useTriad } from "../charts/DistributionBar";
import { GroupsTable, RankedGroups } from "../charts/RankedGroups";
import { TrendChart, TrendTable } from "../charts/TrendChart";
import type { TrendSeries } from "../charts/trend";
import { useDimensionName, useDimensionValueName } from "../filters/names";
import { downloadText, toCsv } from "../format/csv";
import { formatBucket, type Grain } from "../format/date";
import { useLanguage } from "../i18n/language";
import { useUnitName } from "../settings/units/units";
import { usePeriodName } from "../shell/FilterChip";
import { useGlobalFilter } from "../shell/filter";
import { EmptyState } from "../ui/page/states";
import { formatDifference } from "../ui/score/model";
import { Score } from "../ui/score/Score";
import { answerRows, bucketRange } from "./answer";
import { type Finding, findingOfGroups, findingOfTotal, ranked } from "./finding";
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
  const triad = useTriad(answer.total.suppressed ? null : answer.total.counts);
  const scale = useMemo(() => scaleOf(metric), [metric]);
  const { split, grain } = question;

  const groups = useMemo(
    () =>
      split
        ? ranked(
            answer.groups.map((group) => ({
              key: group.key[split] ?? "",
              name: group.label || valueName(split, group.key[split] ?? null),
              score: group.score,
              series: group.series,
            })),
            scale,
          )
        : [],
    [answer, split, scale, valueName],
  );
  const series: TrendSeries[] = useMemo(
    () =>
      !grain
        ? []
        : split
          ? groups.map((group) => trendOf(group.key, group.name, group.series, grain, language))
          : [trendOf("total", name, answer.series, grain, language)],
    [answer, grain, split, groups, name, language],
  );

  if (answer.total.n === 0 && !answer.total.suppressed) {
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
    grain && t("metrics.over", { grain: t(`metrics.grains.${grain}`) }),
  ]
    .filter(Boolean)
    .join(" · ");
  const finding = split ? findingOfGroups(groups, scale) : findingOfTotal(answer.total);
  const findingText = (found: Finding): string => {
    if (found.kind === "apart") {
      return t("metrics.finding.apart", { best: found.best, worst: found.worst });
    }
    const change = answer.total.change;
    const difference = change
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
    if (!point || !grain) return;
    onSelect({
      name: [name, split ? line.name : null, point.label].filter(Boolean).join(" · "),
      filters: split ? [{ dimension: split, values: [line.key] }] : [],
      range: bucketRange(point.start, grain, global.range),
    });
  };
  const csv = () =>
    downloadText(
      `${name}.csv`,
      toCsv(
        answerRows({
          total: { name: t("metrics.total"), score: answer.total },
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
          score={answer.total}
          scale={scale}
          size="tile"
          onOpen={() => onSelect({ name, filters: [] })}
        />
        {triad.length > 0 && <DistributionBar label={t("metrics.distribution")} parts={triad} />}
        <div className={classes.totalActions}>
          <Button
            variant="default"
            size="compact-md"
            leftSection={<IconMessage2 size={15} stroke={1.6} aria-hidden />}
            onClick={() => onSelect({ name, filters: [] })}
          >
            {t("metrics.voices")}
          </Button>
          <Button
            variant="default"
            size="compact-md"
            leftSection={<IconDownload size={15} stroke={1.6} aria-hidden />}
            onClick={csv}
          >
            CSV
          </Button>
        </div>
      </div>
      {(split || grain) && (
        <ChartFigure
          title={findingText(finding)}
          subtitle={subtitle}
          chart={
            !grain ? (
              <RankedGroups label={subtitle} groups={groups} scale={scale} onOpen={openGroup} />
            ) : series.length > TOGETHER_MOST ? (
              <SmallMultiples series={series} scale={scale} onOpen={openPoint} />
            ) : (
              <TrendChart label={subtitle} series={series} scale={scale} onOpen={openPoint} />
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

function trendOf(
  key: string,
  name: string,
  points: MetricAnswer["series"],
  grain: Grain,
  language: "ja" | "en",
): TrendSeries {
  return {
    key,
    name,
    points: points.map(({ start, score }) => ({
      start,
      score,
      label: formatBucket(start, grain, language),
    })),
  };
}
