import { Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { LocalizedText } from "../../i18n/language";
import { type Question, scaleOf } from "../document";
import classes from "./build.module.css";
import { TextPair } from "./TextPair";

interface ScaleEditorProps {
  question: Question;
  languages: readonly string[];
  onChange: (part: string, change: Record<string, unknown>) => void;
}

/** A scale as it will be answered, with the words at its points. */
export function ScaleEditor({ question, languages, onChange }: ScaleEditorProps) {
  const { t } = useTranslation();
  const scale = scaleOf(question);
  if (!scale) return null;
  const points = Array.from({ length: scale.high - scale.low + 1 }, (_, at) => scale.low + at);
  const text = (key: string, label: string) => (
    <TextPair
      field={key}
      label={label}
      value={(question as unknown as Record<string, LocalizedText | null | undefined>)[key]}
      languages={languages}
      onChange={(value) => onChange(key, { [key]: value })}
    />
  );
  return (
    <div className={classes.scaleEditor}>
      <div className={classes.points} aria-hidden="true">
        {points.map((point) => (
          <span key={point} className={classes.point}>
            <Mark question={question} point={point} />
          </span>
        ))}
      </div>
      {(question.type === "nps" || question.type === "ces") && (
        <>
          {text("low_label", t("surveys.low_label"))}
          {text("high_label", t("surveys.high_label"))}
        </>
      )}
      {question.type === "expectation" && (
        <>
          {text("expectation_label", t("surveys.expectation_label"))}
          {text("result_label", t("surveys.result_label"))}
        </>
      )}
      {(question.type === "csat" || question.type === "rating") && (
        <PointLabels
          points={points}
          labels={question.labels ?? []}
          languages={languages}
          onChange={(labels) => onChange("labels", { labels })}
        />
      )}
    </div>
  );
}

/** A point as the answer page draws it. */
function Mark({ question, point }: { question: Question; point: number }) {
  if (question.type !== "rating" || question.style === "number") return point;
  if (question.style === "star") return "★";
  const { low, high } = scaleOf(question) ?? { low: 1, high: 5 };
  const glad = ((point - low) / Math.max(high - low, 1)) * 2 - 1;
  const end = (15.5 - glad).toFixed(1);
  return (
    <svg viewBox="0 0 24 24" width={24} height={24} className={classes.face} aria-hidden="true">
      <circle cx="12" cy="12" r="10" />
      <path d={`M8 9v1M16 9v1M8 ${end}Q12 ${(15.5 + glad * 3).toFixed(1)} 16 ${end}`} />
    </svg>
  );
}

interface PointLabelsProps {
  points: number[];
  labels: LocalizedText[];
  languages: readonly string[];
  onChange: (labels: LocalizedText[]) => void;
}

/** Labels are for every point when there is one for each, else for the two ends. */
function PointLabels({ points, labels, languages, onChange }: PointLabelsProps) {
  const { t } = useTranslation();
  const full = labels.length === points.length && points.length > 2;
  const shown = full ? points : [points[0] ?? 0, points.at(-1) ?? 0];
  const each = (on: boolean) =>
    onChange(
      points
        .map((_, at) => {
          if (at === 0) return labels[0] ?? {};
          return at === points.length - 1 ? (labels.at(-1) ?? {}) : {};
        })
        .filter((_, at) => on || at === 0 || at === points.length - 1),
    );
  return (
    <>
      {points.length > 2 && (
        <Switch
          size="xs"
          label={t("builder.every_point")}
          checked={full}
          onChange={(event) => each(event.currentTarget.checked)}
        />
      )}
      {shown.map((point, index) => (
        <TextPair
          key={point}
          field={`labels[${index}]`}
          quiet
          label={t("surveys.point_label", { point })}
          value={labels[index]}
          languages={languages}
          onChange={(label) => {
            const next = shown.map((_, at) => (at === index ? label : (labels[at] ?? {})));
            onChange(next.every((each) => Object.keys(each).length === 0) ? [] : next);
          }}
        />
      ))}
    </>
  );
}
