import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Driver, DriverResults } from "../api/types";
import { formatDecimal, formatShare } from "../format/number";
import { useLanguage } from "../i18n/language";
import {
  formatAmount,
  formatAmounts,
  formatOwn,
  formatShares,
  useDriverName,
  useStep,
} from "./words";

/** Everything that is known of a driver, in one line. */
export function useSpokenDriver(results: DriverResults): (driver: Driver) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  const driverName = useDriverName(results);
  const stepOf = useStep();
  return useCallback(
    (driver) => {
      const r2 = results.finding?.r2 || 1;
      return t("drivers.said", {
        driver: driverName(driver.driver),
        share: formatShare(driver.share, language, 0),
        share_interval: driver.interval ? formatShares(driver.interval, r2, language) : "",
        performance:
          driver.performance == null ? "—" : formatOwn(driver.performance, driver, language),
        performance_interval: driver.performance_interval
          ? `[${driver.performance_interval.map((end) => formatDecimal(end, 2, language)).join(", ")}]`
          : "",
        step: stepOf(driver),
        potential: formatAmount(driver.potential, results, language),
        potential_interval: formatAmounts(driver.potential_interval, results, language),
      });
    },
    [t, language, results, driverName, stepOf],
  );
}
