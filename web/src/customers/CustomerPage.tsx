import { Button, Menu } from "@mantine/core";
import { IconArrowMerge, IconChevronDown, IconPencil, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerDetail } from "../api/types";
import { formatMomentDay } from "../format/date";
import { useLanguage } from "../i18n/language";
import { useMay } from "../session/session";
import { Page, Section } from "../ui/page/Page";
import { QueryState } from "../ui/page/states";
import classes from "./customers.module.css";
import { EditCustomerDialog } from "./EditCustomerDialog";
import { EraseCustomerDialog } from "./EraseCustomerDialog";
import { useAttributeName, useAttributeValue, useIdentifierName, usePurposeName } from "./identity";
import { MergeDialog } from "./MergeDialog";
import { customerQuery } from "./queries";
import { Timeline } from "./Timeline";

export function CustomerPage() {
  const { t } = useTranslation();
  const { customerId = "" } = useParams({ strict: false }) as { customerId?: string };
  const language = useLanguage();
  const [open, setOpen] = useState<"edit" | "merge" | "erase" | null>(null);
  const customer = useQuery(customerQuery(customerId));
  if (customer.data === undefined) {
    return (
      <Page title={t("customers.title")}>
        <QueryState query={customer}>{() => null}</QueryState>
      </Page>
    );
  }
  const close = () => setOpen(null);
  return (
    <Page
      title={customer.data.name ?? t("customers.unnamed")}
      kicker={t("customers.since", { date: formatMomentDay(customer.data.created_at, language) })}
      actions={<Actions onOpen={setOpen} />}
    >
      <div className={classes.customer}>
        <Section title={t("customers.timeline")}>
          <Timeline customer={customer.data} />
        </Section>
        <aside aria-label={t("customers.about")}>
          <Facts customer={customer.data} />
        </aside>
      </div>
      {open === "edit" && <EditCustomerDialog customer={customer.data} onClose={close} />}
      {open === "merge" && <MergeDialog customer={customer.data} onClose={close} />}
      {open === "erase" && <EraseCustomerDialog customer={customer.data} onClose={close} />}
    </Page>
  );
}

/** What may be done to a customer: changing is at hand, what weighs more is one step further. */
function Actions({ onOpen }: { onOpen: (dialog: "edit" | "merge" | "erase") => void }) {
  const { t } = useTranslation();
  const mayEdit = useMay("edit_people");
  const mayErase = useMay("erase_people");
  if (!mayEdit) return null;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPencil size={16} stroke={1.6} aria-hidden />}
        onClick={() => onOpen("edit")}
      >
        {t("action.edit")}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            variant="default"
            rightSection={<IconChevronDown size={14} stroke={1.8} aria-hidden />}
          >
            {t("customers.more")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconArrowMerge size={16} stroke={1.6} aria-hidden />}
            onClick={() => onOpen("merge")}
          >
            {t("customers.merge")}
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} stroke={1.6} aria-hidden />}
            disabled={!mayErase}
            title={mayErase ? undefined : t("customers.erase.not_allowed")}
            onClick={() => onOpen("erase")}
          >
            {t("customers.erase.action")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function Facts({ customer }: { customer: CustomerDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const identifierName = useIdentifierName();
  const attributeName = useAttributeName();
  const attributeValue = useAttributeValue();
  const purposeName = usePurposeName();
  const facts: { name: string; key: string; value: string }[] = [
    ...customer.identifiers.map((each) => ({
      key: each.kind + each.value,
      name: identifierName(each.kind),
      value: each.value,
    })),
    ...Object.entries(customer.attributes).map(([key, value]) => ({
      key,
      name: attributeName(key),
      value: attributeValue(key, value),
    })),
    ...customer.accounts.map((account) => ({
      key: account.id,
      name: t("customers.account"),
      value: account.name,
    })),
    ...customer.consents.map((consent) => ({
      key: consent.purpose,
      name: t("field.noted", {
        label: t("customers.consents"),
        note: purposeName(consent.purpose),
      }),
      value: t("field.noted", {
        label: consent.granted ? t("customers.granted") : t("customers.refused"),
        note: formatMomentDay(consent.at, language),
      }),
    })),
    ...(customer.last_contact_at
      ? [
          {
            key: "last_contact_at",
            name: t("customers.last_contact"),
            value: formatMomentDay(customer.last_contact_at, language),
          },
        ]
      : []),
  ];
  return (
    <dl className={classes.facts}>
      {facts.map((fact) => (
        <div key={fact.key}>
          <dt>{fact.name}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
