import { SegmentedControl } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./charts.module.css";

interface ChartFigureProps {
  /** The finding in a sentence: "Shinjuku slipped in May". */
  title: string;
  /** The definition: which metric, of whom, when. */
  subtitle?: ReactNode;
  actions?: ReactNode;
  chart: ReactNode;
  /** The same figures as rows; every chart has one. */
  table: ReactNode;
}

/** The frame of every chart: title, definition, and a switch to the table of its figures. */
export function ChartFigure({ title, subtitle, actions, chart, table }: ChartFigureProps) {
  const { t } = useTranslation();
  const [view, setView] = useState<"chart" | "table">("chart");
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        <div className={classes.captionText}>
          <h2 className={classes.title}>{title}</h2>
          {subtitle && <p className={classes.subtitle}>{subtitle}</p>}
        </div>
        <div className={classes.tools}>
          {actions}
          <SegmentedControl
            size="xs"
            aria-label={t("chart.view")}
            value={view}
            onChange={(next) => setView(next as "chart" | "table")}
            data={[
              { value: "chart", label: t("chart.show_chart") },
              { value: "table", label: t("chart.show_table") },
            ]}
          />
        </div>
      </figcaption>
      {view === "chart" ? chart : table}
    </figure>
  );
}
