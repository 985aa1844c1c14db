import { Button, Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatDate } from "../format/date";
import {
  isNamedPeriod,
  NAMED_PERIODS,
  type Period,
  parsePeriod,
  readRange,
} from "../format/period";
import { useLanguage } from "../i18n/language";
import { UnitSelect } from "../settings/units/UnitSelect";
import { useUnitName } from "../settings/units/units";
import { DayInput } from "../ui/form/DayInput";
import { useGlobalFilter } from "./filter";
import classes from "./Shell.module.css";

/** A period in words. */
export function usePeriodName(): (period: Period) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return (period) => {
    if (isNamedPeriod(period)) return t(`shell.period.${period}`);
    const range = readRange(period);
    return range
      ? t("shell.period.range", {
          from: formatDate(range.from, language),
          to: formatDate(range.to, language),
        })
      : period;
  };
}

/** The global filter as one quiet chip that says what is chosen and opens its editor. */
export function FilterChip() {
  const { t } = useTranslation();
  const filter = useGlobalFilter();
  const periodName = usePeriodName();
  const unitName = useUnitName();
  const [opened, editor] = useDisclosure(false);
  const [from, setFrom] = useState(filter.range?.from ?? "");
  const [to, setTo] = useState(filter.range?.to ?? "");
  const custom = from && to && from <= to ? parsePeriod(`${from}..${to}`) : undefined;
  const unitText = filter.unit ? unitName(filter.unit) : t("shell.organisation_wide");

  return (
    <Popover opened={opened} onChange={editor.toggle} width={360} position="bottom-end" trapFocus>
      <Popover.Target>
        <button
          type="button"
          className={classes.chip}
          onClick={editor.toggle}
          title={t("shell.filter.label")}
        >
          <IconAdjustmentsHorizontal size={15} stroke={1.6} aria-hidden />
          <span className="visually-hidden">
            {t("field.named", { label: t("shell.filter.label") })}
          </span>
          <span className={classes.chipText}>
            {periodName(filter.period)} · {unitText}
          </span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <fieldset className={classes.periods}>
          <legend>{t("shell.filter.period")}</legend>
          {NAMED_PERIODS.map((period) => (
            <button
              key={period}
              type="button"
              className={classes.period}
              aria-pressed={filter.period === period}
              onClick={() => filter.set({ period })}
            >
              {t(`shell.period.${period}`)}
            </button>
          ))}
        </fieldset>
        <fieldset className={classes.days}>
          <legend>{t("shell.filter.custom")}</legend>
          <DayInput inside aria-label={t("field.from")} value={from} onChange={setFrom} />
          <DayInput inside aria-label={t("field.to")} value={to} onChange={setTo} />
          <Button
            variant="default"
            disabled={!custom}
            title={custom ? undefined : t("shell.filter.range_invalid")}
            onClick={() => custom && filter.set({ period: custom })}
            px="sm"
          >
            {t("action.apply")}
          </Button>
        </fieldset>
        <UnitSelect
          label={t("shell.filter.unit")}
          value={filter.unit}
          onChange={(unit) => filter.set({ unit })}
          placeholder={t("shell.organisation_wide")}
          clearable
        />
        <Button
          variant="subtle"
          size="compact-sm"
          mt="md"
          onClick={() => filter.set({ period: undefined, unit: null })}
        >
          {t("shell.filter.reset")}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
