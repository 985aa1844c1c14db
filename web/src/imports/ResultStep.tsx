import { useTranslation } from "react-i18next";
import { formatCount } from "../format/number";
import { useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { AppLink } from "../ui/AppLink";
import { Faults } from "./Faults";
import classes from "./imports.module.css";
import type { Import } from "./model";
import { faultCounts, Totals } from "./Totals";

const LINKS = ["survey", "metrics", "voices", "customers"] as const;

/** What is in now, and where to see it. */
export function ResultStep({ given }: { given: Import }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { totals, stream_id: stream } = given;
  const { kind } = given.mapping.target;
  const answers = kind === "survey" || kind === "new_survey";
  const changed = (totals.added ?? 0) + (totals.corrected ?? 0);
  // Files are mostly about the past; the period on the screen may end before it.
  const period = { period: "all_time" };
  const may = {
    survey: answers && Boolean(stream),
    metrics: answers,
    voices: (totals.texts ?? 0) > 0,
    customers: (totals.customers ?? 0) > 0 || kind === "customers" || kind === "operational",
  };
  const addresses = {
    survey: paths.surveyResults(stream ?? ""),
    metrics: paths.metrics(),
    voices: paths.voices(),
    customers: paths.customers(),
  };
  const shown = (
    ["added", "corrected", "unchanged", "erased", "customers", "texts"] as const
  ).filter((each) => (totals[each] ?? 0) > 0);
  return (
    <>
      <p className={classes.finding}>
        {kind === "customers"
          ? t("imports.result.customers", { n: formatCount(totals.customers ?? 0, language) })
          : changed > 0
            ? t("imports.result.records", { n: formatCount(changed, language) })
            : t("imports.result.unchanged")}
      </p>
      <ul className={classes.links}>
        {LINKS.filter((name) => may[name]).map((name) => (
          <li key={name}>
            <AppLink to={addresses[name]} search={name === "customers" ? {} : period}>
              {t(`imports.result.to.${name}`)}
            </AppLink>
            <span className="meta">{t(`imports.result.to.${name}_note`)}</span>
          </li>
        ))}
      </ul>
      <Totals totals={totals} counts={["rows", ...shown, ...faultCounts(totals)]} />
      <p className={classes.foot}>
        <AppLink to={paths.imports()}>{t("imports.result.another")}</AppLink>
      </p>
      <Faults given={given} />
    </>
  );
}
