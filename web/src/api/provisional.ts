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
  kind: string;
  title: LocalizedText | string | null;
  touchpoint_id: string | null;
  channel: string | null;
  unit_id: string | null;
  values: Record<string, unknown>;
  voices: { id: string; text: string; language: string | null }[];
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
