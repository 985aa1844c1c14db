import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { edgesOf, withEdges } from "../filters/bands";
import { dimensionOf, hasWindow, operationalOf, WINDOWS } from "../filters/operational";
import classes from "./metrics.module.css";

interface WindowChoiceProps {
  split: string;
  onChange: (split: string) => void;
}

/** How far back a split by what customers did looks; nothing for other splits. */
export function WindowChoice({ split, onChange }: WindowChoiceProps) {
  const { t } = useTranslation();
  const field = operationalOf(split);
  if (!field || !hasWindow(field)) return null;
  const offered: readonly (number | null)[] = WINDOWS;
  // An address may name any window; it is offered beside the usual ones.
  const windows = offered.includes(field.days) ? offered : [field.days, ...offered];
  const name = (days: number | null) => {
    if (days === null) return t("metrics.operational.window_all");
    return days === 365
      ? t("metrics.operational.window_year")
      : t("metrics.operational.window_days", { days });
  };
  const over = (days: number | null) => withEdges(dimensionOf({ ...field, days }), edgesOf(split));
  return (
    <div className={classes.detail}>
      <span aria-hidden>{t("metrics.operational.window")}</span>
      <SegmentedControl
        size="xs"
        maw="100%"
        aria-label={t("metrics.operational.window")}
        value={String(field.days)}
        onChange={(next) => onChange(over(next === "null" ? null : Number(next)))}
        data={windows.map((days) => ({ value: String(days), label: name(days) }))}
      />
    </div>
  );
}
