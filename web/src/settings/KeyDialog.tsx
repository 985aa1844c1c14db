import { Button, Checkbox, Modal, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import type { Permission } from "../api/types";
import { useSession } from "../session/session";
import { FormDialog } from "../ui/form/FormDialog";
import formClasses from "../ui/form/form.module.css";
import { SecretOnce } from "../ui/form/SecretOnce";
import { keysQuery } from "./queries";
import { UnitsField } from "./RoleFields";

/** Makes a key with no more permissions than its maker has, and shows its secret once. */
export function KeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { permissions: mine } = useSession();
  const [name, setName] = useState("");
  const [permissions, setPermissions] = useState<Permission[]>(["submit_responses"]);
  const [units, setUnits] = useState<string[]>([]);
  const make = useMutation({
    mutationFn: () =>
      unwrap(api.POST("/api/keys", { body: { name: name.trim(), permissions, units } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keysQuery.queryKey }),
  });
  const problem = make.isError ? asProblem(make.error) : null;

  if (make.data) {
    return (
      <Modal
        opened
        onClose={onClose}
        title={t("settings.keys.made_title", { name })}
        closeButtonProps={{ "aria-label": t("action.close") }}
        closeOnClickOutside={false}
        size={560}
      >
        <SecretOnce secret={make.data.secret} note={t("settings.keys.made_note")} />
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
      title={t("settings.keys.add_title")}
      submitLabel={t("settings.keys.add_submit")}
      pending={make.isPending}
      error={make.error}
      onSubmit={() => make.mutate()}
      disabledReason={permissions.length ? undefined : t("settings.keys.permissions")}
      size={560}
    >
      <TextInput
        label={t("field.name")}
        description={t("settings.keys.name_help")}
        required
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={problem?.forField("name")}
      />
      <Checkbox.Group
        label={t("settings.keys.permissions")}
        value={permissions}
        onChange={(next) => setPermissions(next as Permission[])}
        error={problem?.forField("permissions")}
      >
        <Stack gap={8} mt={8}>
          {mine.map((each) => (
            <Checkbox key={each} value={each} label={t(`settings.permission.${each}`)} />
          ))}
        </Stack>
      </Checkbox.Group>
      <UnitsField units={units} onChange={setUnits} />
    </FormDialog>
  );
}
