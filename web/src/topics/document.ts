/**
 * The document of topics as the editor changes it. Pure: each change gives a new
 * document; what a rule means is the server's to say.
 */
import type { LocalizedText } from "../i18n/language";

export interface Topic {
  id: string;
  name: LocalizedText;
  scope?: "sentence" | "text";
  rule?: unknown;
  topics?: Topic[];
}

export interface TopicDocument {
  koe_topics: number;
  synonyms?: string[][];
  topics: Topic[];
}

export const EMPTY: TopicDocument = { koe_topics: 1, topics: [] };

/** A topic on the way through the document, from the top down. */
export interface Walked {
  topic: Topic;
  parent: string | null;
  /** Where it stands in the document, as refusals name it. */
  path: string;
}

export function walk(topics: readonly Topic[], parent: string | null = null, at = ""): Walked[] {
  return topics.flatMap((topic, index) => {
    const path = `${at}topics[${index}]`;
    return [{ topic, parent, path }, ...walk(topic.topics ?? [], topic.id, `${path}.`)];
  });
}

/** How far beneath the top a topic lies. */
export function depthOf(
  all: readonly { topic: string; parent?: string | null | undefined }[],
  one: { parent?: string | null | undefined },
): number {
  const above = one.parent ? all.find((each) => each.topic === one.parent) : undefined;
  return above ? 1 + depthOf(all, above) : 0;
}

/** A rule as lines of which one must be found: a word, or a rule of its own as JSON. */
export function linesOf(rule: unknown): string[] {
  if (rule === undefined || rule === null) return [];
  const any =
    typeof rule === "object" && Object.keys(rule).length === 1
      ? (rule as { any?: unknown }).any
      : null;
  const parts = Array.isArray(any) ? any : [rule];
  return parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part)));
}

/** The rule of lines; `undefined` for none. Throws `SyntaxError` for a broken JSON line. */
export function ruleOf(lines: readonly string[]): unknown {
  const parts = lines
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => (line.startsWith("{") ? (JSON.parse(line) as unknown) : line));
  if (parts.length === 0) return undefined;
  return parts.length === 1 ? parts[0] : { any: parts };
}

/** The document with a topic in the place of the one with its id. */
export function withTopic(document: TopicDocument, topic: Topic): TopicDocument {
  const replace = (topics: readonly Topic[]): Topic[] =>
    topics.map((each) =>
      each.id === topic.id ? topic : each.topics ? { ...each, topics: replace(each.topics) } : each,
    );
  return { ...document, topics: replace(document.topics) };
}

/** The document with one topic more, beneath another or at the top. */
export function withNew(
  document: TopicDocument,
  topic: Topic,
  parent: string | null,
): TopicDocument {
  if (!parent) return { ...document, topics: [...document.topics, topic] };
  const above = walk(document.topics).find((each) => each.topic.id === parent)?.topic;
  return above
    ? withTopic(document, { ...above, topics: [...(above.topics ?? []), topic] })
    : document;
}

/** The document without a topic and what lies beneath it. */
export function without(document: TopicDocument, id: string): TopicDocument {
  const strip = (topics: readonly Topic[]): Topic[] =>
    topics
      .filter((each) => each.id !== id)
      .map((each) => (each.topics ? { ...each, topics: strip(each.topics) } : each));
  return { ...document, topics: strip(document.topics) };
}

/** An id that no topic has yet, of the English name where there is one. */
export function newId(document: TopicDocument, name: LocalizedText): string {
  const taken = new Set(walk(document.topics).map((each) => each.topic.id));
  const wanted =
    (name.en ?? "")
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_")
      .replace(/^_+|_+$/g, "")
      .slice(0, 50) || "topic";
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? wanted : `${wanted}_${n}`;
    if (!taken.has(id)) return id;
  }
}
