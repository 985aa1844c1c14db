import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import type { Role } from "../api/types";
import { FormDialog } from "../ui/form/FormDialog";
import formClasses from "../ui/form/form.module.css";
import { SecretOnce } from "../ui/form/SecretOnce";
import { invitationsQuery } from "./queries";
import { RoleFields } from "./RoleFields";

/** Invites by a link that the inviter hands over; Koe sends no mail for it. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [units, setUnits] = useState<string[]>([]);
  const invite = useMutation({
    mutationFn: () =>
      unwrap(api.POST("/api/invitations", { body: { email: email.trim(), role, units } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  });
  const problem = invite.isError ? asProblem(invite.error) : null;

  if (invite.data) {
    return (
      <Modal
        opened
        onClose={onClose}
        title={t("settings.members.link_title", { email })}
        closeButtonProps={{ "aria-label": t("action.close") }}
        closeOnClickOutside={false}
        size={560}
      >
        <SecretOnce
          secret={new URL(invite.data.link, window.location.origin).toString()}
          note={t("settings.members.link_note")}
        />
        <div className={formClasses.buttons}>
          <Button onClick={onClose}>{t("action.close")}</Button>
        </div>
      </Modal>
    );
  }
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("settings.members.invite_title")}
      submitLabel={t("settings.members.invite_submit")}
      pending={invite.isPending}
      error={invite.error}
      onSubmit={() => invite.mutate()}
    >
      <TextInput
        type="email"
        label={t("field.email")}
        required
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={problem?.forField("email")}
      />
      <RoleFields
        role={role}
        units={units}
        onChange={(next) => {
          if (next.role) setRole(next.role);
          if (next.units) setUnits(next.units);
        }}
      />
    </FormDialog>
  );
}
