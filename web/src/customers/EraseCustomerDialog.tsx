import { Radio, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import type { CustomerDetail, ErasureReason } from "../api/types";
import { paths } from "../paths";
import { useSession } from "../session/session";
import { FormDialog } from "../ui/form/FormDialog";

const REASONS: ErasureReason[] = [
  "request",
  "consent_withdrawn",
  "no_longer_needed",
  "collected_wrongly",
];

interface EraseCustomerDialogProps {
  customer: CustomerDetail;
  onClose: () => void;
}

/** Erases a person for good, and goes to the receipt. */
export function EraseCustomerDialog({ customer, onClose }: EraseCustomerDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { organisation } = useSession();
  const [reason, setReason] = useState<ErasureReason>("request");
  const [typed, setTyped] = useState("");
  const word = t("customers.erase.word");
  const mode = organisation.privacy.erasure ?? "delete";
  const erase = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/customers/{id}/erasure", {
          params: { path: { id: customer.id } },
          body: { reason },
        }),
      ),
    onSuccess: (receipt) => {
      void navigate({ to: paths.erasure(receipt.id) } as never);
      // What the browser still holds of the person goes too.
      queries.removeQueries({ queryKey: ["customers"] });
      queries.removeQueries({ queryKey: ["voices"] });
      void queries.invalidateQueries();
    },
  });
  const ready = typed.trim() === word;

  return (
    <FormDialog
      opened
      danger
      onClose={onClose}
      title={t("customers.erase.title", { name: customer.name ?? t("customers.unnamed") })}
      submitLabel={t("customers.erase.action")}
      pending={erase.isPending}
      error={erase.error}
      disabledReason={ready ? undefined : t("confirm.type_to_confirm", { word })}
      onSubmit={() => ready && erase.mutate()}
    >
      <Text>{`${t(`customers.erase.body_${mode}`)} ${t("confirm.cannot_undo")}`}</Text>
      <Radio.Group
        label={t("customers.erase.reason")}
        value={reason}
        onChange={(next) => setReason(next as ErasureReason)}
      >
        <Stack gap={8} mt={8}>
          {REASONS.map((each) => (
            <Radio key={each} value={each} label={t(`settings.erasure.reasons.${each}`)} />
          ))}
        </Stack>
      </Radio.Group>
      <TextInput
        label={t("confirm.type_to_confirm", { word })}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
      />
    </FormDialog>
  );
}
