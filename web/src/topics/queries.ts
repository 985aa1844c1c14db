import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import type { TopicTree, TopicTrial } from "../api/types";
import type { TopicDocument } from "./document";

export const topicsQuery = queryOptions({
  queryKey: ["topics"],
  queryFn: () => unwrap(api.GET("/api/topics")),
  // Voices are being read again: how far that is changes by itself.
  refetchInterval: (query) =>
    query.state.data?.document && query.state.data.read < 1 ? 3_000 : false,
});

export const startersQuery = queryOptions({
  queryKey: ["topic-starters"],
  queryFn: async () => (await unwrap(api.GET("/api/topic-starters"))).items,
  staleTime: Number.POSITIVE_INFINITY,
});

/** The rules of a tree; the server wrote them and keeps their form. */
export function documentOf(tree: TopicTree): TopicDocument | null {
  return (tree.document ?? null) as TopicDocument | null;
}

export function keepTopics(version: number, document: TopicDocument): Promise<TopicTree> {
  return unwrap(
    api.PUT("/api/topics", {
      body: { version, document: document as unknown as Record<string, never> },
    }),
  );
}

/** What a topic of a document finds, before anything is kept. */
export async function tryTopic(document: TopicDocument, topic: string): Promise<TopicTrial> {
  return (await unwrap(
    api.POST("/api/topics/trials", {
      body: { document: document as unknown as Record<string, never>, topic },
    }),
  )) as TopicTrial;
}
