/** The form of a metric, in the form's own shape, and its way to and from the API. Pure. */
import type { Formula, Metric } from "../api/types";
import type { LocalizedText } from "../i18n/language";

export const FORMULAS = [
  "nps",
  "csat",
  "ces",
  "mean",
  "top_box",
  "bottom_box",
  "share",
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
  mixesProgrammes: boolean;
  target: number | null;
  /** The formula as it came: what the form does not show is kept while the kind stays. */
  original: Formula | null;
}

const SEPARATOR = "\u001f";

export function sourceKey(source: { stream: string; field: string }): string {
  return source.stream + SEPARATOR + source.field;
}

function readSource(key: string): { stream: string; field: string } {
  const [stream = "", field = ""] = key.split(SEPARATOR);
  return { stream, field };
}

/** Which fields of the form a formula has. */
export function partsOf(kind: Formula["kind"]) {
  return {
    scale: kind !== "nps" && kind !== "share",
    boxes: kind === "csat" || kind === "top_box" || kind === "bottom_box",
    values: kind === "share",
    direction: kind !== "nps" && kind !== "csat",
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
    mixesProgrammes: false,
    target: null,
    original: null,
  };
}

export function formOf(metric: Metric): MetricForm {
  const { formula, sources, mixes_programmes } = metric.definition;
  return {
    name: metric.name,
    kind: formula.kind,
    sources: sources.map(sourceKey),
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
  }
}

export function toMetric(form: MetricForm): Pick<Metric, "name" | "definition" | "target"> {
  return {
    name: form.name,
    definition: {
      formula: formulaOf(form),
      sources: form.sources.map(readSource),
      mixes_programmes: form.mixesProgrammes,
    },
    target: form.target,
  };
}
