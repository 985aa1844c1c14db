import { useTranslation } from "react-i18next";
import classes from "./voices.module.css";

/** What words can judge, the good end first. */
export const SIDES = ["positive", "neutral", "mixed", "negative"] as const;
export type Side = (typeof SIDES)[number];

/** Signs that say the same as the colours; a word always stands beside them. */
export const SIGNS: Record<Side, string> = {
  positive: "＋",
  neutral: "○",
  mixed: "±",
  negative: "−",
};

export function isSide(name: string): name is Side {
  return (SIDES as readonly string[]).includes(name);
}

/** For or against, as a sign and a word. */
export function Sentiment({ side }: { side: string }) {
  const { t } = useTranslation();
  if (!isSide(side)) return null;
  return (
    <span className={classes.side} data-side={side}>
      <span aria-hidden="true">{SIGNS[side]}</span> {t(`voices.sentiment.${side}`)}
    </span>
  );
}
