import { ActionIcon, Button, Drawer, Select, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedCallback, useMediaQuery } from "@mantine/hooks";
import { IconEye, IconEyeOff, IconFilter, IconMessage2, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TopicFigure } from "../api/types";
import { FilterChips } from "../filters/FilterChips";
import { formatFilters, parseFilters, valuesOf, withUnit } from "../filters/filters";
import { formatCount } from "../format/number";
import { useLanguage } from "../i18n/language";
import { ImportLink } from "../imports/ImportLink";
import { useMay } from "../session/session";
import { useGlobalFilter } from "../shell/filter";
import { Page } from "../ui/page/Page";
import { EmptyState, ErrorState, ListSkeleton } from "../ui/page/states";
import { LoadMore } from "../ui/table/LoadMore";
import { textParameter, useUrlState } from "../ui/urlState";
import { Facets } from "./Facets";
import { useFacetNames } from "./names";
import { ORDERS, type Order, spokenOfQuery, voicesQuery } from "./queries";
import { VoiceList } from "./VoiceList";
import { VoiceRecord } from "./VoiceRecord";
import classes from "./voices.module.css";

const NO_TOPICS: readonly TopicFigure[] = [];

const readSearch = (search: Record<string, unknown>) => ({
  q: textParameter(search.q),
  filters: textParameter(search.filters),
  voice: textParameter(search.voice),
  order: ORDERS.find((order) => order === search.order),
});

/** The reading page: facets, texts, and what is known about the chosen one. */
export function VoicesPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const global = useGlobalFilter();
  const [{ q, filters: filterText, voice: chosen, order }, setSearch] = useUrlState(readSearch);
  const mayUnmask = useMay("read_people");
  const [unmasked, setUnmasked] = useState(false);
  const [text, setText] = useState(q ?? "");
  const [facetsOpen, setFacetsOpen] = useState(false);
  const wide = useMediaQuery("(min-width: 1200px)", true, { getInitialValueInEffect: false });
  const apply = useDebouncedCallback(
    (next: string) => setSearch({ q: next.trim() || undefined }, { replace: true }),
    250,
  );
  const filters = parseFilters(filterText);
  const asked = {
    text: q ?? "",
    range: global.range,
    filters: withUnit(filters, global.unit),
  };
  const voices = useInfiniteQuery(voicesQuery({ ...asked, order: order ?? "newest", unmasked }));
  const topics = useQuery(spokenOfQuery(asked)).data?.topics ?? NO_TOPICS;
  const items = voices.data?.pages.flatMap((page) => page.items) ?? [];
  const [first] = voices.data?.pages ?? [];
  const facetName = useFacetNames(first?.facets, topics);
  const selected = items.find((voice) => voice.id === chosen);
  const narrowed = Boolean(q || filters.length || global.unit || global.range);
  // The usual period narrows every list: that nothing was ever said is asked for apart.
  const ever = useInfiniteQuery({
    ...voicesQuery({ text: "", range: null, filters: [], order: "newest", unmasked: false }),
    enabled: narrowed && voices.isSuccess && items.length === 0,
  });
  const none = !narrowed || ever.data?.pages[0]?.total === 0;
  // What has no facet is not seen beside the texts: answers, attributes, what customers did before.
  const elsewhere = filters.filter(
    (filter) =>
      first &&
      !first.facets.some((facet) => facet.dimension === filter.dimension) &&
      !(filter.dimension === "topic" && topics.length > 0),
  );
  const facets = first && (
    <Facets
      facets={first.facets}
      topics={topics}
      filters={filters}
      onChange={(next) => setSearch({ filters: formatFilters(next) })}
    />
  );

  return (
    <Page title={t("voices.title")} lead={t("voices.lead")}>
      <div className={classes.layout}>
        <div className={classes.facets}>{facets}</div>
        <div>
          <div className={classes.tools}>
            <TextInput
              className={classes.search}
              type="search"
              aria-label={t("voices.search")}
              placeholder={t("voices.search")}
              leftSection={<IconSearch size={16} stroke={1.6} aria-hidden />}
              value={text}
              onChange={(event) => {
                setText(event.currentTarget.value);
                apply(event.currentTarget.value);
              }}
            />
            <Select
              className={classes.order}
              aria-label={t("voices.order_label")}
              data={ORDERS.map((each) => ({ value: each, label: t(`voices.order.${each}`) }))}
              value={order ?? "newest"}
              onChange={(next) =>
                setSearch({ order: next === "newest" ? undefined : (next as Order) })
              }
            />
            {mayUnmask && (
              <Tooltip label={t("voices.unmask_help")} multiline w={240}>
                <ActionIcon
                  size={36}
                  variant="default"
                  aria-pressed={unmasked}
                  aria-label={t(unmasked ? "voices.mask" : "voices.unmask")}
                  onClick={() => setUnmasked((current) => !current)}
                >
                  {unmasked ? (
                    <IconEyeOff size={17} stroke={1.6} aria-hidden />
                  ) : (
                    <IconEye size={17} stroke={1.6} aria-hidden />
                  )}
                </ActionIcon>
              </Tooltip>
            )}
            <Button
              hiddenFrom="sm"
              variant="default"
              leftSection={<IconFilter size={16} stroke={1.6} aria-hidden />}
              onClick={() => setFacetsOpen(true)}
            >
              {t("voices.show_filters")}
            </Button>
          </div>
          {elsewhere.length > 0 && (
            <FilterChips
              shown={elsewhere}
              filters={filters}
              onChange={(next) => setSearch({ filters: formatFilters(next) })}
            />
          )}
          <p className={classes.status} role="status">
            {first && (
              <span>
                {t("voices.count", { count: first.total, n: formatCount(first.total, language) })}
              </span>
            )}
            {items.some((voice) => voice.masked) && <span>{t("voices.masked")}</span>}
            {first?.withheld.length ? <span>{t("voices.withheld")}</span> : null}
          </p>
          {voices.isPending ? (
            <ListSkeleton rows={10} />
          ) : voices.isError ? (
            <ErrorState error={voices.error} onRetry={() => voices.refetch()} />
          ) : items.length === 0 ? (
            !none ? (
              <EmptyState
                icon={IconSearch}
                title={t("voices.nothing_title")}
                body={t("voices.nothing_body")}
                action={
                  <>
                    {global.period !== "all_time" && (
                      <Button variant="default" onClick={() => global.set({ period: "all_time" })}>
                        {t("voices.all_time")}
                      </Button>
                    )}
                    {filters.length > 0 && (
                      <Button variant="default" onClick={() => setSearch({ filters: undefined })}>
                        {t("voices.clear_filters")}
                      </Button>
                    )}
                  </>
                }
              />
            ) : (
              <EmptyState
                icon={IconMessage2}
                title={t("voices.empty_title")}
                body={t("voices.empty_body")}
                action={<ImportLink />}
              />
            )
          ) : (
            <>
              <VoiceList
                voices={items}
                selected={chosen}
                topics={valuesOf(filters, "topic")}
                onSelect={(voice) => setSearch({ voice: voice.id }, { replace: true })}
              />
              <LoadMore query={voices} />
            </>
          )}
        </div>
        <aside className={classes.record} aria-label={t("voices.record")}>
          {wide && selected && <VoiceRecord voice={selected} facetName={facetName} />}
        </aside>
      </div>
      <Drawer
        opened={!wide && Boolean(selected)}
        onClose={() => setSearch({ voice: undefined }, { replace: true })}
        position="right"
        title={t("voices.record")}
        closeButtonProps={{ "aria-label": t("action.close") }}
      >
        {selected && <VoiceRecord voice={selected} facetName={facetName} untitled />}
      </Drawer>
      <Drawer
        opened={facetsOpen}
        onClose={() => setFacetsOpen(false)}
        position="bottom"
        size="75%"
        title={t("voices.facets")}
        closeButtonProps={{ "aria-label": t("action.close") }}
      >
        {facets}
      </Drawer>
    </Page>
  );
}
