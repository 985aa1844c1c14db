/**
 * The global filter: a period and a unit, kept in the URL and carried from page
 * to page. Screens read it with `useGlobalFilter`, never from the address itself.
 */
import { useNavigate, useSearch } from "@tanstack/react-router";
import {
  type DayRange,
  DEFAULT_PERIOD,
  type Period,
  parsePeriod,
  resolvePeriod,
  today,
} from "../format/period";
import { useSession } from "../session/session";

export interface FilterSearch {
  period?: Period;
  unit?: string;
}

/** Reads the filter's part of the URL; anything malformed is dropped. */
export function parseFilterSearch(search: Record<string, unknown>): FilterSearch {
  const period = parsePeriod(search.period);
  const unit =
    typeof search.unit === "string" && /^[\w-]{1,64}$/.test(search.unit) ? search.unit : undefined;
  return { ...(period ? { period } : {}), ...(unit ? { unit } : {}) };
}

export interface GlobalFilter {
  period: Period;
  /** The days meant; null for all time. */
  range: DayRange | null;
  unit: string | null;
  set: (next: { period?: Period | undefined; unit?: string | null }) => void;
}

export function useGlobalFilter(): GlobalFilter {
  const search = parseFilterSearch(useSearch({ strict: false }) as Record<string, unknown>);
  const navigate = useNavigate();
  const { organisation } = useSession();
  const period = search.period ?? DEFAULT_PERIOD;
  return {
    period,
    range: resolvePeriod(period, today(), organisation.fiscal_year_start),
    unit: search.unit ?? null,
    set: (next) =>
      void navigate({
        to: ".",
        search: ((previous: Record<string, unknown>) => ({
          ...previous,
          ...("period" in next ? { period: next.period } : {}),
          ...("unit" in next ? { unit: next.unit ?? undefined } : {}),
        })) as never,
      }),
  };
}
