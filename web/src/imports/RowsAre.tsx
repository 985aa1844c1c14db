import { NativeSelect, Radio, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../i18n/language";
import { LocalizedTextField } from "../ui/form/LocalizedTextField";
import { Section } from "../ui/page/Page";
import type { Rows } from "./deciding";
import classes from "./imports.module.css";
import {
  type Change,
  ROWS_ARE,
  type RowsAre as RowsAreName,
  STREAM_KINDS,
  type Target,
} from "./model";
import { answerableSurveysQuery, savedMappingsQuery } from "./queries";

interface RowsAreProps {
  /** The newest choice. */
  shown: { kind: RowsAreName; survey: string };
  /** What the proposal at hand is for. */
  target: Target;
  /** Asks for a proposal for other rows. */
  onRows: (rows: Rows) => void;
  onChange: (make: Change) => void;
}

/** What a row of the file is, and where the rows go. */
export function RowsAre({ shown, target, onRows, onChange }: RowsAreProps) {
  const { t } = useTranslation();
  const kept = useQuery(savedMappingsQuery);
  const { kind } = shown;
  const choose = (next: RowsAreName) => {
    if (next !== kind) onRows(next === "survey" ? { survey_id: "" } : { rows_are: next });
  };
  return (
    <Section title={t("imports.rows_are.title")} lead={t("imports.rows_are.lead")}>
      <Radio.Group
        value={kind}
        onChange={(next) => choose(next as RowsAreName)}
        aria-label={t("imports.rows_are.title")}
      >
        <div className={classes.kinds}>
          {ROWS_ARE.map((each) => (
            <Radio.Card key={each} value={each} className={classes.kind}>
              <Radio.Indicator />
              <span>
                <span className={classes.kindName}>{t(`imports.rows_are.${each}`)}</span>
                <span className="meta">{t(`imports.rows_are.${each}_note`)}</span>
              </span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      <div className={classes.fields}>
        {kind === "survey" ? (
          <SurveyChoice chosen={shown.survey} onChoose={(survey_id) => onRows({ survey_id })} />
        ) : (
          kind === target.kind && (
            <TargetFields
              target={target}
              onChange={(next) =>
                onChange((now) => (now.target.kind === next.kind ? { ...now, target: next } : now))
              }
            />
          )
        )}
        {Boolean(kept.data?.length) && (
          <NativeSelect
            label={t("imports.kept.label")}
            value=""
            onChange={(event) => {
              const mapping = event.currentTarget.value;
              if (mapping) onRows({ mapping });
            }}
            data={[
              { value: "", label: t("imports.kept.choose") },
              ...(kept.data ?? []).map(({ name }) => ({ value: name, label: name })),
            ]}
          />
        )}
      </div>
    </Section>
  );
}

function SurveyChoice({ chosen, onChoose }: { chosen: string; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const surveys = useQuery(answerableSurveysQuery);
  return (
    <NativeSelect
      label={t("imports.rows_are.which_survey")}
      description={surveys.data?.length === 0 ? t("imports.rows_are.no_survey") : undefined}
      value={chosen}
      onChange={(event) => event.currentTarget.value && onChoose(event.currentTarget.value)}
      data={[
        { value: "", label: t("imports.choose") },
        ...(surveys.data ?? []).map((survey) => ({
          value: survey.id,
          label: localized(survey.title, language, survey.id),
        })),
      ]}
    />
  );
}

function TargetFields({
  target,
  onChange,
}: {
  target: Target;
  onChange: (target: Target) => void;
}) {
  const { t } = useTranslation();
  switch (target.kind) {
    case "new_survey":
      return (
        <div className={classes.names}>
          <LocalizedTextField
            label={t("imports.rows_are.survey_title")}
            value={target.title}
            onChange={(title) => onChange({ ...target, title })}
          />
        </div>
      );
    case "voices":
    case "operational":
      return (
        <>
          <div className={classes.names}>
            <LocalizedTextField
              label={t("imports.rows_are.label")}
              value={target.label}
              onChange={(label) => onChange({ ...target, label })}
            />
          </div>
          <TextInput
            label={t("imports.rows_are.key")}
            description={t("imports.rows_are.key_help")}
            value={target.key}
            onChange={(event) => onChange({ ...target, key: event.currentTarget.value })}
          />
          {target.kind === "operational" && (
            <NativeSelect
              label={t("imports.rows_are.stream_kind")}
              value={target.stream_kind}
              onChange={(event) => onChange({ ...target, stream_kind: event.currentTarget.value })}
              data={STREAM_KINDS.map((value) => ({
                value,
                label: t(`imports.rows_are.stream.${value}`),
              }))}
            />
          )}
        </>
      );
    default:
      return null;
  }
}
