import { useTranslation } from "react-i18next";
import type { Question } from "../document";
import classes from "./build.module.css";

/** Where the answer is written, for questions that show nothing else to edit. */
export function AnswerSketch({ question, language }: { question: Question; language: string }) {
  const { t } = useTranslation();
  switch (question.type) {
    case "text":
      return (
        <div className={classes.sketch} data-long={question.long || undefined} aria-hidden="true">
          {question.format && question.format !== "any"
            ? t(`builder.formats.${question.format}`)
            : ""}
        </div>
      );
    case "number":
      return (
        <div className={classes.sketchLine} aria-hidden="true">
          <span className={classes.sketch} />
          {question.unit?.[language]}
        </div>
      );
    case "date":
      return (
        <div className={classes.sketch} aria-hidden="true">
          {t("builder.date_sketch")}
        </div>
      );
    default:
      return null;
  }
}
