import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LoyaltyFinding } from "../api/types";
import { formatDate } from "../format/date";
import { formatCount, formatShare } from "../format/number";
import { useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { AppLink } from "../ui/AppLink";
import { Section } from "../ui/page/Page";
import { DataTable } from "../ui/table/DataTable";
import classes from "./loyalty.module.css";
import { formatWorth } from "./words";

/** How many are shown before somebody asks for all. */
const FIRST = 10;

/** Customers who may have stopped and would be worth winning back, most at stake first. */
export function AtRisk({ finding }: { finding: LoyaltyFinding }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [all, setAll] = useState(false);
  const { at_risk: listed, measure } = finding;
  const lead = finding.n_at_risk
    ? t("loyalty.risk.lead", {
        count: finding.n_at_risk,
        n: formatCount(finding.n_at_risk, language),
        at_stake: formatWorth(finding.at_stake, measure, language),
      })
    : t("loyalty.risk.none");
  return (
    <Section title={t("loyalty.risk.title")} lead={lead}>
      {listed === null || listed === undefined ? (
        <p className={classes.hint}>{t("loyalty.risk.hidden")}</p>
      ) : (
        listed.length > 0 && (
          <>
            <DataTable
              label={t("loyalty.risk.table")}
              rows={all ? listed : listed.slice(0, FIRST)}
              rowKey={(row) => row.customer_id}
              columns={[
                {
                  key: "customer",
                  header: t("loyalty.risk.customer"),
                  rowHeader: true,
                  cell: (row) => (
                    <AppLink to={paths.customer(row.customer_id)}>
                      {row.name ?? row.customer_id}
                    </AppLink>
                  ),
                },
                {
                  key: "at_stake",
                  header: t("loyalty.risk.at_stake"),
                  align: "end",
                  cell: (row) => <b>{formatWorth(row.at_stake, measure, language)}</b>,
                },
                {
                  key: "alive",
                  header: t("loyalty.alive"),
                  align: "end",
                  cell: (row) => formatShare(row.alive, language, 0),
                },
                {
                  key: "expected",
                  header: t("loyalty.risk.expected"),
                  align: "end",
                  wideOnly: true,
                  cell: (row) => formatWorth(row.expected, measure, language),
                },
                {
                  key: "bought",
                  header: t("loyalty.risk.bought"),
                  align: "end",
                  wideOnly: true,
                  cell: (row) => formatCount(row.bought, language),
                },
                {
                  key: "last",
                  header: t("loyalty.risk.last"),
                  align: "end",
                  wideOnly: true,
                  cell: (row) => formatDate(row.last, language),
                },
              ]}
            />
            {!all && listed.length > FIRST && (
              <Button variant="default" size="xs" mt={12} onClick={() => setAll(true)}>
                {t("loyalty.risk.all", { n: formatCount(listed.length, language) })}
              </Button>
            )}
            {all && finding.n_at_risk > listed.length && (
              <p className={classes.hint}>
                {t("loyalty.risk.first", { n: formatCount(listed.length, language) })}
              </p>
            )}
          </>
        )
      )}
    </Section>
  );
}
