import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import type { VoicePage, VoiceQuestion } from "../api/types";
import { type Filter, toValues } from "../filters/filters";
import type { DayRange } from "../format/period";

export const ORDERS = ["newest", "oldest", "longest"] as const;
export type Order = (typeof ORDERS)[number];

/** What is asked of the voices: words, days, filters over dimensions, order, masks. */
export interface Asked {
  text: string;
  range: DayRange | null;
  filters: readonly Filter[];
  order?: Order;
  /** Show personal data in the words; needs the right to read people, and is noted. */
  unmasked?: boolean;
}

export const voicesQuery = (asked: Asked, limit = 30) =>
  infiniteQueryOptions({
    queryKey: ["voices", asked, limit],
    queryFn: async ({ pageParam, signal }) =>
      (await unwrap(
        api.POST("/api/voices/search", {
          body: { ...voiceQuestion(asked), limit, cursor: pageParam, topics: false },
          signal,
        }),
      )) as VoicePage,
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: (previous) => previous,
  });

/**
 * What the same voices speak of, asked apart: the list does not wait for it. It is asked anew
 * when what it rests on changes.
 */
export const spokenOfQuery = (asked: Asked, restsOn: readonly unknown[] = []) =>
  queryOptions({
    queryKey: ["voices", "topics", asked, restsOn],
    queryFn: async ({ signal }) =>
      (await unwrap(
        api.POST("/api/voices/search", { body: { ...voiceQuestion(asked), limit: 1 }, signal }),
      )) as VoicePage,
    placeholderData: (previous) => previous,
  });

export function voiceQuestion(asked: Asked): VoiceQuestion {
  return {
    q: asked.text || null,
    period: asked.range ?? {},
    filters: asked.filters.map(({ dimension, values }) => ({
      dimension,
      any_of: toValues(values),
    })),
    sort: asked.order ?? "newest",
    ...(asked.unmasked ? { masked: false } : {}),
  };
}
