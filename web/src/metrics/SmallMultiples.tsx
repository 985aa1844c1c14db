import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import classes from "../charts/charts.module.css";
import { TrendChart } from "../charts/TrendChart";
import { axisRange, type TrendBreak, type TrendSeries } from "../charts/trend";
import type { Scale } from "../ui/score/model";

/** This many at most; the table has them all. */
const MULTIPLES_MOST = 12;

interface SmallMultiplesProps {
  series: TrendSeries[];
  scale: Scale;
  breaks: readonly TrendBreak[];
  onOpen: (series: TrendSeries, index: number) => void;
}

/** One small trend a group, all on one axis, so that they can be compared by eye. */
export function SmallMultiples({ series, scale, breaks, onOpen }: SmallMultiplesProps) {
  const { t } = useTranslation();
  const shown = useMemo(() => series.slice(0, MULTIPLES_MOST), [series]);
  const common = useMemo(() => ({ ...scale, axis: axisRange(shown, scale) }), [shown, scale]);
  return (
    <>
      <div className={classes.multiples}>
        {shown.map((each) => (
          <Multiple key={each.key} series={each} scale={common} breaks={breaks} onOpen={onOpen} />
        ))}
      </div>
      {series.length > shown.length && (
        <p className={classes.subtitle}>
          {t("metrics.multiples_more", { shown: shown.length, all: series.length })}
        </p>
      )}
    </>
  );
}

function Multiple({
  series,
  scale,
  breaks,
  onOpen,
}: {
  series: TrendSeries;
  scale: Scale;
  breaks: readonly TrendBreak[];
  onOpen: SmallMultiplesProps["onOpen"];
}) {
  const one = useMemo(() => [series], [series]);
  return (
    <div>
      <h3 className={classes.multipleTitle}>{series.name}</h3>
      <TrendChart
        label={series.name}
        series={one}
        scale={scale}
        height={150}
        breaks={breaks}
        onOpen={onOpen}
      />
    </div>
  );
}
