import { Button, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconPlus, IconSearch, IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatMomentDay } from "../format/date";
import { useLanguage } from "../i18n/language";
import { ImportLink } from "../imports/ImportLink";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { AppLink } from "../ui/AppLink";
import { Page } from "../ui/page/Page";
import { EmptyState, ErrorState, ListSkeleton, NoPermission } from "../ui/page/states";
import { DataTable } from "../ui/table/DataTable";
import { LoadMore } from "../ui/table/LoadMore";
import { textParameter, useUrlState } from "../ui/urlState";
import classes from "./customers.module.css";
import { useAttributeName, useAttributeValue } from "./identity";
import { NewCustomerDialog } from "./NewCustomerDialog";
import { customersQuery } from "./queries";

const readSearch = (search: Record<string, unknown>) => ({ q: textParameter(search.q) });

export function CustomerListPage() {
  const { t } = useTranslation();
  const may = useMay("read_people");
  const mayEdit = useMay("edit_people");
  const [adding, setAdding] = useState(false);
  const [{ q }, setSearch] = useUrlState(readSearch);
  const [text, setText] = useState(q ?? "");
  const apply = useDebouncedCallback(
    (next: string) => setSearch({ q: next.trim() || undefined }, { replace: true }),
    250,
  );

  return (
    <Page
      title={t("customers.title")}
      lead={t("customers.lead")}
      actions={
        mayEdit && (
          <Button
            variant="default"
            leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
            onClick={() => setAdding(true)}
          >
            {t("customers.add")}
          </Button>
        )
      }
    >
      {may ? (
        <>
          <TextInput
            className={classes.search}
            type="search"
            aria-label={t("customers.search")}
            placeholder={t("customers.search")}
            leftSection={<IconSearch size={16} stroke={1.6} aria-hidden />}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              apply(event.currentTarget.value);
            }}
          />
          <CustomerTable text={q ?? ""} />
        </>
      ) : (
        <NoPermission />
      )}
      {adding && <NewCustomerDialog onClose={() => setAdding(false)} />}
    </Page>
  );
}

function CustomerTable({ text }: { text: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const attributeName = useAttributeName();
  const attributeValue = useAttributeValue();
  const customers = useInfiniteQuery(customersQuery(text));
  if (customers.isPending) return <ListSkeleton rows={8} />;
  if (customers.isError) {
    return <ErrorState error={customers.error} onRetry={() => customers.refetch()} />;
  }
  const rows = customers.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) {
    return text ? (
      <EmptyState
        icon={IconSearch}
        title={t("customers.nothing", { text })}
        body={t("customers.nothing_body")}
      />
    ) : (
      <EmptyState
        icon={IconUsers}
        title={t("customers.empty_title")}
        body={t("customers.empty_body")}
        action={<ImportLink />}
      />
    );
  }
  return (
    <>
      <DataTable
        label={t("customers.table")}
        rows={rows}
        rowKey={(customer) => customer.id}
        onRowClick={(customer) => void navigate({ to: paths.customer(customer.id) } as never)}
        columns={[
          {
            key: "name",
            header: t("customers.name"),
            rowHeader: true,
            cell: (customer) => (
              <AppLink to={paths.customer(customer.id)} className={classes.name}>
                {customer.name ?? t("customers.unnamed")}
              </AppLink>
            ),
          },
          {
            key: "identifiers",
            header: t("customers.identifiers"),
            cell: (customer) => (
              <span className="mono">
                {customer.identifiers.map((each) => each.value).join(", ")}
              </span>
            ),
          },
          {
            key: "attributes",
            header: t("customers.attributes"),
            wideOnly: true,
            cell: (customer) => (
              <span className="meta">
                {Object.entries(customer.attributes)
                  .slice(0, 3)
                  .map(([key, value]) =>
                    t("field.pair", {
                      name: attributeName(key),
                      value: attributeValue(key, value),
                    }),
                  )
                  .join(" · ")}
              </span>
            ),
          },
          {
            key: "last",
            header: t("customers.last_contact"),
            align: "end",
            wideOnly: true,
            cell: (customer) =>
              customer.last_contact_at ? formatMomentDay(customer.last_contact_at, language) : "",
          },
        ]}
      />
      <LoadMore query={customers} />
    </>
  );
}
