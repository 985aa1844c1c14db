import { Badge, Button } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Member } from "../api/types";
import { useSession } from "../session/session";
import { Page } from "../ui/page/Page";
import { NoPermission, QueryState } from "../ui/page/states";
import { DataTable } from "../ui/table/DataTable";
import { InviteDialog } from "./InviteDialog";
import { MemberDialog } from "./MemberDialog";
import { OpenInvitations } from "./OpenInvitations";
import { membersQuery } from "./queries";
import { useUnitName } from "./units/units";
import classes from "./units/units.module.css";

export function MembersPage() {
  const { t } = useTranslation();
  const { member: me, permissions } = useSession();
  const mayEdit = permissions.includes("edit_members");
  const members = useQuery({ ...membersQuery, enabled: mayEdit });
  const unitName = useUnitName();
  const [inviting, setInviting] = useState(false);
  const [editing, setEditing] = useState<Member | null>(null);

  return (
    <Page
      title={t("settings.members.title")}
      lead={t("settings.members.lead")}
      actions={
        mayEdit && (
          <Button
            leftSection={<IconUserPlus size={16} stroke={1.6} aria-hidden />}
            onClick={() => setInviting(true)}
          >
            {t("settings.members.invite")}
          </Button>
        )
      }
    >
      {mayEdit ? (
        <QueryState query={members}>
          {(data) => (
            <DataTable
              label={t("settings.members.table")}
              rows={data}
              rowKey={(member) => member.id}
              onRowClick={setEditing}
              isFaint={(member) => member.disabled}
              columns={[
                {
                  key: "name",
                  header: t("field.name"),
                  rowHeader: true,
                  cell: (member) => (
                    <>
                      <button
                        type="button"
                        className={classes.open}
                        onClick={() => setEditing(member)}
                      >
                        {member.name}
                      </button>
                      {member.id === me.id && (
                        <Badge ml={8} size="sm">
                          {t("settings.members.you")}
                        </Badge>
                      )}
                      <div className={`meta ${classes.below}`}>{member.email}</div>
                    </>
                  ),
                },
                {
                  key: "email",
                  header: t("field.email"),
                  wideOnly: true,
                  cell: (member) => member.email,
                },
                {
                  key: "role",
                  header: t("settings.members.role"),
                  cell: (member) => t(`shell.role.${member.role}`),
                },
                {
                  key: "units",
                  header: t("settings.members.units"),
                  wideOnly: true,
                  cell: (member) =>
                    member.units.length === 0
                      ? t("settings.members.everything")
                      : member.units.map(unitName).join(", "),
                },
                {
                  key: "state",
                  header: t("settings.members.state"),
                  wideOnly: true,
                  cell: (member) =>
                    member.disabled ? t("settings.members.disabled") : t("settings.members.active"),
                },
              ]}
            />
          )}
        </QueryState>
      ) : (
        <NoPermission />
      )}
      {mayEdit && <OpenInvitations />}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
      {editing && <MemberDialog member={editing} onClose={() => setEditing(null)} />}
    </Page>
  );
}
