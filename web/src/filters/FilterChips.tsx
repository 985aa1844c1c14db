import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { type Filter, withFilter } from "./filters";
import classes from "./filters.module.css";
import { useDimensionName, useDimensionValueName } from "./names";

interface FilterChipsProps {
  /** Those that are shown. */
  shown: readonly Filter[];
  /** All there are. */
  filters: readonly Filter[];
  onChange: (filters: Filter[]) => void;
  /** What stands behind the last chip. */
  children?: ReactNode;
}

/** Filters as chips that say what is narrowed down, each with its way out. */
export function FilterChips({ shown, filters, onChange, children }: FilterChipsProps) {
  const { t } = useTranslation();
  const dimensionName = useDimensionName();
  const valueName = useDimensionValueName();
  return (
    <div className={classes.chips}>
      {shown.map((filter) => {
        const values = filter.values.map((value) => valueName(filter.dimension, value));
        const text = t("metrics.filter_said", {
          name: dimensionName(filter.dimension),
          values: values.join(t("metrics.filter_and")),
        });
        return (
          <span key={filter.dimension} className={classes.chip}>
            {text}
            <ActionIcon
              size={22}
              radius="xl"
              aria-label={t("metrics.remove_filter", { name: text })}
              onClick={() => onChange(withFilter(filters, filter.dimension, []))}
            >
              <IconX size={13} stroke={1.8} aria-hidden />
            </ActionIcon>
          </span>
        );
      })}
      {children}
    </div>
  );
}
