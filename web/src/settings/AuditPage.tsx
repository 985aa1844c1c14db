import { Select } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { AuditEntry } from "../api/types";
import { formatMoment } from "../format/date";
import { useLanguage } from "../i18n/language";
import { useMay } from "../session/session";
import formClasses from "../ui/form/form.module.css";
import { Page } from "../ui/page/Page";
import { EmptyState, ErrorState, ListSkeleton, NoPermission } from "../ui/page/states";
import { DataTable } from "../ui/table/DataTable";
import { LoadMore } from "../ui/table/LoadMore";
import { textParameter, useUrlState } from "../ui/urlState";
import { auditQuery, membersQuery } from "./queries";

export function AuditPage() {
  const { t } = useTranslation();
  const may = useMay("read_audit");
  return (
    <Page title={t("settings.audit.title")} lead={t("settings.audit.lead")}>
      {may ? <AuditTable /> : <NoPermission />}
    </Page>
  );
}

/** What actions begin with: the kind of thing that something was done to. */
const KINDS = [
  "customer",
  "erasure",
  "voice",
  "response",
  "survey",
  "link",
  "import",
  "metric",
  "touchpoint",
  "offering",
  "account",
  "attribute",
  "stream",
  "unit",
  "member",
  "key",
  "organisation",
] as const;

const readSearch = (search: Record<string, unknown>) => ({
  kind: KINDS.find((kind) => kind === search.kind),
  actor: textParameter(search.actor),
});

function AuditTable() {
  const { t } = useTranslation();
  const language = useLanguage();
  const [{ kind, actor }, setSearch] = useUrlState(readSearch);
  const mayList = useMay("edit_members");
  const { data: members } = useQuery({ ...membersQuery, enabled: mayList });
  const audit = useInfiniteQuery(auditQuery(kind, actor));
  const actorName = (entry: AuditEntry) => {
    if (entry.actor === "operator") return t("settings.audit.operator");
    if (entry.actor === "system") return t("settings.audit.system");
    return entry.actor_name ?? entry.actor;
  };

  const actors = [
    { value: "operator", label: t("settings.audit.operator") },
    { value: "system", label: t("settings.audit.system") },
    ...(members ?? []).map((member) => ({ value: member.id, label: member.name })),
  ];
  const filters = (
    <div className={formClasses.filters}>
      <Select
        aria-label={t("settings.audit.kind")}
        placeholder={t("settings.audit.every_kind")}
        data={KINDS.map((each) => ({ value: each, label: t(`settings.audit.kinds.${each}`) }))}
        value={kind ?? null}
        clearable
        onChange={(next) => setSearch({ kind: (next ?? undefined) as typeof kind })}
      />
      <Select
        aria-label={t("settings.audit.actor")}
        placeholder={t("settings.audit.everybody")}
        data={
          actor && !actors.some((each) => each.value === actor)
            ? [...actors, { value: actor, label: actor }]
            : actors
        }
        value={actor ?? null}
        searchable
        clearable
        onChange={(next) => setSearch({ actor: next ?? undefined })}
      />
    </div>
  );
  if (audit.isPending) return <ListSkeleton rows={10} />;
  if (audit.isError) return <ErrorState error={audit.error} onRetry={() => audit.refetch()} />;
  const rows = audit.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) {
    return (
      <>
        {(kind || actor) && filters}
        <EmptyState
          icon={IconHistory}
          title={kind || actor ? t("state.no_results") : t("settings.audit.empty_title")}
        />
      </>
    );
  }
  return (
    <>
      {filters}
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
