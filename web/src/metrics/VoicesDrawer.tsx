import { Button, Drawer } from "@mantine/core";
import { IconMessage2 } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { withoutEdges } from "../filters/bands";
import { type Filter, formatFilters } from "../filters/filters";
import { useDimensionName } from "../filters/names";
import type { DayRange } from "../format/period";
import { paths } from "../paths";
import { AppLink } from "../ui/AppLink";
import { EmptyState, ErrorState, ListSkeleton } from "../ui/page/states";
import { voicesQuery } from "../voices/queries";
import { VoiceList } from "../voices/VoiceList";
import type { Selection } from "./MetricsPage";
import classes from "./metrics.module.css";

interface VoicesDrawerProps {
  selection: Selection | null;
  /** The filters of the question, the unit among them. */
  filters: Filter[];
  range: DayRange | null;
  onClose: () => void;
}

/** The voices behind a number, beside the chart it was picked from. */
export function VoicesDrawer({ selection, filters, range, onClose }: VoicesDrawerProps) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened={selection !== null}
      onClose={onClose}
      position="right"
      size={480}
      title={selection ? t("voices.drawer", { what: selection.name }) : ""}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      {selection && (
        <Voices
          filters={merge(filters, selection.filters)}
          range={selection.range === undefined ? range : selection.range}
        />
      )}
    </Drawer>
  );
}

function Voices({ filters, range }: { filters: Filter[]; range: DayRange | null }) {
  const { t } = useTranslation();
  const dimensionName = useDimensionName();
  const voices = useInfiniteQuery(
    voicesQuery({ text: "", range, filters: asVoiceFilters(filters) }, 20),
  );
  if (voices.isPending) return <ListSkeleton />;
  if (voices.isError) return <ErrorState error={voices.error} onRetry={() => voices.refetch()} />;
  const without = filters.filter((filter) => !asVoiceFilter(filter));
  const items = voices.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return <EmptyState icon={IconMessage2} title={t("voices.nothing_title")} />;
  }
  return (
    <>
      {without.length > 0 && (
        <p className={classes.about}>
          {t("metrics.voices_wider", {
            names: without.map((filter) => dimensionName(filter.dimension)).join(", "),
          })}
        </p>
      )}
      <VoiceList voices={items} />
      <Button
        component={AppLink}
        to={paths.voices()}
        search={{
          filters: formatFilters(asVoiceFilters(filters)),
          period: range ? `${range.from}..${range.to}` : "all_time",
        }}
        variant="default"
        mt="md"
      >
        {t("voices.see_all")}
      </Button>
    </>
  );
}

/** Figures know levels of units; for voices a unit is a unit, with all below it. */
function asVoiceFilters(filters: readonly Filter[]): Filter[] {
  return filters.flatMap((filter) => asVoiceFilter(filter) ?? []);
}

/** None where voices cannot be narrowed so: records without a level of the tree may have another. */
function asVoiceFilter(filter: Filter): Filter | null {
  if (!filter.dimension.startsWith("unit:")) {
    return { ...filter, dimension: withoutEdges(filter.dimension) };
  }
  return filter.values.every(Boolean) ? { ...filter, dimension: "unit" } : null;
}

/** The selection's own values stand in place of the question's for the same dimension. */
function merge(filters: readonly Filter[], own: readonly Filter[]): Filter[] {
  const named = new Set(own.map((filter) => filter.dimension));
  return [...filters.filter((filter) => !named.has(filter.dimension)), ...own];
}
