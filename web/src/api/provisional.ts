/**
 * The shapes of the API written by hand from its plan, in the form the generator
 * gives (`paths`). It is replaced as a whole by `schema.gen.ts`.
 */
import type { LocalizedText } from "../i18n/language";
import type { ScoreValue } from "../ui/score/model";

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export type Role = "owner" | "admin" | "analyst" | "manager" | "agent" | "viewer";

export type Permission =
  | "read_results"
  | "read_people"
  | "edit_people"
  | "edit_surveys"
  | "edit_responses"
  | "submit_responses"
  | "import_data"
  | "export_data"
  | "edit_touchpoints"
  | "edit_metrics"
  | "edit_organisation"
  | "edit_members"
  | "edit_keys"
  | "read_audit";

export interface SessionView {
  member: Member;
  organisation: Organisation;
  permissions: Permission[];
}

export interface Unit {
  id: string;
  code: string;
  name: LocalizedText;
  /** `company`, `division`, `region`, `store`, `team`, or the organisation's own word. */
  kind: string;
  parent_id: string | null;
  /** From the top that may be seen to the unit itself. */
  path: string[];
  valid_from: string | null;
  valid_to: string | null;
}

export interface UnitImport {
  added: number;
  changed: number;
  moved: number;
  unchanged: number;
  errors: { line: number | null; field: string; message: string }[];
  written: boolean;
}

export interface UnitChange {
  code?: string;
  name?: LocalizedText;
  kind?: string;
  /** Puts it elsewhere from a day on; what was before stays as it was. */
  move?: { parent_id: string | null; from: string };
  valid_from?: string | null;
  valid_to?: string | null;
}

export interface Member {
  id: string;
  name: string;
  email: string;
  role: Role;
  units: string[];
  language: string;
  disabled: boolean;
}

export interface Invitation {
  id: string;
  email: string;
  role: Role;
  units: string[];
  created_at: string;
  expires_at: string;
}

export interface InvitationMade extends Invitation {
  link: string;
}

export interface ApiKey {
  id: string;
  name: string;
  /** First characters, to recognise it by. */
  hint: string;
  permissions: Permission[];
  units: string[];
  created_at: string;
  last_used_at: string | null;
}

export interface ApiKeyMade extends ApiKey {
  /** Shown once. */
  secret: string;
}

export interface AuditEntry {
  id: string;
  at: string;
  actor: string;
  actor_name: string | null;
  action: string;
  subject: string;
  subject_name: string | null;
  detail: Record<string, unknown> | null;
}

export interface Organisation {
  id: string;
  name: string;
  language: string;
  time_zone: string;
  fiscal_year_start: number;
  privacy: Privacy;
}

export interface Privacy {
  purpose: LocalizedText;
  controller: LocalizedText;
  policy_url: string | null;
  retention_days: number | null;
}

export type Channel =
  | "web"
  | "app"
  | "store"
  | "call"
  | "email"
  | "chat"
  | "delivery"
  | "social"
  | "face_to_face"
  | "product"
  | "advertising"
  | "post"
  | "other";

export type StageName =
  | "need_recognition"
  | "need"
  | "research"
  | "selection"
  | "purchase"
  | "first_use"
  | "use_and_support"
  | "promote_or_criticise"
  | "renewal"
  | "disposal_or_reuse"
  | "next_purchase";

export interface Touchpoint {
  id: string;
  code: string;
  name: LocalizedText;
  channel: Channel;
  stage: StageName;
  experience: "direct" | "indirect";
  owner_unit_id: string | null;
  archived: boolean;
}

export interface Offering {
  id: string;
  code: string;
  name: LocalizedText;
  kind: string;
  archived: boolean;
}

export interface Stage {
  stage: StageName;
  half: "purchase" | "ownership";
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

interface Drop {
  parameters: { query?: never; header?: never; path?: never; cookie?: never };
  requestBody?: never;
  responses: Answers<undefined>;
}

interface DropAt<P> {
  parameters: { query?: never; header?: never; path: P; cookie?: never };
  requestBody?: never;
  responses: Answers<undefined>;
}

type Paging = { limit?: number; cursor?: string };
type Id = { id: string };

export interface paths {
  "/api/session": {
    get: ReadAll<SessionView>;
    post: Write<{ email: string; password: string }, SessionView>;
    delete: Drop;
  };
  "/api/invitations": {
    get: ReadAll<Page<Invitation>>;
    post: Write<{ email: string; role: Role; units: string[] }, InvitationMade>;
  };
  "/api/invitations/{id}": { delete: DropAt<Id> };
  "/api/invitations/accept": {
    post: Write<{ token: string; name: string; password: string; language?: string }, SessionView>;
  };
  "/api/organisation": {
    get: ReadAll<Organisation>;
    patch: Write<Partial<Omit<Organisation, "id">>, Organisation>;
  };
  "/api/units": {
    get: ReadAll<Page<Unit>, { as_of?: string }>;
    post: Write<Omit<Unit, "id" | "path">, Unit>;
  };
  "/api/units/import": {
    post: {
      parameters: { query?: { dry_run?: boolean }; header?: never; path?: never; cookie?: never };
      requestBody: { content: { "text/csv": string } };
      responses: Answers<UnitImport>;
    };
  };
  "/api/units/{id}": { patch: WriteAt<UnitChange, Unit, Id> };
  "/api/members": { get: ReadAll<Page<Member>, Paging> };
  "/api/members/{id}": {
    patch: WriteAt<{ role?: Role; units?: string[]; disabled?: boolean }, Member, Id>;
  };
  "/api/keys": {
    get: ReadAll<Page<ApiKey>>;
    post: Write<{ name: string; permissions: Permission[]; units: string[] }, ApiKeyMade>;
  };
  "/api/keys/{id}": { delete: DropAt<Id> };
  "/api/audit": { get: ReadAll<Page<AuditEntry>, Paging> };
  "/api/touchpoints": {
    get: ReadAll<Page<Touchpoint>, Paging>;
    post: Write<Omit<Touchpoint, "id" | "archived">, Touchpoint>;
  };
  "/api/touchpoints/{id}": {
    patch: WriteAt<Partial<Omit<Touchpoint, "id" | "code">>, Touchpoint, Id>;
  };
  "/api/offerings": {
    get: ReadAll<Page<Offering>, Paging>;
    post: Write<Omit<Offering, "id" | "archived">, Offering>;
  };
  "/api/offerings/{id}": {
    patch: WriteAt<Partial<Omit<Offering, "id" | "code">>, Offering, Id>;
  };
  "/api/stages": { get: ReadAll<Page<Stage>> };
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
