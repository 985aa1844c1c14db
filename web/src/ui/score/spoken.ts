import { useTranslation } from "react-i18next";
import { formatCount } from "../../format/number";
import { useLanguage } from "../../i18n/language";
import {
  changeOf,
  formatDifference,
  formatValue,
  type Scale,
  type ScoreValue,
  standingOf,
} from "./model";

/** A score as one sentence, for assistive technology and for copying. */
export function useSpokenScore(name: string, score: ScoreValue, scale: Scale): string {
  const { t } = useTranslation();
  const language = useLanguage();
  const standing = standingOf(score);
  if (standing === "suppressed") return t("field.pair", { name, value: t("score.suppressed") });
  if (score.value === null || score.value === undefined) {
    return t("field.pair", { name, value: t("score.no_value") });
  }

  const parts = [t("field.pair", { name, value: formatValue(score.value, scale, language) })];
  const said = changeOf(score);
  if (said === "none") parts.push(t("score.no_clear_change"));
  if ((said === "up" || said === "down") && score.change?.difference != null) {
    const difference = formatDifference(
      Math.abs(score.change.difference),
      { ...scale, unit: scale.unit === "points" ? "plain" : scale.unit },
      language,
      t("score.points"),
    ).replace("+", "");
    parts.push(t(`score.${said}`, { difference }));
  }
  parts.push(t("score.answers", { count: score.n ?? 0, n: formatCount(score.n ?? 0, language) }));
  if (standing === "few") parts.push(t("score.few"));
  const [low, high] = score.interval ?? [];
  if (low !== undefined && high !== undefined) {
    parts.push(
      t("score.interval_spoken", {
        percent: Math.round((score.confidence ?? 0.95) * 100),
        low: formatValue(low, scale, language),
        high: formatValue(high, scale, language),
      }),
    );
  }
  if (scale.target !== null && scale.target !== undefined) {
    parts.push(t("score.target_spoken", { target: formatValue(scale.target, scale, language) }));
  }
  return parts.join(language === "ja" ? "、" : ", ");
}
