import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { customersQuery } from "../../customers/queries";

interface CustomerSelectProps {
  value: string | null;
  onChange: (customer: string | null) => void;
}

/** Chooses one customer; typing searches names and identifiers on the server. */
export function CustomerSelect({ value, onChange }: CustomerSelectProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [wanted] = useDebouncedValue(text.trim(), 250);
  const customers = useInfiniteQuery(customersQuery(wanted));
  const found = customers.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Select
      label={t("links.customer")}
      description={t("links.customer_help")}
      data={found.map(({ id, name, identifiers }) => ({
        value: id,
        label: [name, identifiers[0]?.value].filter(Boolean).join(" · ") || id,
      }))}
      value={value}
      onChange={onChange}
      searchable
      clearable
      // The server has searched already, also what is not shown here.
      filter={({ options }) => options}
      onSearchChange={setText}
      nothingFoundMessage={t(customers.isFetching ? "state.loading" : "state.no_results")}
    />
  );
}
