/**
 * The shapes of operations that the API document does not have yet, in the form
 * the generator gives (`paths`). An operation that arrives there leaves here.
 */
import type { LocalizedText } from "../i18n/language";

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface TimelineEntry {
  id: string;
  at: string;
  /** `survey`, `orders`, `contacts`, `contracts`, `other`. */
  kind: string;
  /** Survey or stream. */
  stream: string;
  /** Title of the survey by language; empty for other streams. */
  title: LocalizedText;
  touchpoint_id?: string | null;
  channel?: string | null;
  unit_id?: string | null;
  /** Coded values by field. */
  values: Record<string, unknown>;
  voices: { field: string; text: string }[];
}

type Json<T> = { headers: Record<string, unknown>; content: { "application/json": T } };
type Answers<T> = { 200: Json<T> };

interface ReadAt<T, P, Q = Record<string, never>> {
  parameters: { query?: Q; header?: never; path: P; cookie?: never };
  requestBody?: never;
  responses: Answers<T>;
}

type Paging = { limit?: number; cursor?: string };
type Id = { id: string };

export interface paths {
  "/api/customers/{id}/timeline": { get: ReadAt<Page<TimelineEntry>, Id, Paging> };
}
