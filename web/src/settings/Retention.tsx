import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Components } from "../api/types";
import { formatMoment, formatMomentDay } from "../format/date";
import { formatCount } from "../format/number";
import { type LocalizedText, localized, useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { AppLink } from "../ui/AppLink";
import { Section } from "../ui/page/Page";
import { ErrorState, ListSkeleton, QueryState } from "../ui/page/states";
import { DataTable } from "../ui/table/DataTable";
import { LoadMore } from "../ui/table/LoadMore";
import { stateOf } from "./erasures";
import { retentionQuery, retentionRunsQuery, surveyTitlesQuery } from "./queries";

type View = Components["RetentionView"];

/** How long answers are kept: what goes when, and what went. */
export function Retention() {
  const retention = useQuery(retentionQuery);
  return (
    <>
      <QueryState query={retention}>{(data) => <Coming view={data} />}</QueryState>
      <Runs />
    </>
  );
}

function Coming({ view }: { view: View }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Section
      title={t("settings.retention.title")}
      lead={`${t("settings.retention.lead", { mode: t(`settings.retention.modes.${view.mode}`) })} ${t("settings.retention.imports")}`}
    >
      {view.promises.length === 0 ? (
        <p className="meta">{t("settings.retention.none")}</p>
      ) : (
        <DataTable
          label={t("settings.retention.promises")}
          rows={view.promises}
          rowKey={(row) => `${row.survey_id}-${row.version}-${row.days}-${row.next_at}`}
          columns={[
            {
              key: "survey",
              header: t("settings.retention.survey"),
              rowHeader: true,
              cell: (row) => (
                <>
                  <AppLink to={paths.surveyResults(row.survey_id)}>
                    {localized(row.title as LocalizedText, language, row.survey_id)}
                  </AppLink>{" "}
                  <span className="meta">
                    {t("settings.retention.version", { version: row.version })}
                  </span>
                </>
              ),
            },
            {
              key: "days",
              header: t("settings.retention.days"),
              cell: (row) => (
                <>
                  {t("settings.retention.days_value", {
                    count: row.days,
                    formatted: formatCount(row.days, language),
                  })}
                  <br />
                  <span className="meta">{t(`settings.retention.by_${row.promised_by}`)}</span>
                </>
              ),
            },
            {
              key: "records",
              header: t("settings.retention.records"),
              align: "end",
              wideOnly: true,
              cell: (row) => formatCount(row.records, language),
            },
            {
              key: "soon",
              header: t("settings.retention.soon"),
              align: "end",
              wideOnly: true,
              cell: (row) => formatCount(row.within_30_days, language),
            },
            {
              key: "next",
              header: t("settings.retention.next"),
              cell: (row) => (row.next_at ? formatMomentDay(row.next_at, language) : ""),
            },
          ]}
        />
      )}
      <p className="meta">
        {view.looked_at
          ? t("settings.retention.looked", { at: formatMoment(view.looked_at, language) })
          : t("settings.retention.not_looked")}
      </p>
    </Section>
  );
}

function Runs() {
  const { t } = useTranslation();
  const language = useLanguage();
  const runs = useInfiniteQuery(retentionRunsQuery);
  const { data: titles } = useQuery({
    ...surveyTitlesQuery,
    enabled: Boolean(runs.data?.pages[0]?.items.length),
  });
  if (runs.isPending) return <ListSkeleton rows={2} />;
  if (runs.isError) return <ErrorState error={runs.error} onRetry={() => runs.refetch()} />;
  const rows = runs.data.pages.flatMap((page) => page.items);
  return (
    <Section title={t("settings.retention.runs")}>
      {rows.length === 0 ? (
        <p className="meta">{t("settings.retention.runs_none")}</p>
      ) : (
        <DataTable
          label={t("settings.retention.runs")}
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            {
              key: "at",
              header: t("settings.retention.at"),
              rowHeader: true,
              cell: (row) => (
                <span title={t("settings.retention.receipt", { id: row.id })}>
                  {formatMoment(row.at, language)}
                </span>
              ),
            },
            {
              key: "survey",
              header: t("settings.retention.survey"),
              cell: (row) => (
                <AppLink to={paths.surveyResults(row.survey_id)}>
                  {localized(titles?.get(row.survey_id), language, row.survey_id)}
                </AppLink>
              ),
            },
            {
              key: "removed",
              header: t("settings.retention.removed"),
              align: "end",
              cell: (row) =>
                formatCount(
                  (row.removed.records_deleted ?? 0) + (row.removed.records_anonymised ?? 0),
                  language,
                ),
            },
            {
              key: "mode",
              header: t("settings.erasure.mode_short"),
              wideOnly: true,
              cell: (row) => t(`settings.erasure.modes_short.${row.mode}`),
            },
            {
              key: "texts",
              header: t("settings.retention.texts"),
              align: "end",
              wideOnly: true,
              cell: (row) => formatCount(row.removed.texts ?? 0, language),
            },
            {
              key: "state",
              header: t("settings.retention.state"),
              wideOnly: true,
              cell: (row) => t(`settings.erasure.states.${stateOf(row, Date.now())}`),
            },
          ]}
        />
      )}
      <LoadMore query={runs} />
    </Section>
  );
}
