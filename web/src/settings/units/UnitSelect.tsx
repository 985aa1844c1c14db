import { type ComboboxItem, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { localized, useLanguage } from "../../i18n/language";
import { isFound, unitRows } from "./tree";
import { unitsQuery } from "./units";

interface UnitSelectProps {
  label: string;
  value: string | null;
  onChange: (unit: string | null) => void;
  placeholder?: string;
  clearable?: boolean;
  disabled?: boolean;
  error?: string;
  description?: string;
  /** Units that may not be chosen, such as a unit's own descendants. */
  exclude?: ReadonlySet<string>;
}

/** Chooses one unit from the tree; typing searches names and codes. */
export function UnitSelect({ value, onChange, exclude, clearable, ...rest }: UnitSelectProps) {
  const { data } = useQuery(unitsQuery());
  const language = useLanguage();
  const rows = unitRows(data ?? []).filter((row) => !exclude?.has(row.unit.id));
  const depth = new Map(rows.map((row) => [row.unit.id, row.depth]));
  const options = rows.map((row) => ({
    value: row.unit.id,
    label: localized(row.unit.name, language, row.unit.code),
  }));
  const units = new Map(rows.map((row) => [row.unit.id, row.unit]));

  return (
    <Select
      {...rest}
      data={options}
      value={value}
      onChange={onChange}
      searchable
      clearable={clearable}
      allowDeselect={clearable}
      limit={200}
      maxDropdownHeight={280}
      filter={({ options: all, search }) =>
        (all as ComboboxItem[]).filter((option) => {
          const unit = units.get(option.value);
          return unit !== undefined && isFound(unit, search);
        })
      }
      renderOption={({ option }) => (
        <span style={{ paddingInlineStart: (depth.get(option.value) ?? 0) * 14 }}>
          {option.label} <span className="meta">{units.get(option.value)?.code}</span>
        </span>
      )}
    />
  );
}
