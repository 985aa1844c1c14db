import { Radio, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import type { Customer } from "../api/types";
import { FormDialog } from "../ui/form/FormDialog";
import { toastDone } from "../ui/toast";
import { customersQuery } from "./queries";

interface MergeDialogProps {
  /** The one who stays. */
  customer: Customer;
  onClose: () => void;
}

/** Says that two customers are one person. The records of both stay; it cannot be undone. */
export function MergeDialog({ customer, onClose }: MergeDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const [wanted] = useDebouncedValue(text.trim(), 200);
  const [chosen, setChosen] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const found = useInfiniteQuery({ ...customersQuery(wanted), enabled: wanted.length > 0 });
  const candidates = (found.data?.pages[0]?.items ?? [])
    .filter((each) => each.id !== customer.id)
    .slice(0, 6);
  const word = t("customers.merge_word");
  const merge = useMutation({
    mutationFn: (other: string) =>
      unwrap(
        api.POST("/api/customers/{id}/merge", {
          params: { path: { id: customer.id } },
          body: { customer_id: other },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["customers"] });
      toastDone(t("customers.merged"));
      onClose();
    },
  });
  const reason = !chosen
    ? t("customers.merge_choose")
    : typed.trim() === word
      ? undefined
      : t("confirm.type_to_confirm", { word });

  return (
    <FormDialog
      opened
      danger
      onClose={onClose}
      title={t("customers.merge_title", { name: customer.name ?? t("customers.unnamed") })}
      submitLabel={t("customers.merge")}
      pending={merge.isPending}
      error={merge.error}
      disabledReason={reason}
      onSubmit={() => chosen && !reason && merge.mutate(chosen)}
    >
      <Text>{`${t("customers.merge_body")} ${t("confirm.cannot_undo")}`}</Text>
      <TextInput
        type="search"
        label={t("customers.merge_other")}
        placeholder={t("customers.search")}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(null);
        }}
      />
      {candidates.length > 0 && (
        <Radio.Group aria-label={t("customers.merge_other")} value={chosen} onChange={setChosen}>
          <Stack gap={8}>
            {candidates.map((each) => (
              <Radio
                key={each.id}
                value={each.id}
                label={each.name ?? t("customers.unnamed")}
                description={each.identifiers.map((one) => one.value).join(", ")}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
      {chosen && (
        <TextInput
          label={t("confirm.type_to_confirm", { word })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
        />
      )}
    </FormDialog>
  );
}
