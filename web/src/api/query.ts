import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./problem";

/** How often a failed read is tried again: refusals are final, failures may pass. */
export function retriesRead(failures: number, error: unknown): boolean {
  const passing = error instanceof ApiProblem && (error.status === 0 || error.status >= 500);
  return passing && failures < 2;
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 15_000, retry: retriesRead, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });
}
