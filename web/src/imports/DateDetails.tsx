import { Checkbox, NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./imports.module.css";
import { datesBy, preferForm, withRole } from "./mapping";
import { type ColumnRole, compared, DATE_FORMS, type DateForm } from "./model";
import type { RoleDetailsProps } from "./RoleDetails";

type DateRole = Extract<ColumnRole, { is: "occurred_at" }>;

/** In which forms a date is written, perhaps by another column, and what happens in doubt. */
export function DateDetails(props: RoleDetailsProps & { role: DateRole }) {
  const { t } = useTranslation();
  const { column, columns, role, onChange } = props;
  const set = (next: DateRole) => onChange((now) => withRole(now, column, next));
  const others = columns.filter(
    (each) => each !== column && each.values.length > 1 && !each.more_values,
  );
  const by = role.by;
  const doubtful = [role.forms, ...Object.values(by?.forms ?? {})].filter(
    (forms) => forms.length > 1,
  );
  const forms = [...new Set(doubtful.flat())];
  const first = doubtful[0]?.[0];
  return (
    <>
      <Forms
        label={t("imports.date.forms")}
        chosen={role.forms}
        onChange={(next) => set({ ...role, forms: next })}
      />
      {others.length > 0 && (
        <NativeSelect
          label={t("imports.date.by")}
          value={by?.column ?? ""}
          onChange={(event) => {
            const other = others.find(({ name }) => name === event.currentTarget.value);
            onChange((now) => datesBy(now, column, other ?? null));
          }}
          data={[
            { value: "", label: t("imports.date.by_none") },
            ...others.map(({ name, nth }) => ({ value: name, label: name, disabled: nth > 0 })),
          ]}
        />
      )}
      {by && (
        <ul className={classes.values}>
          {Object.entries(by.forms).map(([value, forms]) => (
            <li key={value}>
              <Forms
                label={compared(value)}
                chosen={forms}
                onChange={(next) =>
                  set({ ...role, by: { ...by, forms: { ...by.forms, [value]: next } } })
                }
              />
            </li>
          ))}
        </ul>
      )}
      {forms.length > 1 && (
        <NativeSelect
          label={t("imports.date.ambiguous")}
          description={t("imports.date.ambiguous_help")}
          value={role.ambiguous === "first_form" ? first : "leave_out"}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            set(preferForm(role, chosen === "leave_out" ? null : (chosen as DateForm)));
          }}
          data={[
            { value: "leave_out", label: t("imports.date.leave_out") },
            ...forms.map((form) => ({
              value: form,
              label: t("imports.date.read_as", { form: t(`imports.date.form.${form}`) }),
            })),
          ]}
        />
      )}
    </>
  );
}

function Forms({
  label,
  chosen,
  onChange,
}: {
  label: string;
  chosen: DateForm[];
  onChange: (forms: DateForm[]) => void;
}) {
  const { t } = useTranslation();
  return (
    <Checkbox.Group
      label={label}
      value={chosen}
      // The order of the choice is kept: it says which form counts in doubt.
      onChange={(next) => onChange(next as DateForm[])}
    >
      <div className={classes.forms}>
        {DATE_FORMS.filter((form) => !form.startsWith("unix") || chosen.includes(form)).map(
          (form) => (
            <Checkbox key={form} size="xs" value={form} label={t(`imports.date.form.${form}`)} />
          ),
        )}
      </div>
    </Checkbox.Group>
  );
}
