import { useTranslation } from "react-i18next";
import type { LoyaltyFinding, LoyaltyResults } from "../api/types";
import chartClasses from "../charts/charts.module.css";
import { formatCount, formatShare } from "../format/number";
import { localized, useLanguage } from "../i18n/language";
import { Section } from "../ui/page/Page";
import { type Scale, whiskerMarks } from "../ui/score/model";
import { Whisker } from "../ui/score/Whisker";
import classes from "./loyalty.module.css";
import { formatDifference, formatEnds, formatWorth, useGroupName } from "./words";

interface GroupValuesProps {
  results: LoyaltyResults;
  finding: LoyaltyFinding;
}

/** What one customer of each group is expected to be worth, on one common axis. */
export function GroupValues({ results, finding }: GroupValuesProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const groupName = useGroupName(results);
  const { groups, measure } = finding;
  if (!groups) return null;
  const ends = groups.flatMap((each) => each.mean_interval ?? [each.mean]);
  const scale: Scale = {
    unit: "points",
    min: Math.min(0, ...ends),
    max: Math.max(0, ...ends),
    decimals: 1,
    better: "up",
  };
  const label = localized(results.note?.group_label, language, "");
  return (
    <Section title={t("loyalty.groups.title")} lead={t("loyalty.groups.lead", { group: label })}>
      <table className={chartClasses.ranked} aria-label={t("loyalty.groups.title")}>
        <thead>
          <tr>
            <th scope="col">{t("chart.group")}</th>
            <th scope="col">
              <span className="visually-hidden">{t("loyalty.groups.whisker")}</span>
            </th>
            <th scope="col" className={chartClasses.number}>
              {t("loyalty.deciles.mean")}
            </th>
            <th scope="col" className={`${chartClasses.number} ${chartClasses.wideOnly}`}>
              {t("loyalty.deciles.share")}
            </th>
            <th scope="col" className={`${chartClasses.number} ${chartClasses.wideOnly}`}>
              {t("loyalty.alive")}
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map((each) => {
            const marks = whiskerMarks({ value: each.mean, interval: each.mean_interval }, scale);
            return (
              <tr key={each.key ?? ""}>
                <th scope="row">
                  {groupName(each.key)}
                  <span className={classes.under}>n = {formatCount(each.n, language)}</span>
                </th>
                <td className={chartClasses.plot}>
                  {marks && <Whisker marks={marks} height={13} />}
                </td>
                <td className={chartClasses.number}>
                  <b>{formatWorth(each.mean, measure, language)}</b>
                  <span className={classes.under}>
                    {formatEnds(each.mean_interval, measure, language)}
                  </span>
                  {each.differs && each.difference != null && (
                    <span className={classes.difference}>
                      {t("loyalty.groups.difference", {
                        difference: formatDifference(each.difference, measure, language),
                        interval: formatEnds(each.difference_interval, measure, language, true),
                      })}
                    </span>
                  )}
                </td>
                <td className={`${chartClasses.number} ${chartClasses.wideOnly} meta`}>
                  {formatShare(each.share, language, 0)}
                </td>
                <td className={`${chartClasses.number} ${chartClasses.wideOnly} meta`}>
                  {formatShare(each.alive, language, 0)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className={classes.hint}>{t("loyalty.groups.note")}</p>
    </Section>
  );
}
