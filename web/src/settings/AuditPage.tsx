import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { AuditEntry } from "../api/types";
import { formatMoment } from "../format/date";
import { useLanguage } from "../i18n/language";
import { useMay } from "../session/session";
import { Page } from "../ui/page/Page";
import { EmptyState, ErrorState, ListSkeleton, NoPermission } from "../ui/page/states";
import { DataTable } from "../ui/table/DataTable";
import { LoadMore } from "../ui/table/LoadMore";
import { auditQuery } from "./queries";

export function AuditPage() {
  const { t } = useTranslation();
  const may = useMay("read_audit");
  return (
    <Page title={t("settings.audit.title")} lead={t("settings.audit.lead")}>
      {may ? <AuditTable /> : <NoPermission />}
    </Page>
  );
}

function AuditTable() {
  const { t } = useTranslation();
  const language = useLanguage();
  const audit = useInfiniteQuery(auditQuery);
  const actorName = (entry: AuditEntry) => {
    if (entry.actor === "operator") return t("settings.audit.operator");
    if (entry.actor === "system") return t("settings.audit.system");
    return entry.actor_name ?? entry.actor;
  };

  if (audit.isPending) return <ListSkeleton rows={10} />;
  if (audit.isError) return <ErrorState error={audit.error} onRetry={() => audit.refetch()} />;
  const rows = audit.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) {
    return <EmptyState icon={IconHistory} title={t("settings.audit.empty_title")} />;
  }
  return (
    <>
      <DataTable
        label={t("settings.audit.table")}
        rows={rows}
        rowKey={(entry) => entry.id}
        columns={[
          {
            key: "at",
            header: t("settings.audit.at"),
            cell: (entry) => (
              <time dateTime={entry.at} className="num">
                {formatMoment(entry.at, language)}
              </time>
            ),
          },
          {
            key: "actor",
            header: t("settings.audit.actor"),
            cell: (entry) => actorName(entry),
          },
          {
            key: "action",
            header: t("settings.audit.action"),
            rowHeader: true,
            cell: (entry) => <span className="mono">{entry.action}</span>,
          },
          {
            key: "subject",
            header: t("settings.audit.subject"),
            wideOnly: true,
            cell: (entry) => entry.subject_name ?? <span className="mono">{entry.subject}</span>,
          },
          {
            key: "detail",
            header: t("settings.audit.detail"),
            wideOnly: true,
            cell: (entry) => <span className="meta">{detailText(entry.detail)}</span>,
          },
        ]}
      />
      <LoadMore query={audit} />
    </>
  );
}

/** The detail of an entry as `name: value` pairs. */
export function detailText(detail: unknown): string {
  if (!detail || typeof detail !== "object") return "";
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}
