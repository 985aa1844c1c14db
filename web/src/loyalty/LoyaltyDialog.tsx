import { Select, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import type { LoyaltyAnalysis, LoyaltyDefinition, LoyaltyProposal } from "../api/types";
import { type LocalizedText, localized, useLanguage } from "../i18n/language";
import { FormDialog } from "../ui/form/FormDialog";
import { LocalizedTextField } from "../ui/form/LocalizedTextField";
import { toastDone } from "../ui/toast";
import { loyaltyAnalysesQuery } from "./queries";
import { useHorizon } from "./words";

interface LoyaltyDialogProps {
  /** Absent: a new one. */
  analysis: LoyaltyAnalysis | null;
  proposals: LoyaltyProposal[];
  onClose: () => void;
  onSaved: (saved: LoyaltyAnalysis) => void;
}

const HORIZONS = [90, 180, 365, 730];

/** Which purchases, how far ahead, and by what customers are divided. */
export function LoyaltyDialog({ analysis, proposals, onClose, onSaved }: LoyaltyDialogProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const horizon = useHorizon();
  const queries = useQueryClient();
  const [definition, setDefinition] = useState<LoyaltyDefinition | undefined>(
    analysis?.definition ?? proposals[0]?.definition,
  );
  const [name, setName] = useState<LocalizedText>(analysis?.name ?? {});
  const proposal = proposals.find((each) => each.definition.stream === definition?.stream);
  const change = (next: Partial<LoyaltyDefinition>) =>
    setDefinition((current) => current && { ...current, ...next });
  const save = useMutation({
    mutationFn: async () => {
      if (!definition) throw new Error("nothing was chosen");
      return analysis
        ? unwrap(
            api.PATCH("/api/loyalty/{id}", {
              params: { path: { id: analysis.id } },
              body: { name, definition },
            }),
          )
        : unwrap(api.POST("/api/loyalty", { body: { name: proposal?.name ?? {}, definition } }));
    },
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: loyaltyAnalysesQuery.queryKey });
      toastDone(t("state.saved"));
      onSaved(saved);
      onClose();
    },
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const groups = (proposal?.groups ?? []).map((each) => ({
    value: JSON.stringify(each.group),
    label: localized(each.label, language, ""),
  }));
  const days = definition?.horizon_days ?? 365;
  const grouped = definition?.group ? JSON.stringify(definition.group) : null;
  const chosen = (proposal?.groups ?? []).find((each) =>
    sameGroup(each.group, definition?.group ?? null),
  );
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t(analysis ? "loyalty.edit" : "loyalty.add")}
      submitLabel={t(analysis ? "action.save" : "loyalty.analyse")}
      pending={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
    >
      {analysis && (
        <LocalizedTextField
          label={t("field.name")}
          value={name}
          onChange={setName}
          error={problem?.forField("name")}
        />
      )}
      <Select
        label={t("loyalty.form.stream")}
        data={proposals.map((each) => ({
          value: each.definition.stream,
          label: localized(each.stream_label, language, each.definition.stream),
        }))}
        value={definition?.stream ?? null}
        onChange={(next) => {
          const other = proposals.find((each) => each.definition.stream === next);
          if (other) change({ stream: other.definition.stream, amount: other.definition.amount });
        }}
        error={problem?.forField("definition.stream")}
        allowDeselect={false}
      />
      <Select
        label={t("loyalty.form.amount")}
        data={(proposal?.amounts ?? []).map((each) => ({
          value: each.key,
          label: localized(each.label, language, each.key),
        }))}
        value={definition?.amount ?? null}
        onChange={(next) => next && change({ amount: next })}
        error={problem?.forField("definition.amount")}
        allowDeselect={false}
      />
      <Select
        label={t("loyalty.form.horizon")}
        data={[...new Set([...HORIZONS, days])].map((each) => ({
          value: String(each),
          label: horizon(each),
        }))}
        value={String(days)}
        onChange={(next) => next && change({ horizon_days: Number(next) })}
        error={problem?.forField("definition.horizon_days")}
        allowDeselect={false}
      />
      <Select
        label={t("loyalty.form.group")}
        description={t("loyalty.form.group_help")}
        data={groups}
        value={chosen ? JSON.stringify(chosen.group) : grouped}
        onChange={(next) => change({ group: next ? JSON.parse(next) : null })}
        error={problem?.fields.find((each) => each.field.startsWith("definition.group"))?.message}
        clearable
        clearButtonProps={{ "aria-label": t("loyalty.form.no_group") }}
      />
      <TextInput
        type="date"
        label={t("loyalty.form.until")}
        description={t("loyalty.form.until_help")}
        value={definition?.until ?? ""}
        onChange={(event) => change({ until: event.currentTarget.value || null })}
        error={problem?.forField("definition.until")}
      />
    </FormDialog>
  );
}

type Grouping = LoyaltyDefinition["group"] | null;

/** Whether two divisions are the same, in whichever order their parts are written. */
function sameGroup(one: Grouping, other: Grouping): boolean {
  if (!one || !other || one.kind !== other.kind) return false;
  if (one.kind === "nps" && other.kind === "nps") {
    return one.stream === other.stream && one.field === other.field;
  }
  return one.kind === "attribute" && other.kind === "attribute" && one.key === other.key;
}
