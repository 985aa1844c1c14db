import { Button, Switch } from "@mantine/core";
import { type Icon, IconPlus } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../i18n/language";
import { useRefusal } from "../session/session";
import { Page } from "../ui/page/Page";
import { EmptyState, QueryState } from "../ui/page/states";
import { type Column, DataTable } from "../ui/table/DataTable";
import tableClasses from "../ui/table/DataTable.module.css";
import { textParameter } from "../ui/urlState";
import type { Named } from "./names";

/** What the address keeps of such a page. */
export interface NamedSearch {
  /** `new`, or the id of the thing being edited. */
  open: string | undefined;
  archived: true | undefined;
}

export const readNamedSearch = (search: Record<string, unknown>): NamedSearch => ({
  open: textParameter(search.open),
  archived: search.archived === true ? true : undefined,
});

interface NamedPageProps<T> {
  query: UseQueryResult<T[]>;
  /** Where its texts stand in the catalogue. */
  words: "touchpoints" | "touchpoints.offerings";
  icon: Icon;
  search: NamedSearch;
  onSearch: (next: Partial<NamedSearch>) => void;
  /** Between the name and the code. */
  columns: Column<T>[];
  order?: (a: T, b: T) => number;
  /** Adds a thing (null) or changes one. */
  dialog: (thing: T | null) => ReactNode;
}

/** The page of things that have a code and a name: touchpoints, products and services. */
export function NamedPage<T extends Named & { archived: boolean }>(props: NamedPageProps<T>) {
  const { query, words, icon, search, onSearch, columns, order, dialog } = props;
  const { t } = useTranslation();
  const language = useLanguage();
  const refusal = useRefusal("edit_touchpoints");
  const edited = query.data?.find((each) => each.id === search.open);
  const addButton = !refusal && (
    <Button
      leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
      onClick={() => onSearch({ open: "new" })}
    >
      {t(`${words}.add`)}
    </Button>
  );

  return (
    <Page
      title={t(`${words}.title`)}
      lead={t(`${words}.lead`)}
      actions={query.data?.length ? addButton : undefined}
    >
      <QueryState
        query={query}
        isEmpty={(data) => data.length === 0}
        empty={
          <EmptyState
            icon={icon}
            title={t(`${words}.empty_title`)}
            body={refusal ?? t(`${words}.empty_body`)}
            action={addButton}
          />
        }
      >
        {(data) => {
          const shown = data.filter((each) => search.archived || !each.archived);
          return (
            <>
              {data.some((each) => each.archived) && (
                <Switch
                  mb="md"
                  label={t("touchpoints.show_archived")}
                  checked={Boolean(search.archived)}
                  onChange={(event) =>
                    onSearch({ archived: event.currentTarget.checked || undefined })
                  }
                />
              )}
              <DataTable
                label={t(`${words}.table`)}
                rows={order ? shown.sort(order) : shown}
                rowKey={(each) => each.id}
                onRowClick={refusal ? undefined : (each) => onSearch({ open: each.id })}
                isFaint={(each) => each.archived}
                columns={[
                  {
                    key: "name",
                    header: t("field.name"),
                    rowHeader: true,
                    cell: (each) => {
                      const name = localized(each.name, language, each.code);
                      return refusal ? (
                        name
                      ) : (
                        <button
                          type="button"
                          className={tableClasses.rowButton}
                          onClick={() => onSearch({ open: each.id })}
                        >
                          {name}
                        </button>
                      );
                    },
                  },
                  ...columns,
                  {
                    key: "code",
                    header: t("field.code"),
                    wideOnly: true,
                    cell: (each) => <span className="mono">{each.code}</span>,
                  },
                ]}
              />
            </>
          );
        }}
      </QueryState>
      {!refusal && (search.open === "new" || edited) && dialog(edited ?? null)}
    </Page>
  );
}
