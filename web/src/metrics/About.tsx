import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Metric, MetricAnswer } from "../api/types";
import type { TrendBreak } from "../charts/trend";
import { fieldName } from "../filters/fields";
import { fieldsQuery } from "../filters/queries";
import { localized, useLanguage } from "../i18n/language";
import classes from "./metrics.module.css";
import { metricsQuery } from "./queries";

interface AboutProps {
  metric: Metric;
  answer: MetricAnswer;
  /** Where the trend that is shown must not be read through. */
  breaks: readonly TrendBreak[];
}

/** What a reader must know of a metric that is not plain: its formula, its surveys, what it pools. */
export function About({ metric, answer, breaks }: AboutProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: fields } = useQuery(fieldsQuery);
  const { data: metrics } = useQuery(metricsQuery);
  const { formula, sources, metrics: operands } = metric.definition;
  const { streams, mixes_programmes } = answer.note;
  const names = new Map<string, string>();
  for (const operand of operands ?? []) {
    const found = metrics?.find((each) => each.id === operand.metric);
    names.set(operand.name, localized(found?.name, language, operand.metric));
  }
  for (const source of formula.text ? sources : []) {
    const field = fields?.find(
      (each) => each.stream === source.stream && each.field === source.field,
    );
    const name = source.name ?? source.field;
    if (field && !names.has(name)) names.set(name, fieldName(field, language));
  }
  const surveyName = (stream: string) =>
    localized(fields?.find((each) => each.stream === stream)?.stream_name, language, stream);
  const surveys =
    streams.length > 1 ? streams.map(surveyName).join(language === "ja" ? "、" : ", ") : null;
  if (!formula.text && !surveys && !mixes_programmes && !breaks.length) return null;
  return (
    <div className={classes.about}>
      {formula.text && (
        <>
          <p>{t("metrics.calculated")}</p>
          <code className={classes.formula}>{formula.text}</code>
          <dl className={classes.names}>
            {[...names].map(([name, label]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{label}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {surveys && <p>{t("metrics.surveys_note", { surveys })}</p>}
      {breaks.map((each) => (
        <p key={each.day + each.name}>
          {t("metrics.break_said", { day: each.day, what: each.name })}
        </p>
      ))}
      {mixes_programmes && <p className={classes.caution}>{t("metrics.mixes_note")}</p>}
    </div>
  );
}
