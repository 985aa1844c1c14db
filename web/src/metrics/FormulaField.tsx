import { MultiSelect, NumberInput, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../api/problem";
import type { FormulaProblem, Metric } from "../api/types";
import { fieldName } from "../filters/fields";
import { fieldsQuery } from "../filters/queries";
import { localized, useLanguage } from "../i18n/language";
import formClasses from "../ui/form/form.module.css";
import { Score } from "../ui/score/Score";
import { type MetricForm, nameOf, sourceKey, toMetric } from "./definition";
import classes from "./formula.module.css";
import { FUNCTIONS, freeName, namesIn, quoted, withCall, withName } from "./formulaText";
import { metricsQuery, metricTrialQuery } from "./queries";
import { scaleOf } from "./question";

interface FormulaFieldProps {
  form: MetricForm;
  /** The metric that is edited, which cannot rest on itself. */
  metric: Metric | null;
  onChange: (next: Partial<MetricForm>) => void;
}

/** A written formula: its names and what they stand for, its text, and what it gives. */
export function FormulaField({ form, metric, onChange }: FormulaFieldProps) {
  const { t } = useTranslation();
  const area = useRef<HTMLTextAreaElement>(null);
  const operands = useOperands(form, onChange);
  const used = namesIn(form.text);
  const names = operands.map((operand) => operand.name);
  const insert = (put: (text: string, caret: number) => { text: string; caret: number }) => {
    const next = put(form.text, area.current?.selectionStart ?? form.text.length);
    onChange({ text: next.text });
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(next.caret, next.caret);
    });
  };

  return (
    <>
      {form.kind === "of_metrics" && (
        <MetricsField form={form} metric={metric} onChange={onChange} />
      )}
      {operands.length > 0 && (
        <ul className={classes.operands} aria-label={t("metrics.formula.names")}>
          {operands.map((operand) => (
            <li key={operand.key} className={classes.operand}>
              <TextInput
                size="xs"
                aria-label={t("metrics.formula.name_of", { label: operand.label })}
                className={classes.name}
                value={operand.name}
                onChange={(event) => operand.rename(event.currentTarget.value)}
                onBlur={() => operand.name.trim() || operand.rename(operand.wish)}
              />
              <span className={classes.label}>{operand.label}</span>
              <button
                type="button"
                className={classes.insert}
                data-used={used.has(operand.name) || undefined}
                onClick={() => insert((text, caret) => withName(text, operand.name, caret))}
              >
                {t("metrics.formula.insert", { name: quoted(operand.name) })}
              </button>
            </li>
          ))}
        </ul>
      )}
      {operands.length > 0 && (
        <ul className={classes.functions} aria-label={t("metrics.formula.functions")}>
          {FUNCTIONS.map((called) => (
            <li key={called}>
              <button
                type="button"
                className={classes.insert}
                onClick={() => insert((text, caret) => withCall(text, called, names, caret))}
              >
                {called}()
              </button>
              <span className={classes.label}>{t(`metrics.formula.function.${called}`)}</span>
            </li>
          ))}
        </ul>
      )}
      <Textarea
        ref={area}
        label={t("metrics.formula.text")}
        description={t("metrics.formula.text_help")}
        value={form.text}
        onChange={(event) => onChange({ text: event.currentTarget.value })}
        classNames={{ input: classes.text ?? "" }}
        autosize
        minRows={2}
        maxRows={6}
        spellCheck={false}
        autoCapitalize="off"
      />
      <Outcome form={form} metric={metric} />
      <div className={formClasses.pair}>
        {(["min", "max"] as const).map((end) => (
          <NumberInput
            key={end}
            label={t("field.noted", {
              label: t(`metrics.formula.axis_${end}`),
              note: t("field.optional"),
            })}
            value={form.axis[end] ?? ""}
            allowDecimal={false}
            hideControls
            onChange={(value) =>
              onChange({ axis: { ...form.axis, [end]: typeof value === "number" ? value : null } })
            }
          />
        ))}
      </div>
    </>
  );
}

interface NamedOperand {
  key: string;
  name: string;
  /** What it is called when nobody says otherwise. */
  wish: string;
  label: string;
  rename: (name: string) => void;
}

/** What the formula may name: the chosen questions and fields, or the chosen metrics. */
function useOperands(
  form: MetricForm,
  onChange: (next: Partial<MetricForm>) => void,
): NamedOperand[] {
  const language = useLanguage();
  const { data: fields } = useQuery(fieldsQuery);
  const { data: metrics } = useQuery(metricsQuery);
  if (form.kind === "of_metrics") {
    return form.metrics.map((operand) => ({
      key: operand.metric,
      name: operand.name,
      wish: "m",
      label: localized(
        metrics?.find((each) => each.id === operand.metric)?.name,
        language,
        operand.metric,
      ),
      rename: (name) =>
        onChange({
          metrics: form.metrics.map((each) =>
            each.metric === operand.metric ? { ...each, name } : each,
          ),
        }),
    }));
  }
  return form.sources.map((key) => {
    const field = fields?.find((each) => sourceKey(each) === key);
    return {
      key,
      name: nameOf(form, key),
      wish: field?.field ?? "q",
      label: field
        ? `${fieldName(field, language)} · ${localized(field.stream_name, language, field.stream)}`
        : key,
      rename: (name) => onChange({ names: { ...form.names, [key]: name } }),
    };
  });
}

function MetricsField({ form, metric, onChange }: FormulaFieldProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: metrics } = useQuery(metricsQuery);
  const offered = (metrics ?? []).filter(
    (each) =>
      each.id !== metric?.id &&
      (!each.archived || form.metrics.some((chosen) => chosen.metric === each.id)),
  );
  const choose = (ids: string[]) => {
    const kept = form.metrics.filter((each) => ids.includes(each.metric));
    for (const id of ids) {
      if (kept.some((each) => each.metric === id)) continue;
      const kind = offered.find((each) => each.id === id)?.definition.formula.kind ?? "m";
      const wish = kind.startsWith("of_") ? "m" : kind.replace("_box", "");
      kept.push({ metric: id, name: freeName(wish, new Set(kept.map((each) => each.name))) });
    }
    onChange({ metrics: kept });
  };
  return (
    <MultiSelect
      label={t("metrics.formula.metrics")}
      description={t("metrics.formula.metrics_help")}
      data={offered.map((each) => ({
        value: each.id,
        label: localized(each.name, language, each.id),
      }))}
      value={form.metrics.map((each) => each.metric)}
      onChange={choose}
      searchable
      limit={200}
      nothingFoundMessage={t("metrics.formula.no_metrics")}
    />
  );
}

/** The value of the formula over all answers, or what is wrong with it. */
function Outcome({ form, metric }: { form: MetricForm; metric: Metric | null }) {
  const { t } = useTranslation();
  const body = { definition: toMetric(form).definition, metric: metric?.id ?? null };
  const [asked] = useDebouncedValue(JSON.stringify(body), 350);
  const trial = useQuery({ ...metricTrialQuery(asked), enabled: form.text.trim() !== "" });
  if (form.text.trim() === "") return null;
  const { problem, score, note } = trial.data ?? {};
  const refused = trial.isError ? asProblem(trial.error) : null;
  return (
    <div
      className={classes.outcome}
      role="status"
      data-stale={trial.isPlaceholderData || undefined}
    >
      {problem ? (
        <Wrong problem={problem} text={form.text} />
      ) : refused ? (
        <p className={classes.wrong}>
          {refused.forField("mixes_programmes")
            ? t("metrics.formula.mixed")
            : refused.fields[0]?.message || t("state.error_title")}
        </p>
      ) : score ? (
        <>
          <span className={classes.outcomeLabel}>{t("metrics.formula.now")}</span>
          <Score
            name={t("metrics.formula.now")}
            score={score}
            scale={scaleOf({
              definition: toMetric(form).definition,
              target: form.target,
            })}
          />
          {note && <span className={classes.source}>{note.interval_source}</span>}
        </>
      ) : null}
    </div>
  );
}

function Wrong({ problem, text }: { problem: FormulaProblem; text: string }) {
  const { t, i18n } = useTranslation();
  const signs = [...text];
  const key = `metrics.formula.problem.${problem.code}`;
  const found = problem.found ?? "";
  return (
    <>
      <p className={classes.wrong}>
        {i18n.exists(key) ? t(key as "metrics.formula.problem.empty", { found }) : problem.message}
      </p>
      <code className={classes.shown} aria-hidden="true">
        {signs.slice(0, problem.position).join("")}
        <mark>{signs[problem.position] ?? "\u00a0"}</mark>
        {signs.slice(problem.position + 1).join("")}
      </code>
    </>
  );
}
