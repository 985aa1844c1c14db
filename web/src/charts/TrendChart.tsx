import { type KeyboardEvent, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../i18n/language";
import type { Scale } from "../ui/score/model";
import { Score } from "../ui/score/Score";
import { DataTable } from "../ui/table/DataTable";
import classes from "./charts.module.css";
import { EChart } from "./EChart";
import type { Tokens } from "./tokens";
import {
  describePoint,
  type TrendBreak,
  type TrendSeries,
  type TrendWords,
  trendOption,
} from "./trend";

interface TrendChartProps {
  /** What the chart shows, for assistive technology. */
  label: string;
  series: TrendSeries[];
  scale: Scale;
  height?: number;
  /** Where the question changed; said in words beside the chart, too. */
  breaks?: readonly TrendBreak[] | undefined;
  /** Goes to what is behind one point. */
  onOpen?: (series: TrendSeries, index: number) => void;
}

export function useTrendWords(): TrendWords {
  const { t } = useTranslation();
  const language = useLanguage();
  return useMemo(
    () => ({
      language,
      n: (n) => t("score.n", { n }),
      few: t("score.few"),
      suppressed: t("score.suppressed"),
      empty: t("score.no_value"),
    }),
    [language, t],
  );
}

/**
 * A line with its band. The arrow keys walk the points and a live text says each;
 * Enter goes to what is behind it.
 */
export function TrendChart({
  label,
  series,
  scale,
  height = 280,
  breaks,
  onOpen,
}: TrendChartProps) {
  const { t } = useTranslation();
  const words = useTrendWords();
  const [active, setActive] = useState<number | null>(null);
  const option = useCallback(
    (tokens: Tokens) => trendOption(series, scale, words, tokens, breaks),
    [series, scale, words, breaks],
  );
  const [lead] = series;
  const length = lead?.points.length ?? 0;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      event.preventDefault();
      const step = event.key === "ArrowRight" ? 1 : -1;
      setActive((current) =>
        Math.min(
          length - 1,
          Math.max(0, current === null ? (step > 0 ? 0 : length - 1) : current + step),
        ),
      );
    } else if (event.key === "Escape") {
      setActive(null);
    } else if (event.key === "Enter" && active !== null && lead) {
      onOpen?.(lead, active);
    }
  };
  const spoken =
    active === null
      ? ""
      : series
          .map((each) => {
            const point = each.points[active];
            if (!point) return "";
            const value = describePoint(point, scale, words);
            return t("chart.point", {
              label: series.length > 1 ? `${each.name} ${point.label}` : point.label,
              value,
            });
          })
          .join(". ");

  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a chart that the keyboard walks is a group of points, not a fieldset. */}
      <div
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys walk its points.
        tabIndex={0}
        aria-label={`${label}. ${t("chart.trend_keys")}`}
        className={classes.focusable}
        onKeyDown={onKeyDown}
        onBlur={() => setActive(null)}
      >
        <EChart
          option={option}
          height={height}
          active={active}
          onPointClick={(index, point) => {
            const chosen = series[index];
            if (chosen) onOpen?.(chosen, point);
          }}
        />
      </div>
      <div className="visually-hidden" aria-live="polite">
        {spoken}
      </div>
    </>
  );
}

/** The figures of a trend as rows. */
export function TrendTable({ label, series, scale, onOpen }: Omit<TrendChartProps, "height">) {
  const { t } = useTranslation();
  const rows = series[0]?.points.map((point, index) => ({ point, index })) ?? [];
  return (
    <DataTable
      label={label}
      rows={rows}
      rowKey={(row) => row.point.start}
      columns={[
        { key: "when", header: t("chart.when"), cell: (row) => row.point.label, rowHeader: true },
        ...series.map((each) => ({
          key: each.key,
          header: each.name,
          cell: (row: { index: number }) => {
            const point = each.points[row.index];
            return point ? (
              <Score
                name={`${each.name} ${point.label}`}
                score={point.score}
                scale={scale}
                size="cell"
                onOpen={onOpen ? () => onOpen(each, row.index) : undefined}
              />
            ) : null;
          },
        })),
      ]}
    />
  );
}
