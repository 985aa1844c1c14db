/**
 * Numbers and dates in bands: which dimensions have them, how their edges stand behind
 * the dimension (`customer:age@20,40`), and how a band is said. Pure.
 */
import type { Attribute, OperationalStream } from "../api/types";
import { attributeOf } from "./attributes";
import { dimensionOf, operationalOf } from "./operational";

/** What an edge is: a count of things, any number, or a day. */
export type EdgeKind = "whole" | "number" | "date";

/** As many as the API takes. */
export const MOST_EDGES = 20;

/** The dimension without the edges of its bands, as filters name it. */
export function withoutEdges(dimension: string): string {
  return dimension.split("@")[0] ?? dimension;
}

/** The edges that somebody gave; none when they are chosen from the numbers there are. */
export function edgesOf(dimension: string): string[] {
  return dimension.split("@")[1]?.split(",").filter(Boolean) ?? [];
}

/** The dimension with these edges in place of others. */
export function withEdges(dimension: string, edges: readonly string[]): string {
  const plain = withoutEdges(dimension);
  return edges.length ? `${plain}@${edges.join(",")}` : plain;
}

/** What is offered, with what is chosen in place of the same with other windows or edges. */
export function withChosen(dimensions: readonly string[], chosen: string | undefined): string[] {
  if (chosen === undefined) return [...dimensions];
  const chosenField = withoutWindow(chosen);
  const same = (dimension: string) => withoutWindow(dimension) === chosenField;
  const first = dimensions.findIndex(same);
  if (first < 0) return [...dimensions, chosen];
  return dimensions.flatMap((each, index) => {
    if (!same(each)) return [each];
    return index === first ? [chosen] : [];
  });
}

/** What is told, over whichever window and in whichever bands. */
function withoutWindow(dimension: string): string {
  const field = operationalOf(dimension);
  return field ? dimensionOf({ ...field, days: null }) : withoutEdges(dimension);
}

/** What the edges of a dimension's bands are; null when it is not divided in bands. */
export function edgeKindOf(
  dimension: string,
  attributes: readonly Attribute[],
  streams: readonly OperationalStream[],
): EdgeKind | null {
  const field = operationalOf(dimension);
  if (field) {
    if (field.tells === "count" || field.tells === "days_since") return "whole";
    if (field.tells === "sum") return "number";
    const stream = streams.find((each) => each.key === field.stream);
    return kindOf(stream?.columns.find((each) => each.key === field.column)?.kind);
  }
  const named = attributeOf(dimension);
  return kindOf(
    attributes.find((each) => each.holder === named?.holder && each.key === named.key)?.kind,
  );
}

function kindOf(kind: string | undefined): EdgeKind | null {
  if (kind === "date") return "date";
  return kind === "number" || kind === "integer" ? "number" : null;
}

/** The edges of the bands that an answer has, so that they can be changed. */
export function edgesOfBands(keys: readonly (string | null)[]): string[] {
  const bands = keys.flatMap((key) => (key === null ? [] : (bandOf(key) ?? [])));
  const ends = bands.flatMap(({ to }) => to ?? []);
  // The band of nothing begins at 0 because nothing lies below it.
  const starts = bands.flatMap(({ from }) => (from === null || Number(from) === 0 ? [] : from));
  return inOrder([...ends, ...starts]);
}

/** Edges in ascending order, each once; what is no number and no day is left out. */
export function inOrder(edges: readonly string[]): string[] {
  const known = edges.filter(
    (edge) => edge !== "" && (isDate(edge) || Number.isFinite(Number(edge))),
  );
  return [...new Set(known)].sort((one, other) =>
    isDate(one) || isDate(other) ? one.localeCompare(other) : Number(one) - Number(other),
  );
}

/** The bands between edges that are in order; `floor` when nothing lies below 0. */
export function bandsBetween(edges: readonly string[], floor: boolean): string[] {
  const above = floor ? edges.filter((edge) => Number(edge) > 0) : edges;
  const starts = [floor ? "0" : "", ...above];
  return starts.map((from, index) => {
    const to = above[index];
    return `${from}..${to === undefined ? "" : `<${to}`}`;
  });
}

/** A band as the API writes it: from inside, to outside. */
export interface Band {
  from: string | null;
  to: string | null;
}

export function bandOf(value: string): Band | null {
  const found = /^([\d.eE+-]*?)\.\.(?:<([\d.eE+-]+))?$/.exec(value);
  if (!found || (!found[1] && !found[2])) return null;
  return { from: found[1] || null, to: found[2] ?? null };
}

/** A band in words: which sentence says it, and with which ends. */
export type BandWords =
  | { said: "one"; from: string }
  | { said: "range"; from: string; to: string }
  | { said: "from"; from: string }
  | { said: "below"; to: string }
  | { said: "half_open"; from: string; to: string }
  | { said: "date_from"; from: string }
  | { said: "date_before"; to: string };

/** How the ends of bands are written in the reader's language. */
export interface EndWords {
  number: (value: number) => string;
  day: (day: string) => string;
  month: (day: string) => string;
}

const isDate = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);

/**
 * How a band is said. Whole things (orders, days) are said with both ends inside,
 * `1–3`; so are dates. Amounts, which may lie between, keep their open end.
 */
export function bandWords(band: Band, whole: boolean, write: EndWords): BandWords {
  const { from, to } = band;
  if (isDate(from ?? to ?? "")) return dateWords(band, write);
  const said = (text: string) => write.number(Number(text));
  if (from === null) return { said: "below", to: said(to ?? "") };
  if (to === null) return { said: "from", from: said(from) };
  // Nothing at all is a band of its own, also of amounts.
  const nothing = Number(from) === 0 && Number(to) === 1;
  if (!whole && !nothing) return { said: "half_open", from: said(from), to: said(to) };
  return inclusive(said(from), write.number(Number(to) - 1));
}

/** Dates are said as months where every end is the first of one. */
function dateWords({ from, to }: Band, write: EndWords): BandWords {
  const months = [from, to].every((end) => end === null || end.endsWith("-01"));
  const said = months ? write.month : write.day;
  if (from === null) return { said: "date_before", to: said(to ?? "") };
  if (to === null) return { said: "date_from", from: said(from) };
  return inclusive(said(from), said(dayBefore(to)));
}

function inclusive(from: string, to: string): BandWords {
  return from === to ? { said: "one", from } : { said: "range", from, to };
}

function dayBefore(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
}
