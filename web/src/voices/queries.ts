import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import type { Filter } from "../filters/filters";
import type { DayRange } from "../format/period";

/** What is asked of the voices: words, days, a unit, and filters over dimensions. */
export interface VoiceQuestion {
  text: string;
  range: DayRange | null;
  unit: string | null;
  filters: readonly Filter[];
}

export const voicesQuery = (question: VoiceQuestion, limit = 30) =>
  infiniteQueryOptions({
    queryKey: ["voices", question, limit],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/voices", {
          params: {
            query: { ...voiceParameters(question), limit, cursor: pageParam ?? undefined },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: (previous) => previous,
  });

/** A question as the API's query parameters. */
export function voiceParameters(question: VoiceQuestion): Record<string, string> {
  const parameters: Record<string, string> = {};
  if (question.text) parameters.q = question.text;
  if (question.range) {
    parameters.from = question.range.from;
    parameters.to = question.range.to;
  }
  if (question.unit) parameters.unit = question.unit;
  for (const filter of question.filters) parameters[filter.dimension] = filter.values.join(",");
  return parameters;
}
