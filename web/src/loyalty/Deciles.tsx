import { useTranslation } from "react-i18next";
import type { LoyaltyFinding } from "../api/types";
import chartClasses from "../charts/charts.module.css";
import { formatCount, formatShare } from "../format/number";
import { useLanguage } from "../i18n/language";
import { DataTable } from "../ui/table/DataTable";
import classes from "./loyalty.module.css";
import { formatWorth } from "./words";

/**
 * Ten equal parts of the customers, from those expected to be worth most, with
 * their share of the whole as a bar. It is a table, so that it can be read as one.
 */
export function Deciles({ finding }: { finding: LoyaltyFinding }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const most = Math.max(...finding.deciles.map((each) => each.share), 0);
  return (
    <table className={chartClasses.ranked} aria-label={t("loyalty.deciles.title")}>
      <thead>
        <tr>
          <th scope="col">{t("loyalty.deciles.tenth")}</th>
          <th scope="col">
            <span className="visually-hidden">{t("loyalty.deciles.bar")}</span>
          </th>
          <th scope="col" className={chartClasses.number}>
            {t("loyalty.deciles.share")}
          </th>
          <th scope="col" className={`${chartClasses.number} ${chartClasses.wideOnly}`}>
            {t("loyalty.deciles.mean")}
          </th>
        </tr>
      </thead>
      <tbody>
        {finding.deciles.map((each, place) => (
          <tr key={each.total}>
            <th scope="row">
              {t("loyalty.deciles.name", { from: place * 10, to: (place + 1) * 10 })}
            </th>
            <td className={chartClasses.plot}>
              <div
                className={classes.bar}
                style={{ inlineSize: `${most > 0 ? (100 * each.share) / most : 0}%` }}
              />
            </td>
            <td className={chartClasses.number}>
              <b>{formatShare(each.share, language, 1)}</b>
            </td>
            <td className={`${chartClasses.number} ${chartClasses.wideOnly} meta`}>
              {formatWorth(each.mean, finding.measure, language)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The same parts with every figure. */
export function DecilesTable({ finding }: { finding: LoyaltyFinding }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const rows = finding.deciles.map((each, place) => ({ ...each, place }));
  return (
    <DataTable
      label={t("loyalty.deciles.title")}
      rows={rows}
      rowKey={(row) => String(row.place)}
      columns={[
        {
          key: "tenth",
          header: t("loyalty.deciles.tenth"),
          rowHeader: true,
          cell: (row) =>
            t("loyalty.deciles.name", { from: row.place * 10, to: (row.place + 1) * 10 }),
        },
        {
          key: "n",
          header: "n",
          align: "end",
          wideOnly: true,
          cell: (row) => formatCount(row.n, language),
        },
        {
          key: "total",
          header: t("loyalty.deciles.total"),
          align: "end",
          wideOnly: true,
          cell: (row) => formatWorth(row.total, finding.measure, language),
        },
        {
          key: "share",
          header: t("loyalty.deciles.share"),
          align: "end",
          cell: (row) => formatShare(row.share, language, 1),
        },
        {
          key: "mean",
          header: t("loyalty.deciles.mean"),
          align: "end",
          cell: (row) => formatWorth(row.mean, finding.measure, language),
        },
        {
          key: "alive",
          header: t("loyalty.alive"),
          align: "end",
          wideOnly: true,
          cell: (row) => formatShare(row.alive, language, 0),
        },
      ]}
    />
  );
}
