import { Select, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import type { Channel, StageName, Touchpoint } from "../api/types";
import { localized, useLanguage } from "../i18n/language";
import { UnitSelect } from "../settings/units/UnitSelect";
import { FormDialog } from "../ui/form/FormDialog";
import formClasses from "../ui/form/form.module.css";
import { LocalizedTextField } from "../ui/form/LocalizedTextField";
import { toastDone } from "../ui/toast";
import { CHANNELS, STAGES } from "./model";
import { touchpointsQuery } from "./queries";

interface TouchpointDialogProps {
  /** Absent: a new one. */
  touchpoint: Touchpoint | null;
  /** Where a new one begins. */
  stage?: StageName | undefined;
  onClose: () => void;
}

export function TouchpointDialog({ touchpoint, stage, onClose }: TouchpointDialogProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const [form, setForm] = useState({
    code: touchpoint?.code ?? "",
    name: touchpoint?.name ?? {},
    channel: touchpoint?.channel ?? ("store" as Channel),
    stage: touchpoint?.stage ?? stage ?? ("use_and_support" as StageName),
    experience: touchpoint?.experience ?? ("direct" as const),
    owner_unit_id: touchpoint?.owner_unit_id ?? null,
    archived: touchpoint?.archived ?? false,
  });
  const set = (next: Partial<typeof form>) => setForm((current) => ({ ...current, ...next }));
  const save = useMutation({
    mutationFn: () => {
      const { code, archived, ...rest } = form;
      return touchpoint
        ? unwrap(
            api.PATCH("/api/touchpoints/{id}", {
              params: { path: { id: touchpoint.id } },
              body: { ...rest, archived },
            }),
          )
        : unwrap(api.POST("/api/touchpoints", { body: { ...rest, code: code.trim() } }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: touchpointsQuery.queryKey });
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
        touchpoint
          ? t("touchpoints.edit", { name: localized(touchpoint.name, language, touchpoint.code) })
          : t("touchpoints.add")
      }
      submitLabel={touchpoint ? t("action.save") : t("action.add")}
      pending={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      size={560}
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
        disabled={Boolean(touchpoint)}
        value={form.code}
        onChange={(event) => set({ code: event.currentTarget.value })}
        error={problem?.forField("code")}
      />
      <div className={formClasses.pair}>
        <Select
          label={t("touchpoints.channel_label")}
          data={CHANNELS.map((each) => ({ value: each, label: t(`touchpoints.channel.${each}`) }))}
          value={form.channel}
          onChange={(channel) => channel && set({ channel: channel as Channel })}
        />
        <Select
          label={t("touchpoints.stage_label")}
          data={STAGES.map((each) => ({ value: each, label: t(`touchpoints.stage.${each}`) }))}
          value={form.stage}
          onChange={(next) => next && set({ stage: next as StageName })}
        />
      </div>
      <Select
        label={t("touchpoints.experience_label")}
        description={t("touchpoints.experience_help")}
        data={(["direct", "indirect"] as const).map((each) => ({
          value: each,
          label: t(`touchpoints.experience.${each}`),
        }))}
        value={form.experience}
        onChange={(next) => next && set({ experience: next as "direct" | "indirect" })}
      />
      <UnitSelect
        label={t("touchpoints.owner")}
        value={form.owner_unit_id}
        onChange={(owner_unit_id) => set({ owner_unit_id })}
        clearable={!touchpoint?.owner_unit_id}
        error={problem?.forField("owner_unit_id")}
      />
      {touchpoint && (
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
