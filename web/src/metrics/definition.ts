/** The form of a metric, in the form's own shape, and its way to and from the API. Pure. */
import type { Formula, Metric } from "../api/types";
import type { LocalizedText } from "../i18n/language";
import { namesIn } from "./formulaText";

export const FORMULAS = [
  "nps",
  "csat",
  "ces",
  "mean",
  "top_box",
  "bottom_box",
  "share",
  "of_answers",
  "of_metrics",
] as const satisfies readonly Formula["kind"][];

export interface MetricForm {
  name: LocalizedText;
  kind: Formula["kind"];
  /** `stream field`, as the select holds them. */
  sources: string[];
  min: number;
  max: number;
  /** How many of the best, highest or lowest answers count. */
  boxes: number;
  /** The answers a share counts, as typed: `1, 2`. */
  values: string;
  lowerIsBetter: boolean;
  /** A written formula. */
  text: string;
  /** What a written formula calls its sources, by source key; absent: the field's id. */
  names: Record<string, string>;
  /** The metrics of a formula over metrics. */
  metrics: { metric: string; name: string }[];
  /** Ends of the axis of a written formula. */
  axis: { min: number | null; max: number | null };
  mixesProgrammes: boolean;
  target: number | null;
  /** The formula as it came: what the form does not show is kept while the kind stays. */
  original: Formula | null;
}

const SEPARATOR = "\u001f";

export function sourceKey(source: { stream: string; field: string }): string {
  return source.stream + SEPARATOR + source.field;
}

export function readSource(key: string): { stream: string; field: string } {
  const [stream = "", field = ""] = key.split(SEPARATOR);
  return { stream, field };
}

/** Whether the formula is one that somebody writes. */
export function isWritten(kind: Formula["kind"]): kind is "of_answers" | "of_metrics" {
  return kind === "of_answers" || kind === "of_metrics";
}

/** Which fields of the form a formula has. */
export function partsOf(kind: Formula["kind"]) {
  const written = isWritten(kind);
  return {
    scale: kind !== "nps" && kind !== "share" && !written,
    boxes: kind === "csat" || kind === "top_box" || kind === "bottom_box",
    values: kind === "share",
    direction: kind !== "nps" && kind !== "csat",
    written,
  };
}

export function emptyForm(): MetricForm {
  return {
    name: {},
    kind: "nps",
    sources: [],
    min: 1,
    max: 5,
    boxes: 2,
    values: "",
    lowerIsBetter: false,
    text: "",
    names: {},
    metrics: [],
    axis: { min: null, max: null },
    mixesProgrammes: false,
    target: null,
    original: null,
  };
}

export function formOf(metric: Metric): MetricForm {
  const { formula, sources, metrics, mixes_programmes } = metric.definition;
  const named = sources.flatMap((source) =>
    source.name ? [[sourceKey(source), source.name]] : [],
  );
  return {
    name: metric.name,
    kind: formula.kind,
    sources: sources.map(sourceKey),
    text: formula.text ?? "",
    names: Object.fromEntries(named),
    metrics: [...(metrics ?? [])],
    axis: isWritten(formula.kind)
      ? { min: formula.scale?.min ?? null, max: formula.scale?.max ?? null }
      : { min: null, max: null },
    min: formula.scale?.min ?? 1,
    max: formula.scale?.max ?? 5,
    boxes: formula.top ?? formula.k ?? 2,
    values: formula.values?.join(", ") ?? "",
    lowerIsBetter: formula.direction === "lower_is_better",
    mixesProgrammes: mixes_programmes ?? false,
    target: metric.target ?? null,
    original: formula,
  };
}

/** The answers a share counts; `null` when something typed is not a whole number. */
export function readValues(text: string): number[] | null {
  const parts = text
    .normalize("NFKC")
    .split(/[\s,、]+/)
    .filter(Boolean);
  const values = parts.map(Number);
  return values.length > 0 && values.every(Number.isInteger) ? values : null;
}

export function formulaOf(form: MetricForm): Formula {
  const shown = shownFormula(form);
  return form.original?.kind === form.kind ? { ...form.original, ...shown } : shown;
}

function shownFormula(form: MetricForm): Formula {
  const scale = { min: form.min, max: form.max };
  const direction = form.lowerIsBetter ? "lower_is_better" : "higher_is_better";
  switch (form.kind) {
    case "nps":
      return { kind: "nps" };
    case "csat":
      return { kind: "csat", scale, top: form.boxes };
    case "ces":
    case "mean":
      return { kind: form.kind, scale, direction };
    case "top_box":
    case "bottom_box":
      return { kind: form.kind, scale, k: form.boxes, direction };
    case "share":
      return { kind: "share", values: readValues(form.values) ?? [], direction };
    case "of_answers":
    case "of_metrics": {
      const { min, max } = form.axis;
      const scale = min === null || max === null ? null : { min, max };
      return { kind: form.kind, text: form.text, scale, direction };
    }
  }
}

/** What a written formula calls a source. */
export function nameOf(form: MetricForm, key: string): string {
  return form.names[key] ?? readSource(key).field;
}

/** What a written formula rests on; a name it does not use is left out. */
function operandsOf(form: MetricForm) {
  if (form.kind === "of_metrics") {
    const used = namesIn(form.text);
    return { sources: [], metrics: form.metrics.filter((each) => used.has(each.name)) };
  }
  if (form.kind === "of_answers") {
    const used = namesIn(form.text);
    const sources = form.sources.filter((key) => used.has(nameOf(form, key)));
    return {
      sources: sources.map((key) => {
        const name = form.names[key];
        return { ...readSource(key), ...(name ? { name } : {}) };
      }),
    };
  }
  return { sources: form.sources.map(readSource) };
}

export function toMetric(form: MetricForm): Pick<Metric, "name" | "definition" | "target"> {
  return {
    name: form.name,
    definition: {
      formula: formulaOf(form),
      ...operandsOf(form),
      mixes_programmes: form.mixesProgrammes,
    },
    target: form.target,
  };
}
