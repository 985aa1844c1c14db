import { useNavigate, useSearch } from "@tanstack/react-router";

/**
 * The part of a screen's state that lives in the URL. `read` picks and checks its
 * own parameters; setting one to `undefined` takes it out of the address.
 */
export function useUrlState<T extends object>(
  read: (search: Record<string, unknown>) => T,
): [T, (next: Partial<T>, options?: { replace?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const set = (next: Partial<T>, options?: { replace?: boolean }) =>
    void navigate({
      to: ".",
      replace: options?.replace ?? false,
      resetScroll: false,
      search: ((previous: Record<string, unknown>) => ({ ...previous, ...next })) as never,
    });
  return [read(search), set];
}

/** A text parameter, or `undefined` when it is absent or empty. */
export function textParameter(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
