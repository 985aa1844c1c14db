import { Button } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import type { ApiKey } from "../api/types";
import { formatMoment, formatMomentDay } from "../format/date";
import { useLanguage } from "../i18n/language";
import { useMay } from "../session/session";
import { ConfirmDialog } from "../ui/form/ConfirmDialog";
import { Page } from "../ui/page/Page";
import { EmptyState, NoPermission, QueryState } from "../ui/page/states";
import { DataTable } from "../ui/table/DataTable";
import { KeyDialog } from "./KeyDialog";
import { keysQuery } from "./queries";

export function KeysPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const may = useMay("edit_keys");
  const keys = useQuery({ ...keysQuery, enabled: may });
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const revoke = useMutation({
    mutationFn: (key: ApiKey) =>
      unwrap(api.DELETE("/api/keys/{id}", { params: { path: { id: key.id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keysQuery.queryKey });
      setRevoking(null);
    },
  });
  const addButton = (
    <Button
      leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
      onClick={() => setAdding(true)}
    >
      {t("settings.keys.add")}
    </Button>
  );

  return (
    <Page
      title={t("settings.keys.title")}
      lead={t("settings.keys.lead")}
      actions={may && keys.data?.length ? addButton : undefined}
    >
      {may ? (
        <QueryState
          query={keys}
          isEmpty={(data) => data.length === 0}
          empty={
            <EmptyState
              icon={IconKey}
              title={t("settings.keys.empty_title")}
              body={t("settings.keys.empty_body")}
              action={addButton}
            />
          }
        >
          {(data) => (
            <DataTable
              label={t("settings.keys.table")}
              rows={data}
              rowKey={(key) => key.id}
              columns={[
                { key: "name", header: t("field.name"), rowHeader: true, cell: (key) => key.name },
                {
                  key: "hint",
                  header: t("settings.keys.hint"),
                  wideOnly: true,
                  cell: (key) => <span className="mono">{key.hint}…</span>,
                },
                {
                  key: "permissions",
                  header: t("settings.keys.permissions"),
                  cell: (key) => (
                    <span className="meta">
                      {key.permissions.map((each) => t(`settings.permission.${each}`)).join(", ")}
                    </span>
                  ),
                },
                {
                  key: "created",
                  header: t("settings.keys.created"),
                  wideOnly: true,
                  cell: (key) => formatMomentDay(key.created_at, language),
                },
                {
                  key: "used",
                  header: t("settings.keys.used"),
                  wideOnly: true,
                  cell: (key) =>
                    key.last_used_at
                      ? formatMoment(key.last_used_at, language)
                      : t("settings.keys.never"),
                },
                {
                  key: "actions",
                  header: <span className="visually-hidden">{t("table.actions")}</span>,
                  align: "end",
                  cell: (key) => (
                    <Button
                      variant="subtle"
                      color="red"
                      size="compact-sm"
                      onClick={() => setRevoking(key)}
                    >
                      {t("settings.keys.revoke")}
                    </Button>
                  ),
                },
              ]}
            />
          )}
        </QueryState>
      ) : (
        <NoPermission />
      )}
      {adding && <KeyDialog onClose={() => setAdding(false)} />}
      {revoking && (
        <ConfirmDialog
          opened
          title={t("settings.keys.revoke_title", { name: revoking.name })}
          body={`${t("settings.keys.revoke_body")} ${t("confirm.cannot_undo")}`}
          confirmLabel={t("settings.keys.revoke")}
          word={revoking.name}
          pending={revoke.isPending}
          error={revoke.error}
          onClose={() => setRevoking(null)}
          onConfirm={() => revoke.mutate(revoking)}
        />
      )}
    </Page>
  );
}
