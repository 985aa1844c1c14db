import { Select } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { DriverResults } from "../api/types";
import { useDimensionName, useDimensionValueName } from "../filters/names";
import { formatCount } from "../format/number";
import { localized, useLanguage } from "../i18n/language";
import { unitRows } from "../settings/units/tree";
import { unitsQuery } from "../settings/units/units";
import { Section } from "../ui/page/Page";
import { DataTable } from "../ui/table/DataTable";
import classes from "./drivers.module.css";
import { differences } from "./finding";
import { formatAmount, formatAmounts, useDriverName } from "./words";

interface GroupsProps {
  results: DriverResults;
  /** What is compared; none yet. */
  split: string | undefined;
  onSplit: (split: string | undefined) => void;
}

/** Each unit or touchpoint against all others: what weighs more there, and what less. */
export function Groups({ results, split, onSplit }: GroupsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const driverName = useDriverName(results);
  const dimensionName = useDimensionName();
  const valueName = useDimensionValueName();
  const { data: units } = useQuery(unitsQuery());
  const levels = Math.max(0, ...unitRows(units ?? []).map((row) => row.depth + 1));
  // The whole organisation is one unit at the top, and nothing to compare with.
  const offered = [
    ...Array.from({ length: Math.max(0, levels - 1) }, (_, level) => `unit:${level + 1}`),
    ...(levels === 1 ? ["unit"] : []),
    ...(results.note.confidential ? [] : ["touchpoint"]),
  ];
  const all = split && !offered.includes(split) ? [split, ...offered] : offered;
  // Where nobody answered everything there is nothing to compare.
  const groups = split ? (results.finding?.groups ?? []).filter((group) => group.n !== 0) : [];
  const groupName = (key: string | null | undefined) =>
    key == null || !split
      ? t("metrics.no_value")
      : localized(results.labels[key], language, valueName(split, key));
  const found = differences(results);
  const [first] = found;
  const lead = !split
    ? t("drivers.groups.lead")
    : first
      ? t(first.more ? "drivers.groups.more" : "drivers.groups.less", {
          group: groupName(first.key),
          driver: driverName(first.driver),
        })
      : t("drivers.groups.alike");
  const drivers = results.finding?.drivers ?? [];
  return (
    <Section
      title={t("drivers.groups.title")}
      lead={lead}
      actions={
        <Select
          aria-label={t("drivers.groups.compare")}
          placeholder={t("drivers.groups.compare")}
          data={all.map((value) => ({ value, label: dimensionName(value) }))}
          value={split ?? null}
          onChange={(next) => onSplit(next ?? undefined)}
          clearable
          clearButtonProps={{ "aria-label": t("drivers.groups.none") }}
          w={220}
        />
      }
    >
      {groups.length > 0 && (
        <>
          <DataTable
            label={t("field.pair", {
              name: t("drivers.groups.title"),
              value: split ? dimensionName(split) : "",
            })}
            rows={groups}
            rowKey={(group) => group.key ?? ""}
            columns={[
              {
                key: "group",
                header: split ? dimensionName(split) : "",
                rowHeader: true,
                cell: (group) => <span className={classes.group}>{groupName(group.key)}</span>,
              },
              {
                key: "n",
                header: "n",
                align: "end",
                cell: (group) =>
                  group.suppressed ? (
                    <span className={classes.locked}>
                      <IconLock size={14} stroke={1.5} aria-hidden />
                      {t("score.suppressed")}
                    </span>
                  ) : (
                    <span className={classes.count}>
                      {formatCount(group.n ?? 0, language)}
                      {group.few && <span className={classes.few}>{t("score.few")}</span>}
                    </span>
                  ),
              },
              ...drivers.map((driver) => ({
                key: driver.driver,
                header: <span className={classes.head}>{driverName(driver.driver)}</span>,
                label: driverName(driver.driver),
                align: "end" as const,
                cell: (group: (typeof groups)[number]) => {
                  const own = group.drivers.find((each) => each.driver === driver.driver);
                  if (!own) return "—";
                  return (
                    <span
                      className={classes.cell}
                      data-differs={own.differs || undefined}
                      title={formatAmounts(own.potential_interval, results, language)}
                    >
                      {formatAmount(own.potential, results, language)}
                      {own.differs && own.difference != null && (
                        <span className={classes.under}>
                          {t(own.difference > 0 ? "drivers.groups.above" : "drivers.groups.below", {
                            difference: formatAmount(own.difference, results, language),
                          })}
                        </span>
                      )}
                    </span>
                  );
                },
              })),
            ]}
          />
          <p className={classes.said}>{t("drivers.groups.note")}</p>
        </>
      )}
    </Section>
  );
}
