import { Autocomplete, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import type { Offering } from "../api/types";
import { localized, useLanguage } from "../i18n/language";
import { FormDialog } from "../ui/form/FormDialog";
import { LocalizedTextField } from "../ui/form/LocalizedTextField";
import { toastDone } from "../ui/toast";
import { offeringsQuery } from "./queries";

/** The kind of an offering in words; an organisation's own word stays as it is. */
export function useOfferingKind(): (kind: string) => string {
  const { t } = useTranslation();
  return (kind) =>
    kind === "product" || kind === "service" ? t(`touchpoints.offerings.${kind}`) : kind;
}

interface OfferingDialogProps {
  offering: Offering | null;
  onClose: () => void;
}

export function OfferingDialog({ offering, onClose }: OfferingDialogProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const kindName = useOfferingKind();
  const [form, setForm] = useState({
    code: offering?.code ?? "",
    name: offering?.name ?? {},
    kind: offering?.kind ?? "product",
    archived: offering?.archived ?? false,
  });
  const set = (next: Partial<typeof form>) => setForm((current) => ({ ...current, ...next }));
  const save = useMutation({
    mutationFn: () => {
      const { code, archived, ...rest } = form;
      return offering
        ? unwrap(
            api.PATCH("/api/offerings/{id}", {
              params: { path: { id: offering.id } },
              body: { ...rest, archived },
            }),
          )
        : unwrap(api.POST("/api/offerings", { body: { ...rest, code: code.trim() } }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: offeringsQuery.queryKey });
      toastDone(t("state.saved"));
      onClose();
    },
  });
  const problem = save.isError ? asProblem(save.error) : null;

  return (
    <FormDialog
      opened
      onClose={onClose}
      title={
        offering
          ? t("touchpoints.edit", { name: localized(offering.name, language, offering.code) })
          : t("touchpoints.offerings.add")
      }
      submitLabel={offering ? t("action.save") : t("action.add")}
      pending={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
    >
      <LocalizedTextField
        label={t("field.name")}
        value={form.name}
        onChange={(name) => set({ name })}
        error={problem?.forField("name")}
      />
      <TextInput
        label={t("field.code")}
        description={t("touchpoints.code_help")}
        required
        disabled={Boolean(offering)}
        value={form.code}
        onChange={(event) => set({ code: event.currentTarget.value })}
        error={problem?.forField("code")}
      />
      <Autocomplete
        label={t("touchpoints.offerings.kind")}
        data={["product", "service"]}
        renderOption={({ option }) => kindName(option.value)}
        value={form.kind}
        onChange={(kind) => set({ kind })}
        error={problem?.forField("kind")}
      />
      {offering && (
        <Switch
          label={t("touchpoints.archive")}
          description={t("touchpoints.archive_help")}
          checked={form.archived}
          onChange={(event) => set({ archived: event.currentTarget.checked })}
        />
      )}
    </FormDialog>
  );
}
