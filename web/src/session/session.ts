import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import type { Permission, Session } from "../api/types";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () => unwrap(api.GET("/api/session")),
  staleTime: 60_000,
});

/** The signed-in member. Only for screens inside the shell, which loads it first. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error("useSession outside the shell: the session is not loaded");
  return data;
}

/** Whether the signed-in member holds a permission. */
export function useMay(permission: Permission): boolean {
  return useSession().permissions.includes(permission);
}
