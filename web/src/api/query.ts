import {
  type InvalidateOptions,
  type InvalidateQueryFilters,
  type Query,
  QueryClient,
} from "@tanstack/react-query";
import { ApiProblem } from "./problem";

/** How often a failed read is tried again: refusals are final, failures may pass. */
export function retriesRead(failures: number, error: unknown): boolean {
  const passing = error instanceof ApiProblem && (error.status === 0 || error.status >= 500);
  return passing && failures < 2;
}

/** A first read that is under way: what it brings may be older than a change made meanwhile. */
const isFirstRead = ({ state }: Query) =>
  state.data === undefined && state.fetchStatus === "fetching";

/**
 * The cache of server data. A change makes what is kept out of date, and what is being read for
 * the first time as well: such a read is begun again, or the screen would show what was before
 * the change as if it had been read after it.
 */
class Queries extends QueryClient {
  override async invalidateQueries(
    filters: InvalidateQueryFilters = {},
    options?: InvalidateOptions,
  ): Promise<void> {
    const predicate = (query: Query) => isFirstRead(query) && (filters.predicate?.(query) ?? true);
    await this.cancelQueries({ ...filters, type: "active", predicate });
    return super.invalidateQueries(filters, options);
  }
}

export function createQueryClient(): QueryClient {
  return new Queries({
    defaultOptions: {
      queries: { staleTime: 15_000, retry: retriesRead, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });
}
