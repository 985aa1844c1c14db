/** Fields of surveys and sources as dimensions. Pure. */
import type { FieldInfo } from "../api/types";
import type { Language } from "../format/number";
import { localized } from "../i18n/language";

/** The name a field goes by as a dimension of splits and filters. */
export function fieldDimension(field: { stream: string; field: string }): string {
  return `field:${field.stream}:${field.field}`;
}

/** The field a dimension names; a field id may itself hold colons. */
export function fieldOf(
  dimension: string,
  fields: readonly FieldInfo[] | undefined,
): FieldInfo | undefined {
  return fields?.find((field) => fieldDimension(field) === dimension);
}

/** The question or column in words, else its id. */
export function fieldName(field: FieldInfo, language: Language): string {
  return localized(field.label, language, field.field);
}

/** Whether a field divides records into few enough groups to split by. */
export function dividesRecords(field: FieldInfo): boolean {
  return field.kind === "code" || field.kind === "flag" || field.kind === "integer";
}
