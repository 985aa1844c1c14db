/** Stands in a filter for records without a value. */
export const NO_VALUE = "";
/** How that stands in the URL; a sign that encoded values never hold. */
const NO_VALUE_SIGN = "@";

/** The values as the API takes them: null for records without one. */
export function toValues(values: readonly string[]): (string | null)[] {
  return values.map((value) => (value === NO_VALUE ? null : value));
}

/**
 * Filters over dimensions, shared by metrics and voices, and how they look in the
 * URL: `touchpoint=tch_1,tch_2;channel=web`. Pure.
 */
export interface Filter {
  dimension: string;
  values: string[];
}

export function parseFilters(text: unknown): Filter[] {
  if (typeof text !== "string") return [];
  const filters: Filter[] = [];
  for (const part of text.split(";")) {
    const [name, list] = part.split("=");
    if (!name || !list) continue;
    try {
      const values = list
        .split(",")
        .filter(Boolean)
        .map((value) => (value === NO_VALUE_SIGN ? NO_VALUE : decodeURIComponent(value)));
      if (values.length) filters.push({ dimension: decodeURIComponent(name), values });
    } catch {
      // A malformed escape: the part was not written by `formatFilters`.
    }
  }
  return filters;
}

/** The URL text of filters; `undefined` for none, which takes the parameter away. */
export function formatFilters(filters: readonly Filter[]): string | undefined {
  const parts = filters
    .filter((filter) => filter.values.length > 0)
    .map(
      (filter) =>
        `${encodeURIComponent(filter.dimension)}=${filter.values.map((value) => encodeURIComponent(value) || NO_VALUE_SIGN).join(",")}`,
    );
  return parts.length ? parts.join(";") : undefined;
}

/** Adds the value to its dimension, or takes it away when it is there. */
export function toggleFilter(
  filters: readonly Filter[],
  dimension: string,
  value: string,
): Filter[] {
  const current = valuesOf(filters, dimension);
  const next = current.includes(value)
    ? current.filter((each) => each !== value)
    : [...current, value];
  return withFilter(filters, dimension, next);
}

/** Sets the values of one dimension; none takes the filter away. */
export function withFilter(
  filters: readonly Filter[],
  dimension: string,
  values: readonly string[],
): Filter[] {
  const others = filters.filter((filter) => filter.dimension !== dimension);
  return values.length ? [...others, { dimension, values: [...values] }] : others;
}

export function valuesOf(filters: readonly Filter[], dimension: string): string[] {
  return filters.find((filter) => filter.dimension === dimension)?.values ?? [];
}

/** The filters with the global unit in place of one of their own. */
export function withUnit(filters: readonly Filter[], unit: string | null): Filter[] {
  return unit
    ? [
        ...filters.filter((each) => each.dimension !== "unit"),
        { dimension: "unit", values: [unit] },
      ]
    : [...filters];
}
