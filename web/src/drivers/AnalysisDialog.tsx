import { Checkbox, SegmentedControl, Select } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import type { Attribute, DriverAnalysis, DriverDefinition, DriverProposal } from "../api/types";
import { attributeDimensions, attributeOf } from "../filters/attributes";
import { useDimensionName } from "../filters/names";
import { operationalDimensions, operationalOf } from "../filters/operational";
import { attributesQuery, fieldsQuery, streamsQuery } from "../filters/queries";
import { type LocalizedText, localized, useLanguage } from "../i18n/language";
import { FormDialog } from "../ui/form/FormDialog";
import { LocalizedTextField } from "../ui/form/LocalizedTextField";
import { toastDone } from "../ui/toast";
import classes from "./drivers.module.css";
import { analysesQuery } from "./queries";

interface AnalysisDialogProps {
  /** Absent: a new one. */
  analysis: DriverAnalysis | null;
  proposals: DriverProposal[];
  onClose: () => void;
  onSaved: (saved: DriverAnalysis) => void;
}

const keyOf = (definition: DriverDefinition) =>
  `${definition.stream} ${JSON.stringify(definition.outcome)}`;

/** Two choices make an analysis: what is to be explained, and what may explain it. */
export function AnalysisDialog({ analysis, proposals, onClose, onSaved }: AnalysisDialogProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const [key, setKey] = useState(
    analysis ? keyOf(analysis.definition) : proposals[0] ? keyOf(proposals[0].definition) : null,
  );
  const proposal = proposals.find((each) => keyOf(each.definition) === key);
  const [definition, setDefinition] = useState<DriverDefinition | undefined>(
    analysis?.definition ?? proposal?.definition,
  );
  const [name, setName] = useState<LocalizedText>(analysis?.name ?? {});
  const choose = (next: string | null) => {
    const chosen = proposals.find((each) => keyOf(each.definition) === next);
    if (!chosen) return;
    setKey(next);
    setDefinition(chosen.definition);
  };
  const change = (next: Partial<DriverDefinition>) =>
    setDefinition((current) => current && { ...current, ...next });
  const save = useMutation({
    mutationFn: async () => {
      if (!definition) throw new Error("nothing was chosen");
      return analysis
        ? unwrap(
            api.PATCH("/api/drivers/{id}", {
              params: { path: { id: analysis.id } },
              body: { name, definition },
            }),
          )
        : unwrap(api.POST("/api/drivers", { body: { name: proposal?.name ?? {}, definition } }));
    },
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: analysesQuery.queryKey });
      toastDone(t("state.saved"));
      onSaved(saved);
      onClose();
    },
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const refused = problem?.fields.find((each) => each.field.startsWith("definition"));

  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t(analysis ? "drivers.edit" : "drivers.add")}
      submitLabel={t(analysis ? "action.save" : "drivers.analyse")}
      pending={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      disabledReason={
        definition && definition.drivers.length > 0 ? undefined : t("drivers.form.choose_driver")
      }
      size={600}
    >
      {analysis ? (
        <LocalizedTextField
          label={t("field.name")}
          value={name}
          onChange={setName}
          error={problem?.forField("name")}
        />
      ) : (
        <Select
          label={t("drivers.form.outcome")}
          data={proposals.map((each) => ({
            value: keyOf(each.definition),
            label: t("drivers.form.outcome_of", {
              outcome: localized(each.outcome, language, ""),
              survey: localized(each.stream_name, language, each.definition.stream),
            }),
          }))}
          value={key}
          onChange={choose}
          allowDeselect={false}
        />
      )}
      {definition && (
        <DriverChoice
          definition={definition}
          proposal={proposal}
          error={refused?.message}
          onChange={(drivers) => change({ drivers })}
        />
      )}
      {analysis && definition && (
        <>
          <div>
            <p className={classes.fieldLabel}>{t("drivers.form.method")}</p>
            <SegmentedControl
              aria-label={t("drivers.form.method")}
              value={definition.method ?? "shapley"}
              onChange={(method) => change({ method: method as "shapley" | "johnson" })}
              data={[
                { value: "shapley", label: t("drivers.method.shapley") },
                { value: "johnson", label: t("drivers.method.johnson") },
              ]}
            />
            <p className={classes.help}>
              {t(`drivers.form.method_${definition.method ?? "shapley"}`)}
            </p>
          </div>
          <div>
            <p className={classes.fieldLabel}>{t("drivers.form.missing")}</p>
            <SegmentedControl
              aria-label={t("drivers.form.missing")}
              value={definition.missing ?? "listwise"}
              onChange={(missing) => change({ missing: missing as "listwise" | "pairwise" })}
              data={[
                { value: "listwise", label: t("drivers.form.listwise") },
                { value: "pairwise", label: t("drivers.form.pairwise") },
              ]}
            />
            <p className={classes.help}>
              {t(`drivers.form.missing_${definition.missing ?? "listwise"}`)}
            </p>
          </div>
        </>
      )}
    </FormDialog>
  );
}

/** Numbers that are known of customers, or that they did before. */
function ofPeople(attributes: readonly Attribute[], operational: readonly string[]): string[] {
  const numbers = attributes.filter((each) => each.kind === "number");
  return [
    ...operational.filter((each) => operationalOf(each)?.tells !== "last"),
    ...attributeDimensions(numbers).filter((each) => attributeOf(each) !== null),
  ];
}

function DriverChoice({
  definition,
  proposal,
  error,
  onChange,
}: {
  definition: DriverDefinition;
  proposal: DriverProposal | undefined;
  error: string | undefined;
  onChange: (drivers: string[]) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const dimensionName = useDimensionName();
  const { data: fields } = useQuery(fieldsQuery);
  const { data: attributes } = useQuery(attributesQuery);
  const { data: streams } = useQuery(streamsQuery);
  const own = (fields ?? []).filter((each) => each.stream === definition.stream);
  const confidential = own.some((each) => each.confidential);
  const candidates = proposal?.candidates ?? [];
  const asked = [
    ...candidates.map((each) => each.driver),
    ...definition.drivers.filter(
      (driver) => driver.startsWith("field:") && !candidates.some((each) => each.driver === driver),
    ),
  ];
  const people = confidential
    ? []
    : ofPeople(attributes ?? [], operationalDimensions(streams ?? []));
  const group = (label: string, drivers: string[]) =>
    drivers.length > 0 && (
      <Checkbox.Group
        label={label}
        value={definition.drivers}
        onChange={onChange}
        className={classes.choices}
      >
        <div className={classes.choiceList}>
          {drivers.map((driver) => (
            <Checkbox
              key={driver}
              value={driver}
              label={localized(
                candidates.find((each) => each.driver === driver)?.label,
                language,
                dimensionName(driver),
              )}
            />
          ))}
        </div>
      </Checkbox.Group>
    );
  return (
    <>
      {group(t("drivers.form.drivers"), asked)}
      {people.length > 0 && (
        <details
          className={classes.more}
          open={definition.drivers.some((each) => people.includes(each))}
        >
          <summary>{t("drivers.form.people")}</summary>
          {group(t("drivers.form.people_label"), people)}
        </details>
      )}
      {error && (
        <p className={classes.refused} role="alert">
          {error}
        </p>
      )}
    </>
  );
}
