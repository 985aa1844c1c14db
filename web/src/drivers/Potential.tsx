import { useTranslation } from "react-i18next";
import type { Driver, DriverResults } from "../api/types";
import chartClasses from "../charts/charts.module.css";
import { formatShare } from "../format/number";
import { useLanguage } from "../i18n/language";
import { Section } from "../ui/page/Page";
import { type Scale, whiskerMarks } from "../ui/score/model";
import { Whisker } from "../ui/score/Whisker";
import { DataTable } from "../ui/table/DataTable";
import classes from "./drivers.module.css";
import {
  formatAmount,
  formatAmounts,
  formatOwn,
  formatShares,
  useDriverName,
  useStep,
} from "./words";

const KINDS = ["must_be", "one_dimensional", "attractive"] as const;

/** What one step more of each driver would bring, the greatest first, with its whisker. */
export function Potential({ results }: { results: DriverResults }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const driverName = useDriverName(results);
  const stepOf = useStep();
  const better = results.outcome.lower_is_better ? -1 : 1;
  const drivers = [...(results.finding?.drivers ?? [])].sort(
    (a, b) => better * (b.potential - a.potential),
  );
  const ends = drivers.flatMap((each) => each.potential_interval);
  const scale: Scale = {
    unit: "points",
    min: Math.min(0, ...ends),
    max: Math.max(0, ...ends),
    decimals: 1,
    better: "up",
  };
  const unit = t(`drivers.unit.${results.outcome.unit}`);
  return (
    <Section title={t("drivers.potential.title")} lead={t("drivers.potential.lead")}>
      <table className={chartClasses.ranked} aria-label={t("drivers.potential.title")}>
        <thead>
          <tr>
            <th scope="col">{t("drivers.column.driver")}</th>
            <th scope="col">
              <span className="visually-hidden">{t("drivers.column.whisker")}</span>
            </th>
            <th scope="col" className={chartClasses.number}>
              {t("drivers.column.potential", { unit })}
            </th>
            <th scope="col" className={`${chartClasses.number} ${chartClasses.wideOnly}`}>
              {t("drivers.column.kind")}
            </th>
          </tr>
        </thead>
        <tbody>
          {drivers.map((driver) => {
            const marks = whiskerMarks(
              { value: driver.potential, interval: driver.potential_interval },
              scale,
            );
            const kind = KINDS.find((each) => each === driver.asymmetry?.kind);
            return (
              <tr key={driver.driver}>
                <th scope="row">
                  {driverName(driver.driver)}
                  <span className={classes.under}>{stepOf(driver)}</span>
                </th>
                <td className={chartClasses.plot}>
                  {marks && <Whisker marks={marks} height={13} />}
                </td>
                <td className={chartClasses.number}>
                  <b>{formatAmount(driver.potential, results, language)}</b>
                  <span className={classes.under}>
                    {formatAmounts(driver.potential_interval, results, language)}
                  </span>
                </td>
                <td className={`${chartClasses.number} ${chartClasses.wideOnly} meta`}>
                  {kind ? (
                    <>
                      {t(`drivers.kind.${kind}`)}
                      <span className={classes.under}>{t(`drivers.kind_said.${kind}`)}</span>
                    </>
                  ) : (
                    "—"
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}

/** Every figure of every driver, as rows. */
export function DriverTable({ results, label }: { results: DriverResults; label: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const driverName = useDriverName(results);
  const r2 = results.finding?.r2 || 1;
  const unit = t(`drivers.unit.${results.outcome.unit}`);
  const ends = (of: readonly number[] | null | undefined, driver: Driver) =>
    of ? `[${of.map((end) => formatOwn(end, driver, language)).join(", ")}]` : "";
  return (
    <DataTable
      label={label}
      rows={results.finding?.drivers ?? []}
      rowKey={(driver) => driver.driver}
      isFaint={(driver) => !results.refused && !driver.significant}
      columns={[
        {
          key: "rank",
          header: t("drivers.column.rank"),
          align: "end",
          cell: (driver) =>
            driver.rank == null
              ? "—"
              : driver.rank_interval && driver.rank_interval[0] !== driver.rank_interval[1]
                ? `${driver.rank} (${driver.rank_interval[0]}–${driver.rank_interval[1]})`
                : driver.rank,
        },
        {
          key: "driver",
          header: t("drivers.column.driver"),
          rowHeader: true,
          cell: (driver) => driverName(driver.driver),
        },
        {
          key: "importance",
          header: t("drivers.column.importance"),
          align: "end",
          cell: (driver) => (
            <>
              {formatShare(driver.share, language, 0)}
              {driver.interval && (
                <span className={classes.under}>{formatShares(driver.interval, r2, language)}</span>
              )}
            </>
          ),
        },
        {
          key: "performance",
          header: t("drivers.column.performance"),
          align: "end",
          cell: (driver) => (
            <>
              {driver.performance == null ? "—" : formatOwn(driver.performance, driver, language)}
              <span className={classes.under}>{ends(driver.performance_interval, driver)}</span>
            </>
          ),
        },
        {
          key: "potential",
          header: t("drivers.column.potential", { unit }),
          align: "end",
          cell: (driver) => (
            <>
              {formatAmount(driver.potential, results, language)}
              <span className={classes.under}>
                {formatAmounts(driver.potential_interval, results, language)}
              </span>
            </>
          ),
        },
        {
          key: "clear",
          header: t("drivers.column.clear"),
          cell: (driver) => t(driver.significant ? "drivers.clear" : "drivers.not_clear"),
        },
        {
          key: "missing",
          header: t("drivers.column.missing"),
          align: "end",
          wideOnly: true,
          cell: (driver) => driver.n_missing,
        },
      ]}
    />
  );
}
