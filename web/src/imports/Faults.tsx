import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { formatCount } from "../format/number";
import { localized, useLanguage } from "../i18n/language";
import { Section } from "../ui/page/Page";
import { QueryState } from "../ui/page/states";
import { DataTable } from "../ui/table/DataTable";
import { LoadMore } from "../ui/table/LoadMore";
import classes from "./imports.module.css";
import type { Import, RowFault } from "./model";
import { errorsAddress, faultsQuery } from "./queries";
import { faultCounts } from "./Totals";

/** What was wrong with rows: a table to read, and the same as a file. */
export function Faults({ given }: { given: Import }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const faults = useInfiniteQuery(faultsQuery(given.id, given.changed_at));
  if (faultCounts(given.totals).length === 0) return null;
  return (
    <Section
      title={t("imports.faults.title")}
      lead={t("imports.faults.lead")}
      actions={
        <Button
          component="a"
          href={errorsAddress(given.id, language)}
          download
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {t("action.download_csv")}
        </Button>
      }
    >
      <QueryState query={faults}>
        {(data) => (
          <>
            <DataTable<RowFault & { place: number }>
              label={t("imports.faults.table")}
              rows={data.pages
                .flatMap((page) => page.items)
                .map((fault, place) => ({ ...fault, place }))}
              rowKey={(fault) => String(fault.place)}
              columns={[
                {
                  key: "row",
                  header: t("imports.faults.row"),
                  rowHeader: true,
                  cell: (fault) => formatCount(fault.row, language),
                },
                {
                  key: "column",
                  header: t("imports.faults.column"),
                  cell: (fault) => fault.column,
                },
                {
                  key: "value",
                  header: t("imports.faults.value"),
                  cell: (fault) => <span className={classes.sample}>{fault.value}</span>,
                },
                {
                  key: "message",
                  header: t("imports.faults.message"),
                  wideOnly: true,
                  cell: (fault) => localized(fault.message, language),
                },
                {
                  key: "effect",
                  header: t("imports.faults.effect"),
                  cell: (fault) => t(`imports.effect.${fault.effect}`),
                },
              ]}
            />
            <LoadMore query={faults} />
          </>
        )}
      </QueryState>
    </Section>
  );
}
