/**
 * The shapes of operations that the API document does not have yet, in the form
 * the generator gives (`paths`). An operation that arrives there leaves here.
 */
import type { LocalizedText } from "../i18n/language";
import type { ScoreValue } from "../ui/score/model";

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface CustomerHead {
  id: string;
  name: string | null;
  identifiers: { kind: string; value: string }[];
  attributes: Record<string, unknown>;
  last_contact_at: string | null;
}

export interface TimelineEntry {
  id: string;
  at: string;
  kind: string;
  title: LocalizedText | string | null;
  touchpoint_id: string | null;
  channel: string | null;
  unit_id: string | null;
  values: Record<string, unknown>;
  voices: { id: string; text: string; language: string | null }[];
}

export interface Voice {
  id: string;
  record_id: string;
  text: string;
  language: string | null;
  at: string;
  touchpoint_id: string | null;
  channel: string | null;
  unit_id: string | null;
  offering_id: string | null;
  customer_id: string | null;
  source: string | null;
  field: string | null;
  masked: boolean;
  spans: { start: number; end: number; kind: string }[];
}

export interface VoicePage extends Page<Voice> {
  total: number;
  facets: { dimension: string; values: { value: string; label: string; n: number }[] }[];
}

/** A formula and the scale of the answers it counts. */
export interface Formula {
  kind: "nps" | "csat" | "ces" | "top_box" | "bottom_box" | "mean" | "share";
  scale?: { min: number; max: number } | null;
  top?: number;
  k?: number;
  values?: number[];
  good_end?: "high" | "low";
  direction?: "higher_is_better" | "lower_is_better";
}

export interface Metric {
  id: string;
  name: LocalizedText;
  definition: {
    formula: Formula;
    sources: { stream: string; field: string }[];
    mixes_programmes?: boolean;
  };
  target: number | null;
  archived: boolean;
}

/** A field that metrics, splits and filters can use. */
export interface FieldInfo {
  stream: string;
  stream_name: LocalizedText;
  stream_kind: string;
  field: string;
  kind: "integer" | "number" | "code" | "flag" | "date";
  label: LocalizedText;
  values: Record<string, LocalizedText>;
}

export interface MetricQuestion {
  period: { from?: string | null; to?: string | null };
  grain: "none" | "day" | "week" | "month" | "quarter" | "half_year" | "year" | "fiscal_year";
  split: string[];
  filters: { dimension: string; any_of?: string[]; none_of?: string[] }[];
  compare?: "previous_period" | "previous_year" | null;
  units?: "as_then" | "as_now";
}

export interface MetricGroup {
  key: (string | null)[];
  score: ScoreValue;
  points: {
    period: string;
    from: string;
    to: string;
    label_ja: string;
    label_en: string;
    score: ScoreValue;
  }[];
}

export interface MetricAnswer {
  metric: Metric;
  query: { split: string[] };
  results: { total: MetricGroup; groups: MetricGroup[] };
  labels: Record<string, Record<string, LocalizedText>>;
  note: {
    range: number[] | null;
    direction: "higher_is_better" | "lower_is_better";
    interval_source: string;
    asked_at: string;
    confidential: boolean;
  };
}

type Json<T> = { headers: Record<string, unknown>; content: { "application/json": T } };
type Answers<T> = { 200: Json<T> };

interface ReadAt<T, P, Q = Record<string, never>> {
  parameters: { query?: Q; header?: never; path: P; cookie?: never };
  requestBody?: never;
  responses: Answers<T>;
}

interface ReadAll<T, Q = Record<string, never>> {
  parameters: { query?: Q; header?: never; path?: never; cookie?: never };
  requestBody?: never;
  responses: Answers<T>;
}

interface Write<B, T> {
  parameters: { query?: never; header?: never; path?: never; cookie?: never };
  requestBody: { content: { "application/json": B } };
  responses: Answers<T>;
}

interface WriteAt<B, T, P> {
  parameters: { query?: never; header?: never; path: P; cookie?: never };
  requestBody: { content: { "application/json": B } };
  responses: Answers<T>;
}

type Paging = { limit?: number; cursor?: string };
type Id = { id: string };

export interface paths {
  "/api/customers": { get: ReadAll<Page<CustomerHead>, Paging & { q?: string }> };
  "/api/customers/{id}": { get: ReadAt<CustomerHead, Id> };
  "/api/customers/{id}/timeline": { get: ReadAt<Page<TimelineEntry>, Id, Paging> };
  "/api/voices": { get: ReadAll<VoicePage, Paging & Record<string, string | number | undefined>> };
  "/api/metrics": {
    get: ReadAll<Page<Metric>>;
    post: Write<Omit<Metric, "id" | "archived">, Metric>;
  };
  "/api/metrics/{id}": {
    get: ReadAt<Metric, Id>;
    patch: WriteAt<Partial<Omit<Metric, "id">>, Metric, Id>;
  };
  "/api/fields": { get: ReadAll<Page<FieldInfo>> };
  "/api/metrics/{id}/results": { post: WriteAt<MetricQuestion, MetricAnswer, Id> };
}
