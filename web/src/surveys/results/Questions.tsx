import { useTranslation } from "react-i18next";
import type { components } from "../../api/schema.gen";
import { DistributionBar, type DistributionPart } from "../../charts/DistributionBar";
import { localized, useLanguage } from "../../i18n/language";
import { Section } from "../../ui/page/Page";
import { meanScale, NPS_SCALE, PERCENT_SCALE, type ScoreValue } from "../../ui/score/model";
import { Score } from "../../ui/score/Score";
import { findQuestion, type Question, type SurveyDocument, scaleOf } from "../document";
import classes from "../surveys.module.css";

type FieldResults = components["schemas"]["FieldResults"];

/** As the document says it, with its scores as the shared grammar takes them. */
type Field = Omit<FieldResults, "mean" | "top_two" | "nps"> & {
  [score in "mean" | "top_two" | "nps"]?: ScoreValue | null;
};

interface QuestionsProps {
  fields: readonly FieldResults[];
  document: SurveyDocument;
}

/** Every question's answers: how they divide, with mean, top two and NPS side by side. */
export function Questions({ fields, document }: QuestionsProps) {
  const { t } = useTranslation();
  return (
    <Section title={t("surveys.results.questions")} lead={t("surveys.results.questions_lead")}>
      {withMeans(fields as readonly Field[]).map((field) => (
        <FieldArticle key={field.field} field={field} document={document} />
      ))}
    </Section>
  );
}

const VALUE = ".value";

/** Choices that stand for numbers have a field for these; its mean belongs beside the choices. */
function withMeans(fields: readonly Field[]): Field[] {
  const known = new Map(fields.map((field) => [field.field, field]));
  return fields
    .filter(({ field }) => !(field.endsWith(VALUE) && known.has(field.slice(0, -VALUE.length))))
    .map((field) => ({
      ...field,
      mean: field.mean ?? known.get(field.field + VALUE)?.mean ?? null,
    }));
}

/** Detractors, passives and promoters have their colours; other answers a shade for each. */
function toneOf(
  field: Field,
  value: string,
  index: number,
  question: Question | undefined,
): Pick<DistributionPart, "tone" | "depth"> {
  if (field.nps) {
    const given = Number(value);
    return { tone: given >= 9 ? "good" : given >= 7 ? "neutral" : "bad" };
  }
  const column =
    question?.type === "matrix" ? question.columns?.find(({ id }) => id === value) : undefined;
  if (column && column.value == null) return { tone: "neutral" };
  const ordered = column !== undefined || (question && scaleOf(question) !== null);
  const step = field.counts.length > 1 ? index / (field.counts.length - 1) : 1;
  return { tone: "ramp", depth: Math.round(20 + 80 * (ordered ? step : 1 - step)) };
}

function FieldArticle({ field, document }: { field: Field; document: SurveyDocument }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const text = localized(field.text, language, field.question);
  const label = localized(field.label, language);
  const title = label && label !== text ? `${text} · ${label}` : text;
  const question = findQuestion(document, field.question)?.question;
  const scale = question ? scaleOf(question) : null;
  // In a confidential programme the counts of few people are hidden, and so is the whole bar.
  const hidden = field.counts.some((each) => each.n == null);
  const parts = (hidden ? [] : field.counts).map((each, index) => ({
    key: each.value,
    name: localized(each.label, language, each.value),
    count: each.n ?? 0,
    ...toneOf(field, each.value, index, question),
  }));
  return (
    <article className={classes.question}>
      <h3 className={classes.questionText}>{title}</h3>
      {parts.length > 0 && <DistributionBar label={title} parts={parts} />}
      <div className={classes.numbers}>
        {field.nps && <Score name="NPS" score={field.nps} scale={NPS_SCALE} size="tile" />}
        {field.mean && (
          <Score
            name={t("surveys.results.mean")}
            score={field.mean}
            scale={
              scale
                ? meanScale(scale.low, scale.high)
                : { unit: "plain", min: 0, max: 0, decimals: 2, better: "none" }
            }
            size="tile"
          />
        )}
        {field.top_two && (
          <Score
            name={t("surveys.results.top_two")}
            score={field.top_two}
            scale={PERCENT_SCALE}
            size="tile"
          />
        )}
      </div>
    </article>
  );
}
