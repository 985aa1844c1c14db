import { MultiSelect, NumberInput, Select, Switch, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import type { Components, FieldInfo, Formula, Metric } from "../api/types";
import { fieldName } from "../filters/fields";
import { fieldsQuery } from "../filters/queries";
import { localized, useLanguage } from "../i18n/language";
import { FormDialog } from "../ui/form/FormDialog";
import formClasses from "../ui/form/form.module.css";
import { LocalizedTextField } from "../ui/form/LocalizedTextField";
import { toastDone } from "../ui/toast";
import {
  emptyForm,
  FORMULAS,
  formOf,
  type MetricForm,
  partsOf,
  readValues,
  sourceKey,
  toMetric,
} from "./definition";
import { FormulaField } from "./FormulaField";
import { metricsQuery } from "./queries";

interface MetricDialogProps {
  /** Absent: a new one. */
  metric: Metric | null;
  onClose: () => void;
  onSaved?: (metric: Metric) => void;
}

/** Defines what is measured, over which questions or fields. */
export function MetricDialog({ metric, onClose, onSaved }: MetricDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [form, setForm] = useState<MetricForm>(metric ? formOf(metric) : emptyForm());
  const set = (next: Partial<MetricForm>) => setForm((current) => ({ ...current, ...next }));
  const parts = partsOf(form.kind);
  const save = useMutation({
    mutationFn: async () => {
      // The document leaves the formula's keys open; `Formula` spells them out.
      const body = toMetric(form) as unknown as Components["NewMetric"];
      const saved = metric
        ? await unwrap(
            api.PATCH("/api/metrics/{id}", { params: { path: { id: metric.id } }, body }),
          )
        : await unwrap(api.POST("/api/metrics", { body }));
      return saved as Metric;
    },
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: metricsQuery.queryKey });
      toastDone(t("state.saved"));
      onSaved?.(saved);
      onClose();
    },
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const mixed = problem?.forField("mixes_programmes");

  return (
    <FormDialog
      opened
      onClose={onClose}
      title={metric ? t("metrics.edit") : t("metrics.add")}
      submitLabel={metric ? t("action.save") : t("action.create")}
      pending={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      disabledReason={missing(form, t)}
      size={600}
    >
      <LocalizedTextField
        label={t("field.name")}
        value={form.name}
        onChange={(name) => set({ name })}
        error={problem?.forField("name")}
      />
      <Select
        label={t("metrics.form.kind")}
        description={t(`metrics.form.kind_help.${form.kind}`)}
        data={FORMULAS.map((kind) => ({ value: kind, label: t(`metrics.form.kinds.${kind}`) }))}
        value={form.kind}
        onChange={(kind) => kind && set({ kind: kind as Formula["kind"] })}
      />
      {form.kind !== "of_metrics" && (
        <SourcesField
          written={parts.written}
          sources={form.sources}
          onChange={(sources) => set({ sources })}
          error={problem?.forField("sources")}
        />
      )}
      {parts.written && <FormulaField form={form} metric={metric} onChange={set} />}
      {(parts.scale || parts.boxes) && (
        <div className={formClasses.pair}>
          {parts.scale && (
            <>
              <NumberInput
                label={t("metrics.form.min")}
                value={form.min}
                allowDecimal={false}
                onChange={(min) => typeof min === "number" && set({ min })}
              />
              <NumberInput
                label={t("metrics.form.max")}
                value={form.max}
                allowDecimal={false}
                onChange={(max) => typeof max === "number" && set({ max })}
                error={problem?.forField("scale")}
              />
            </>
          )}
          {parts.boxes && (
            <NumberInput
              label={t("metrics.form.boxes")}
              value={form.boxes}
              min={1}
              allowDecimal={false}
              onChange={(boxes) => typeof boxes === "number" && set({ boxes })}
              error={problem?.forField("top") ?? problem?.forField("k")}
            />
          )}
        </div>
      )}
      {parts.values && (
        <TextInput
          label={t("metrics.form.values")}
          description={t("metrics.form.values_help")}
          value={form.values}
          onChange={(event) => set({ values: event.currentTarget.value })}
          error={problem?.forField("values")}
        />
      )}
      {parts.direction && (
        <Switch
          label={t("metrics.form.lower")}
          checked={form.lowerIsBetter}
          onChange={(event) => set({ lowerIsBetter: event.currentTarget.checked })}
        />
      )}
      <NumberInput
        label={t("field.noted", { label: t("metrics.form.target"), note: t("field.optional") })}
        value={form.target ?? ""}
        onChange={(target) => set({ target: typeof target === "number" ? target : null })}
        error={problem?.forField("target")}
        hideControls
      />
      {(mixed || form.mixesProgrammes) && (
        <Switch
          label={t("metrics.form.mixes")}
          description={t("metrics.form.mixes_help")}
          checked={form.mixesProgrammes}
          onChange={(event) => set({ mixesProgrammes: event.currentTarget.checked })}
          error={form.mixesProgrammes ? undefined : mixed}
        />
      )}
    </FormDialog>
  );
}

function missing(form: MetricForm, t: TFunction): string | undefined {
  if (Object.keys(form.name).length === 0) return t("metrics.form.name_missing");
  if (partsOf(form.kind).written) {
    return form.text.trim() === "" ? t("metrics.formula.text_missing") : undefined;
  }
  if (form.sources.length === 0) return t("metrics.form.sources_missing");
  if (form.kind === "share" && !readValues(form.values)) return t("metrics.form.values_help");
  return undefined;
}

function SourcesField({
  written,
  sources,
  onChange,
  error,
}: {
  /** For a written formula, in which each has a name. */
  written: boolean;
  sources: string[];
  onChange: (sources: string[]) => void;
  error?: string | undefined;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: fields } = useQuery(fieldsQuery);
  const byStream = new Map<string, FieldInfo[]>();
  for (const field of fields ?? []) {
    // A code is a word, and a date a day: neither is a number to calculate with.
    if (field.kind === "date" || field.kind === "code") continue;
    byStream.set(field.stream, [...(byStream.get(field.stream) ?? []), field]);
  }
  return (
    <MultiSelect
      label={t("metrics.form.sources")}
      description={t(written ? "metrics.formula.sources_help" : "metrics.form.sources_help")}
      data={[...byStream].map(([stream, ofStream]) => ({
        group: localized(ofStream[0]?.stream_name, language, stream),
        items: ofStream.map((field) => ({
          value: sourceKey(field),
          label: fieldName(field, language),
        })),
      }))}
      value={sources}
      onChange={onChange}
      searchable
      limit={200}
      error={error}
      nothingFoundMessage={t("metrics.form.no_fields")}
    />
  );
}
