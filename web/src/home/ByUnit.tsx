import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Metric } from "../api/types";
import { ChartFigure } from "../charts/ChartFigure";
import { GroupsTable, RankedGroups } from "../charts/RankedGroups";
import { useDimensionValueName } from "../filters/names";
import { localized, useLanguage } from "../i18n/language";
import { groupsOf } from "../metrics/answer";
import { findingOfGroups } from "../metrics/finding";
import { metricResultsQuery } from "../metrics/queries";
import { readQuestion, scaleOf, toApi } from "../metrics/question";
import { paths } from "../paths";
import { useGlobalFilter } from "../shell/filter";
import { FRESH } from "./fresh";
import classes from "./home.module.css";

/** Units shown; the explorer has the rest. */
const UNITS_MOST = 12;

/** One metric by unit: which store stands where, and whether they stand apart. */
export function ByUnit({ metric, confidential }: { metric: Metric; confidential: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const valueName = useDimensionValueName();
  const { range, unit } = useGlobalFilter();
  const question = readQuestion({ grain: "none", split: "unit" });
  const asked = toApi(question, range, unit, confidential);
  const { data } = useQuery({ ...metricResultsQuery(metric.id, asked), ...FRESH });
  const scale = useMemo(() => scaleOf(metric), [metric]);
  const groups = useMemo(
    () => (data ? groupsOf(data, scale, language, valueName) : []),
    [data, scale, language, valueName],
  );
  // Records without a unit, or of one alone, say nothing that the tile does not say.
  if (groups.filter((group) => group.value !== null).length < 2) return null;

  const name = localized(metric.name, language, metric.id);
  const finding = findingOfGroups(groups, scale);
  const shown = groups.slice(0, UNITS_MOST);
  const label = `${name} · ${t("metrics.groups", { dimension: t("metrics.dimension.unit") })}`;
  const open = (group: { key: string }) =>
    void navigate({
      to: paths.metrics(),
      search: { metric: metric.id, filters: group.key ? `unit=${group.key}` : undefined },
    } as never);
  return (
    <section className={classes.byUnit} aria-label={label}>
      <ChartFigure
        title={
          finding.kind === "apart"
            ? t("metrics.finding.apart", { best: finding.best, worst: finding.worst })
            : t("metrics.finding.alike")
        }
        subtitle={label}
        chart={<RankedGroups label={label} groups={shown} scale={scale} onOpen={open} />}
        table={<GroupsTable label={label} groups={shown} scale={scale} onOpen={open} />}
      />
    </section>
  );
}
