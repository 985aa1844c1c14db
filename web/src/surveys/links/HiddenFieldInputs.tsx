import { Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../../i18n/language";
import type { HiddenField } from "../document";

export type FieldValues = Record<string, string>;

interface HiddenFieldInputsProps {
  fields: HiddenField[];
  values: FieldValues;
  onChange: (values: FieldValues) => void;
}

/** A field for each hidden field; one that takes a list of values offers them. */
export function HiddenFieldInputs({ fields, values, onChange }: HiddenFieldInputsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const set = (id: string, value: string | null) => {
    const { [id]: _before, ...rest } = values;
    onChange(value ? { ...rest, [id]: value } : rest);
  };
  return fields.map((field) => {
    const label = `${localized(field.label, language, field.id)} (${t("field.optional")})`;
    const allowed = field.allowed ?? [];
    return allowed.length > 0 ? (
      <Select
        key={field.id}
        label={label}
        data={allowed}
        value={values[field.id] ?? null}
        clearable
        onChange={(value) => set(field.id, value)}
      />
    ) : (
      <TextInput
        key={field.id}
        label={label}
        inputMode={field.kind === "number" ? "decimal" : undefined}
        value={values[field.id] ?? ""}
        onChange={(event) => set(field.id, event.currentTarget.value)}
      />
    );
  });
}
