import { queryOptions, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
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

/** What the server grants only to members who see the whole organisation. */
const WHOLE_ORGANISATION: ReadonlySet<Permission> = new Set<Permission>([
  "edit_organisation",
  "edit_touchpoints",
  "edit_metrics",
  "erase_people",
  "import_data",
  "read_audit",
]);

/** What a member can really do: a role may allow what seeing only some units takes away again. */
export function granted(session: {
  member: { units: readonly string[] };
  permissions: readonly Permission[];
}): Permission[] {
  const everywhere = session.member.units.length === 0;
  return session.permissions.filter((each) => everywhere || !WHOLE_ORGANISATION.has(each));
}

/** Whether the signed-in member can do what needs the permission. */
export function useMay(permission: Permission): boolean {
  return granted(useSession()).includes(permission);
}

/** Why the signed-in member cannot do it, in words; nothing when they can. */
export function useRefusal(permission: Permission): string | undefined {
  const { t } = useTranslation();
  const session = useSession();
  if (granted(session).includes(permission)) return undefined;
  return t(session.permissions.includes(permission) ? "state.no_units" : "state.no_reason");
}
