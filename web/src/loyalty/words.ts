/** Amounts, groups and remarks in words. */
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { LoyaltyFinding, LoyaltyRemark, LoyaltyResults } from "../api/types";
import { formatCount, formatDecimal, formatSigned, type Language } from "../format/number";
import { localized, useLanguage } from "../i18n/language";
import { decimalsOf } from "./finding";

type Measure = LoyaltyFinding["measure"];

export function formatWorth(value: number, measure: Measure, language: Language): string {
  return formatDecimal(value, decimalsOf(measure, value), language);
}

export function formatDifference(value: number, measure: Measure, language: Language): string {
  return formatSigned(value, decimalsOf(measure, value), language);
}

/** Both ends with as many decimals as the greater needs. */
export function formatEnds(
  ends: readonly number[] | null | undefined,
  measure: Measure,
  language: Language,
  signed = false,
): string {
  if (!ends) return "";
  const digits = Math.min(...ends.map((end) => decimalsOf(measure, end)));
  const one = (end: number) =>
    signed ? formatSigned(end, digits, language) : formatDecimal(end, digits, language);
  return `[${ends.map(one).join(", ")}]`;
}

const NPS_GROUPS = ["promoter", "passive", "detractor"] as const;

/** What a group is called: by what customers said, by the name of a code, or as it is. */
export function useGroupName(results: LoyaltyResults): (key: string | null | undefined) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return useCallback(
    (key) => {
      const byAnswer = results.analysis.definition.group?.kind === "nps";
      if (key == null) {
        return t(byAnswer ? "loyalty.group.no_answer" : "loyalty.group.unknown");
      }
      const said = NPS_GROUPS.find((each) => byAnswer && each === key);
      if (said) return t(`loyalty.group.${said}`);
      const band = key.match(/^(.*)\.\.<?(.*)$/);
      if (band && !results.note?.group_values[key]) {
        const [, from = "", to = ""] = band;
        if (!to) return t("loyalty.group.from", { from });
        return from ? t("loyalty.group.between", { from, to }) : t("loyalty.group.below", { to });
      }
      return localized(results.note?.group_values[key], language, key);
    },
    [t, language, results],
  );
}

const HORIZONS = [90, 180, 365, 730] as const;

/** So many days ahead, in the words of the trade where there are any. */
export function useHorizon(): (days: number) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return useCallback(
    (days) => {
      const known = HORIZONS.find((each) => each === days);
      return known
        ? t(`loyalty.horizon.${known}`)
        : t("loyalty.horizon.days", { days: formatCount(days, language) });
    },
    [t, language],
  );
}

/** What there is to keep in mind, or why there is no model, as a sentence. */
export function useRemark(): (remark: LoyaltyRemark) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return useCallback(
    (remark) => {
      const [customers, repeat] = remark.wanted ?? [0, 0];
      const code = remark.code as "too_few";
      return t(`loyalty.remark.${code}`, {
        value: formatDecimal(
          remark.value ?? 0,
          code === ("amounts_depend_on_frequency" as string) ? 2 : 0,
          language,
        ),
        repeat: formatCount(remark.repeat ?? 0, language),
        customers: formatCount(customers, language),
        wanted: formatCount(repeat, language),
      });
    },
    [t, language],
  );
}
