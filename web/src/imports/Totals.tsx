import { useTranslation } from "react-i18next";
import { formatCount } from "../format/number";
import { useLanguage } from "../i18n/language";
import classes from "./imports.module.css";
import type { Import } from "./model";

type Count = keyof Import["totals"];

/** Counts of a run, those that say something. */
export function Totals({ totals, counts }: { totals: Import["totals"]; counts: Count[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <dl className={classes.counts}>
      {counts.map((each) => (
        <div key={each}>
          <dt>{t(`imports.totals.${each}`)}</dt>
          <dd>{formatCount(totals[each] ?? 0, language)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The counts of what was wrong that are not zero. */
export function faultCounts(totals: Import["totals"]): Count[] {
  const all: Count[] = ["ambiguous_dates", "rows_left_out", "values_left_out", "assumed"];
  return all.filter((each) => (totals[each] ?? 0) > 0);
}
