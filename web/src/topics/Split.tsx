import { useTranslation } from "react-i18next";
import type { TopicFigure } from "../api/types";
import { formatCount, formatShare } from "../format/number";
import { useLanguage } from "../i18n/language";
import { SIDES, SIGNS } from "../voices/Sentiment";
import classes from "./topics.module.css";

/** What is judged where a topic is spoken of: a bar, and the two ends as sign and share. */
export function Split({ said }: { said: TopicFigure["said"] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const total = SIDES.reduce((sum, side) => sum + said[side], 0);
  if (total === 0) return null;
  const spoken = SIDES.map(
    (side) => `${t(`voices.sentiment.${side}`)} ${formatCount(said[side], language)}`,
  ).join(language === "ja" ? "、" : ", ");
  return (
    <div className={classes.split} title={spoken}>
      <span className="visually-hidden">{spoken}</span>
      <span className={classes.splitBar} aria-hidden="true">
        {SIDES.filter((side) => said[side] > 0).map((side) => (
          <span key={side} data-side={side} style={{ flexGrow: said[side] }} />
        ))}
      </span>
      <span className={`${classes.splitEnds} num`} aria-hidden="true">
        <span>
          {SIGNS.positive} {formatShare(said.positive / total, language, 0)}
        </span>
        <span>
          {SIGNS.negative} {formatShare(said.negative / total, language, 0)}
        </span>
      </span>
    </div>
  );
}
