import { ActionIcon, Button, Select, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import type { CustomerDetail } from "../api/types";
import { localized, useLanguage } from "../i18n/language";
import { FormDialog } from "../ui/form/FormDialog";
import { toastDone } from "../ui/toast";
import classes from "./customers.module.css";
import { useIdentifierName } from "./identity";
import { changedAttributes, codesOf, valueText } from "./model";
import { attributesQuery } from "./queries";

interface EditCustomerDialogProps {
  customer: CustomerDetail;
  onClose: () => void;
}

/** Changes what identifies and describes a customer. Records are never changed here. */
export function EditCustomerDialog({ customer, onClose }: EditCustomerDialogProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const identifierName = useIdentifierName();
  const { data: declared = [] } = useQuery(attributesQuery);
  const [name, setName] = useState(customer.name ?? "");
  const [identifiers, setIdentifiers] = useState(() =>
    customer.identifiers.map((each, key) => ({ kind: each.kind, value: each.value, key })),
  );
  const [attributes, setAttributes] = useState<Record<string, string>>(() =>
    Object.fromEntries(
      Object.entries(customer.attributes).map(([key, value]) => [key, valueText(value)]),
    ),
  );
  const kinds = [
    ...new Set(["email", "phone", ...customer.identifiers.map((each) => each.kind)]),
  ].map((kind) => ({ value: kind, label: identifierName(kind) }));
  const save = useMutation({
    mutationFn: () =>
      unwrap(
        api.PATCH("/api/customers/{id}", {
          params: { path: { id: customer.id } },
          body: {
            name: name.trim() || null,
            identifiers: identifiers
              .filter((each) => each.value.trim())
              .map(({ kind, value }) => ({ kind, value: value.trim() })),
            attributes: changedAttributes(customer.attributes, attributes, declared),
          } as never,
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["customers"] });
      toastDone(t("state.saved"));
      onClose();
    },
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const change = (key: number, next: { kind?: string; value?: string }) =>
    setIdentifiers((all) => all.map((each) => (each.key === key ? { ...each, ...next } : each)));

  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("customers.edit")}
      submitLabel={t("action.save")}
      pending={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
    >
      <TextInput
        label={t("customers.name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={problem?.forField("name")}
      />
      <fieldset className={classes.identifiers}>
        <legend>{t("customers.identifiers")}</legend>
        {identifiers.map((each, index) => (
          <div key={each.key} className={classes.identifier}>
            <Select
              aria-label={t("customers.identifier_kind")}
              data={kinds}
              value={each.kind}
              allowDeselect={false}
              onChange={(kind) => kind && change(each.key, { kind })}
            />
            <TextInput
              aria-label={identifierName(each.kind)}
              value={each.value}
              onChange={(event) => change(each.key, { value: event.currentTarget.value })}
              error={
                problem?.fields.find((one) => one.field === `identifiers[${index}].value`)?.message
              }
            />
            <ActionIcon
              size={36}
              variant="subtle"
              color="gray"
              aria-label={t("customers.identifier_remove", { value: each.value })}
              onClick={() => setIdentifiers((all) => all.filter((one) => one.key !== each.key))}
            >
              <IconX size={16} stroke={1.6} aria-hidden />
            </ActionIcon>
          </div>
        ))}
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} stroke={1.8} aria-hidden />}
          onClick={() =>
            setIdentifiers((all) => [
              ...all,
              { kind: "email", value: "", key: Math.max(-1, ...all.map((one) => one.key)) + 1 },
            ])
          }
        >
          {t("customers.identifier_add")}
        </Button>
      </fieldset>
      {declared
        .filter((attribute) => !attribute.archived)
        .map((attribute) =>
          attribute.kind === "boolean" ? (
            <Select
              key={attribute.key}
              label={localized(attribute.label, language, attribute.key)}
              data={[
                { value: "true", label: t("customers.yes") },
                { value: "false", label: t("customers.no") },
              ]}
              clearable
              value={attributes[attribute.key] || null}
              onChange={(value) =>
                setAttributes((all) => ({ ...all, [attribute.key]: value ?? "" }))
              }
            />
          ) : attribute.kind === "code" && Object.keys(attribute.values).length > 0 ? (
            <Select
              key={attribute.key}
              label={localized(attribute.label, language, attribute.key)}
              data={codesOf(attribute.values, attributes[attribute.key]).map((code) => ({
                value: code,
                label: localized(attribute.values[code], language, code),
              }))}
              clearable
              searchable
              value={attributes[attribute.key] || null}
              onChange={(value) =>
                setAttributes((all) => ({ ...all, [attribute.key]: value ?? "" }))
              }
              error={problem?.forField(`attributes.${attribute.key}`)}
            />
          ) : (
            <TextInput
              key={attribute.key}
              type={attribute.kind === "date" ? "date" : "text"}
              inputMode={attribute.kind === "number" ? "decimal" : undefined}
              label={localized(attribute.label, language, attribute.key)}
              value={attributes[attribute.key] ?? ""}
              onChange={(event) => {
                const value = event.currentTarget.value;
                setAttributes((all) => ({ ...all, [attribute.key]: value }));
              }}
              error={problem?.forField(`attributes.${attribute.key}`)}
            />
          ),
        )}
    </FormDialog>
  );
}
