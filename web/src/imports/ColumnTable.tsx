import { NativeSelect, SegmentedControl } from "@mantine/core";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FieldProblem } from "../api/problem";
import { formatCount } from "../format/number";
import { useLanguage } from "../i18n/language";
import classes from "./imports.module.css";
import { chooseRole, mappedColumn } from "./mapping";
import { type Change, type FileColumn, type Mapping, type RoleName, rolesFor } from "./model";
import { RoleDetails } from "./RoleDetails";

/** Values of a column shown as samples. */
const SAMPLES = 4;
/** More columns than this are worth narrowing to those that mean something. */
const MANY = 15;

interface ColumnTableProps {
  columns: FileColumn[];
  mapping: Mapping;
  problems: readonly FieldProblem[];
  /** Whether another proposal is on its way. */
  proposing: boolean;
  onChange: (make: Change) => void;
}

/** Every column of the file, what is in it, and what it means. */
export function ColumnTable(props: ColumnTableProps) {
  const { columns, mapping, problems, proposing, onChange } = props;
  const { t } = useTranslation();
  const language = useLanguage();
  const [shown, setShown] = useState<"all" | "used">("all");
  const used = columns.filter((column) => mappedColumn(mapping, column));
  return (
    <>
      {columns.length > MANY && (
        <SegmentedControl
          size="xs"
          className="segments"
          mb="sm"
          aria-label={t("imports.columns.title")}
          value={shown}
          onChange={(next) => setShown(next as "all" | "used")}
          data={[
            {
              value: "all",
              label: t("imports.columns.all", { n: formatCount(columns.length, language) }),
            },
            {
              value: "used",
              label: t("imports.columns.used", { n: formatCount(used.length, language) }),
            },
          ]}
        />
      )}
      <table
        className={classes.columns}
        aria-label={t("imports.columns.title")}
        aria-busy={proposing}
      >
        <thead>
          <tr>
            <th scope="col">{t("imports.columns.column")}</th>
            <th scope="col">{t("imports.columns.means")}</th>
            <th scope="col">{t("imports.columns.details")}</th>
          </tr>
        </thead>
        <tbody>
          {(shown === "used" ? used : columns).map((column) => {
            const place = mappedColumn(mapping, column)?.place;
            const wrong = problems
              .filter(({ field }) => place != null && field.includes(`columns[${place}]`))
              .map(({ message }) => message)
              .join(" ");
            return (
              <ColumnRow
                key={`${column.name} ${column.nth}`}
                column={column}
                columns={columns}
                mapping={mapping}
                wrong={wrong}
                onChange={onChange}
              />
            );
          })}
        </tbody>
      </table>
    </>
  );
}

interface ColumnRowProps {
  column: FileColumn;
  columns: FileColumn[];
  mapping: Mapping;
  wrong: string;
  onChange: (make: Change) => void;
}

const ColumnRow = memo(function ColumnRow(props: ColumnRowProps) {
  const { column, columns, mapping, wrong, onChange } = props;
  const { t } = useTranslation();
  const mapped = mappedColumn(mapping, column)?.mapped;
  return (
    <tr data-used={mapped ? true : undefined}>
      <th scope="row">
        <span className={classes.columnName}>{column.name}</span>
        {column.label && column.label !== column.name && (
          <span className={classes.under}>{column.label}</span>
        )}
        <span className={classes.under}>
          {column.values.length === 0 ? (
            t(`imports.looks.${column.looks}`)
          ) : (
            <>
              {t("field.named", { label: t(`imports.looks.${column.looks}`) })}
              <span className={classes.sample}>
                {column.values.slice(0, SAMPLES).join(" · ")}
                {(column.more_values || column.values.length > SAMPLES) && " …"}
              </span>
            </>
          )}
        </span>
      </th>
      <td>
        <NativeSelect
          aria-label={t("imports.columns.means_of", { column: column.name })}
          value={mapped?.role.is ?? ""}
          error={wrong || undefined}
          onChange={(event) => {
            const is = (event.currentTarget.value || null) as RoleName | null;
            onChange((now) => chooseRole(now, column, is));
          }}
        >
          <option value="">{t("imports.role.none")}</option>
          {rolesFor(mapping.target.kind).map(([group, roles]) => (
            <optgroup key={group} label={t(`imports.role_group.${group}`)}>
              {roles.map((role) => (
                <option key={role} value={role}>
                  {t(`imports.role.${role}`)}
                </option>
              ))}
            </optgroup>
          ))}
        </NativeSelect>
      </td>
      <td>
        {mapped && (
          <RoleDetails
            column={column}
            columns={columns}
            mapping={mapping}
            mapped={mapped}
            onChange={onChange}
          />
        )}
      </td>
    </tr>
  );
});
