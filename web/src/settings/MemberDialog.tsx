import { Switch } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import type { Member } from "../api/types";
import { useSession } from "../session/session";
import { FormDialog } from "../ui/form/FormDialog";
import { toastDone } from "../ui/toast";
import { membersQuery } from "./queries";
import { RoleFields } from "./RoleFields";

/** Changes what a member may do and see, or refuses their sign-in. */
export function MemberDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { member: me } = useSession();
  const [form, setForm] = useState({
    role: member.role,
    units: member.units,
    disabled: member.disabled,
  });
  const save = useMutation({
    mutationFn: () =>
      unwrap(api.PATCH("/api/members/{id}", { params: { path: { id: member.id } }, body: form })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: membersQuery.queryKey });
      toastDone(t("state.saved"));
      onClose();
    },
  });
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("settings.members.edit", { name: member.name })}
      submitLabel={t("action.save")}
      pending={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
    >
      <RoleFields
        role={form.role}
        units={form.units}
        onChange={(next) => setForm((current) => ({ ...current, ...next }))}
      />
      {member.id !== me.id && (
        <Switch
          label={t("settings.members.disable")}
          checked={form.disabled}
          onChange={(event) => {
            const { checked } = event.currentTarget;
            setForm((current) => ({ ...current, disabled: checked }));
          }}
        />
      )}
    </FormDialog>
  );
}
