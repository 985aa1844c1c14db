/** What the screens make of a line of the audit log: who did what to what, in words. Pure. */
import type { AuditEntry } from "../api/types";
import { paths } from "../paths";

/** What actions begin with: the kind of thing that something was done to. */
export const KINDS = [
  "customer",
  "erasure",
  "retention",
  "voice",
  "response",
  "survey",
  "link",
  "import",
  "metric",
  "touchpoint",
  "offering",
  "account",
  "attribute",
  "stream",
  "unit",
  "member",
  "key",
  "organisation",
] as const;

/** Where a thing is looked at, by the first letters of its id; nothing where it has no screen. */
const PLACES: Record<string, (id: string) => { to: string; search?: Record<string, string> }> = {
  cus: (id) => ({ to: paths.customer(id) }),
  srv: (id) => ({ to: paths.surveyResults(id) }),
  imp: (id) => ({ to: paths.importFile(id) }),
  ers: (id) => ({ to: paths.erasure(id) }),
  rtn: () => ({ to: paths.privacy() }),
  tch: (id) => ({ to: paths.touchpoints(), search: { open: id } }),
  off: (id) => ({ to: paths.offerings(), search: { open: id } }),
  met: (id) => ({ to: paths.metrics(), search: { metric: id } }),
  unt: () => ({ to: paths.units() }),
  mem: () => ({ to: paths.members() }),
  key: () => ({ to: paths.keys() }),
};

/** The screen of what a line is about; none when it is gone or has none. */
export function placeOf(entry: Pick<AuditEntry, "action" | "subject">) {
  const gone = /\.(delete|discard|erase|withdraw_invitation)$/.test(entry.action);
  if (gone && !entry.action.startsWith("customer.erase")) return undefined;
  return entry.action === "customer.erase"
    ? { to: paths.erasure(entry.subject) }
    : PLACES[entry.subject.slice(0, 3)]?.(entry.subject);
}

/** What changed, as the log keeps it: a value, or what it was and what it is. */
export interface Detail {
  name: string;
  from?: unknown;
  to: unknown;
}

/** The log's detail without what only a program reads. */
export function detailsOf(detail: unknown): Detail[] {
  if (!detail || typeof detail !== "object" || Array.isArray(detail)) return [];
  return Object.entries(detail)
    .filter(([name, value]) => SAID.has(name) && value !== null && !isEmpty(value))
    .map(([name, value]) =>
      isChange(value) ? { name, from: value.from, to: value.to } : { name, to: value },
    );
}

const isChange = (value: unknown): value is { from: unknown; to: unknown } =>
  typeof value === "object" && value !== null && "from" in value && "to" in value;

const isEmpty = (value: unknown) =>
  typeof value === "object" &&
  value !== null &&
  Object.keys(value).length === 0 &&
  !Array.isArray(value);

/** Details that have a word of their own; ids and whole documents are left to the API. */
export const DETAILS = [
  "role",
  "units",
  "name",
  "email",
  "password",
  "language",
  "disabled",
  "code",
  "kind",
  "valid_from",
  "valid_to",
  "move",
  "archived",
  "privacy",
  "time_zone",
  "fiscal_year_start",
  "calling_code",
  "permissions",
  "fields",
  "version",
  "links",
  "records",
  "rows",
  "added",
  "changed",
  "moved",
  "corrected",
  "files",
  "days",
  "mode",
  "reason",
  "purpose",
  "granted",
  "voices",
] as const;
export type DetailName = (typeof DETAILS)[number];
const SAID = new Set<string>(DETAILS);

/** A sentence with places for who and what, cut where they stand. */
export function cutSentence(sentence: string): ("who" | "what" | { text: string })[] {
  return sentence
    .split(/(\{\{who\}\}|\{\{what\}\})/)
    .filter(Boolean)
    .map((part) => (part === "{{who}}" ? "who" : part === "{{what}}" ? "what" : { text: part }));
}
