/** Drivers, amounts and remarks in words. */
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Driver, DriverRemark, DriverResults } from "../api/types";
import { useDimensionName } from "../filters/names";
import {
  formatCount,
  formatDecimal,
  formatShare,
  formatSigned,
  type Language,
} from "../format/number";
import { localized, useLanguage } from "../i18n/language";

/** The name of a driver: its question or column, else what it rests on. */
export function useDriverName(results: DriverResults): (driver: string) => string {
  const language = useLanguage();
  const dimensionName = useDimensionName();
  const labels = useMemo(
    () => new Map(results.finding?.drivers.map((each) => [each.driver, each.label])),
    [results],
  );
  return useCallback(
    (driver) => localized(labels.get(driver), language, dimensionName(driver)),
    [labels, language, dimensionName],
  );
}

/** Amounts of the outcome: points of an NPS or a share with one decimal, else two. */
export function formatAmount(value: number, results: DriverResults, language: Language): string {
  return formatSigned(value, results.outcome.unit === "points" ? 2 : 1, language);
}

export function formatAmounts(
  ends: readonly number[],
  results: DriverResults,
  language: Language,
): string {
  return `[${ends.map((end) => formatAmount(end, results, language)).join(", ")}]`;
}

/** A mean or an edge on the driver's own scale. */
export function formatOwn(value: number, driver: Driver, language: Language): string {
  const digits = driver.scale || driver.step < 10 ? 2 : 0;
  return formatDecimal(value, digits, language);
}

export function formatShares(ends: readonly number[], total: number, language: Language): string {
  return `[${ends.map((end) => formatDecimal((100 * end) / total, 0, language)).join(", ")}]`;
}

/** The outcome's name inside a sentence. */
export function useOutcomeName(results: DriverResults): string {
  const { t } = useTranslation();
  return localized(results.outcome.label, useLanguage(), t("drivers.outcome"));
}

/** "One point more", "yes instead of no", "1,000 more". */
export function useStep(): (driver: Driver) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return useCallback(
    (driver) => {
      const [low, high] = driver.scale ?? [];
      if (low === 0 && high === 1) return t("drivers.step.yes");
      if (driver.scale) return t("drivers.step.point");
      const digits = driver.step < 1 ? Math.ceil(-Math.log10(driver.step)) : 0;
      return t("drivers.step.more", { step: formatDecimal(driver.step, digits, language) });
    },
    [t, language],
  );
}

/** What there is to keep in mind, or why there is no ranking, as a sentence. */
export function useRemark(results: DriverResults): (remark: DriverRemark) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  const driverName = useDriverName(results);
  const outcome = useOutcomeName(results);
  return useCallback(
    (remark) => {
      const value = remark.value ?? 0;
      const named = (driver: string) => (driver === "outcome" ? outcome : driverName(driver));
      const code = remark.code as "few_rows";
      return t(`drivers.remark.${code}`, {
        driver: remark.driver ? named(remark.driver) : "",
        others: remark.others.map(named).join(t("drivers.and")),
        outcome,
        value:
          remark.code === "halo" || remark.code === "many_dropped"
            ? formatShare(value, language, 0)
            : remark.code === "overlap"
              ? formatDecimal(value, 1, language)
              : remark.code === "not_significant"
                ? formatDecimal(value, 2, language)
                : formatCount(value, language),
        wanted: formatCount(remark.wanted ?? 0, language),
      });
    },
    [t, language, driverName, outcome],
  );
}
