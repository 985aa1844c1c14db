import { Autocomplete, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { asProblem } from "../../api/problem";
import type { Unit } from "../../api/types";
import { today } from "../../format/period";
import { localized, useLanguage } from "../../i18n/language";
import { DayInput } from "../../ui/form/DayInput";
import { FormDialog } from "../../ui/form/FormDialog";
import classes from "../../ui/form/form.module.css";
import { LocalizedTextField } from "../../ui/form/LocalizedTextField";
import { toastDone } from "../../ui/toast";
import { UNIT_KINDS } from "./kinds";
import { unitRows } from "./tree";
import { UnitSelect } from "./UnitSelect";
import { unitsQuery } from "./units";

/** Adds a unit, or changes one; a change of parent takes a date and keeps the past. */
export function UnitDialog({ unit, onClose }: { unit: Unit | null; onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const { data: units } = useQuery(unitsQuery());
  const [form, setForm] = useState({
    code: unit?.code ?? "",
    name: unit?.name ?? {},
    kind: unit?.kind ?? "store",
    parent_id: unit?.parent_id ?? null,
    moved_from: today(),
    valid_from: unit?.valid_from ?? "",
    valid_to: unit?.valid_to ?? "",
  });
  const set = (next: Partial<typeof form>) => setForm((current) => ({ ...current, ...next }));
  const moves = unit !== null && form.parent_id !== unit.parent_id;
  const save = useMutation({
    mutationFn: () => {
      const { parent_id, moved_from, ...rest } = form;
      const body = {
        ...rest,
        code: form.code.trim(),
        kind: form.kind.trim(),
        valid_from: form.valid_from || null,
        valid_to: form.valid_to || null,
      };
      return unit
        ? unwrap(
            api.PATCH("/api/units/{id}", {
              params: { path: { id: unit.id } },
              body: { ...body, ...(moves ? { move: { parent_id, from: moved_from } } : {}) },
            }),
          )
        : unwrap(api.POST("/api/units", { body: { ...body, parent_id } }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["units"] });
      toastDone(t("state.saved"));
      onClose();
    },
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const below = new Set(
    unit
      ? unitRows(units ?? [])
          .filter((row) => row.unit.id === unit.id || row.ancestors.some((a) => a.id === unit.id))
          .map((row) => row.unit.id)
      : [],
  );

  return (
    <FormDialog
      opened
      onClose={onClose}
      title={
        unit
          ? t("settings.units.edit", { name: localized(unit.name, language, unit.code) })
          : t("settings.units.add")
      }
      submitLabel={unit ? t("action.save") : t("action.add")}
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
      <div className={classes.pair}>
        <TextInput
          label={t("field.code")}
          value={form.code}
          required
          onChange={(event) => set({ code: event.currentTarget.value })}
          error={problem?.forField("code")}
        />
        <Autocomplete
          label={t("settings.units.kind")}
          value={form.kind}
          data={[...UNIT_KINDS]}
          renderOption={({ option }) =>
            t(`settings.units.kinds.${option.value as (typeof UNIT_KINDS)[number]}`)
          }
          onChange={(kind) => set({ kind })}
          error={problem?.forField("kind")}
        />
      </div>
      <UnitSelect
        label={t("settings.units.parent")}
        placeholder={t("settings.units.top")}
        value={form.parent_id}
        onChange={(parent_id) => set({ parent_id })}
        clearable
        exclude={below}
        error={problem?.forField("parent_id")}
      />
      {moves && (
        <DayInput
          label={t("settings.units.moved_on")}
          description={t("settings.units.moved_on_help")}
          required
          value={form.moved_from}
          onChange={(moved_from) => set({ moved_from })}
          error={problem?.forField("move.from")}
        />
      )}
      <div className={classes.pair}>
        <DayInput
          label={t("settings.units.valid_from")}
          value={form.valid_from}
          onChange={(valid_from) => set({ valid_from })}
          error={problem?.forField("valid_from")}
        />
        <DayInput
          label={t("settings.units.valid_to")}
          value={form.valid_to}
          onChange={(valid_to) => set({ valid_to })}
          error={problem?.forField("valid_to")}
        />
      </div>
    </FormDialog>
  );
}
