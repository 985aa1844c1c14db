import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { formatMoment } from "../format/date";
import { useLanguage } from "../i18n/language";
import { Section } from "../ui/page/Page";
import { DataTable } from "../ui/table/DataTable";
import { toastFailed } from "../ui/toast";
import { invitationsQuery } from "./queries";

/** Invitations that still wait; withdrawing one makes its link useless. */
export function OpenInvitations() {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const { data } = useQuery(invitationsQuery);
  const withdraw = useMutation({
    mutationFn: (id: string) =>
      unwrap(api.DELETE("/api/invitations/{id}", { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
    onError: (error) => toastFailed(error, t("state.error_unknown")),
  });
  if (!data?.length) return null;
  return (
    <Section title={t("settings.members.open_invitations")}>
      <DataTable
        label={t("settings.members.open_invitations")}
        rows={data}
        rowKey={(invitation) => invitation.id}
        columns={[
          {
            key: "email",
            header: t("field.email"),
            rowHeader: true,
            cell: (invitation) => invitation.email,
          },
          {
            key: "role",
            header: t("settings.members.role"),
            cell: (invitation) => t(`shell.role.${invitation.role}`),
          },
          {
            key: "expires",
            header: t("settings.members.expires"),
            wideOnly: true,
            cell: (invitation) => formatMoment(invitation.expires_at, language),
          },
          {
            key: "actions",
            header: <span className="visually-hidden">{t("table.actions")}</span>,
            align: "end",
            cell: (invitation) => (
              <Button
                variant="subtle"
                color="red"
                size="compact-sm"
                loading={withdraw.isPending && withdraw.variables === invitation.id}
                onClick={() => withdraw.mutate(invitation.id)}
              >
                {t("settings.members.withdraw")}
              </Button>
            ),
          },
        ]}
      />
    </Section>
  );
}
