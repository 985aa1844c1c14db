import { NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../i18n/language";
import type { Question, SurveyDocument } from "../surveys/document";
import { surveyQuery, versionQuery } from "../surveys/queries";
import { answerPlaces, questionsAsked, readPlace, writePlace } from "./answers";
import classes from "./imports.module.css";
import {
  OWN_TYPES,
  type OwnType,
  ownQuestion,
  questionsOf,
  withQuestion,
  withRole,
} from "./mapping";
import type { ColumnRole, Mapping } from "./model";
import type { RoleDetailsProps } from "./RoleDetails";

type AnswerRole = Extract<ColumnRole, { is: "answer" | "write_in" | "field" }>;

/** More choices than this are named in the survey itself, after the import. */
const NAMED_HERE = 20;

/** Which question a column answers: one of its own, or one of the chosen survey. */
export function AnswerDetails(props: RoleDetailsProps & { role: AnswerRole }) {
  const { mapping, role } = props;
  if (mapping.target.kind === "new_survey" && role.is === "answer") {
    const question = questionsOf(mapping).find(({ id }) => id === role.question);
    return question ? <OwnQuestion {...props} role={role} question={question} /> : null;
  }
  return <Asked {...props} />;
}

/** The document that answers go to; nothing until it is read. */
export function useAskedDocument(mapping: Mapping): SurveyDocument | undefined {
  const id = mapping.target.kind === "survey" ? mapping.target.survey_id : "";
  const survey = useQuery({ ...surveyQuery(id), enabled: id !== "" });
  const number = survey.data?.version ?? 0;
  const version = useQuery({ ...versionQuery(id, number), enabled: number > 0 });
  return version.data?.document;
}

function Asked({ column, mapping, role, onChange }: RoleDetailsProps & { role: AnswerRole }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const document = useAskedDocument(mapping);
  const empty = { value: "", label: t("imports.choose") };
  const set = (next: ColumnRole) => onChange((now) => withRole(now, column, next));
  if (!document) return null;
  if (role.is === "field") {
    return (
      <NativeSelect
        label={t("imports.details.hidden_field")}
        value={role.field}
        onChange={(event) => set({ ...role, field: event.currentTarget.value })}
        data={[
          empty,
          ...(document.hidden_fields ?? []).map(({ id, label }) => ({
            value: id,
            label: localized(label, language, id),
          })),
        ]}
      />
    );
  }
  if (role.is === "write_in") {
    return (
      <NativeSelect
        label={t("imports.details.question")}
        value={role.question}
        onChange={(event) => set({ ...role, question: event.currentTarget.value })}
        data={[empty, ...questionsAsked(document, language, ["single", "multiple"])]}
      />
    );
  }
  return (
    <NativeSelect
      label={t("imports.details.question")}
      value={writePlace(role)}
      onChange={(event) => set({ ...role, ...readPlace(event.currentTarget.value) })}
    >
      <option value="">{t("imports.choose")}</option>
      {answerPlaces(document, language, {
        expectation: t("imports.details.expectation"),
        result: t("imports.details.result"),
      }).map(({ group, places }) =>
        places.length === 1 && places[0] ? (
          <option key={places[0].value} value={places[0].value}>
            {group}
          </option>
        ) : (
          <optgroup key={places[0]?.value} label={group}>
            {places.map(({ value, label }) => (
              <option key={value} value={value}>
                {label ?? t("imports.details.whole")}
              </option>
            ))}
          </optgroup>
        ),
      )}
    </NativeSelect>
  );
}

function OwnQuestion({
  column,
  role,
  question,
  mapped,
  onChange,
}: RoleDetailsProps & { role: Extract<ColumnRole, { is: "answer" }>; question: Question }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const text = localized(question.text, language);
  const choices = question.type === "single" ? (question.choices ?? []) : [];
  const cells = column.values.filter((cell) => !mapped.missing?.includes(cell));
  const put = (next: Question) => onChange((now) => withQuestion(now, next));
  return (
    <>
      <div className={classes.pair}>
        <NativeSelect
          label={t("imports.details.type")}
          value={question.type}
          onChange={(event) =>
            put(ownQuestion(column, event.currentTarget.value as OwnType, question.id, text))
          }
          data={OWN_TYPES.map((value) => ({ value, label: t(`surveys.types.${value}`) }))}
        />
        <TextInput
          label={t("imports.details.words")}
          value={text}
          onChange={(event) => put({ ...question, text: everywhere(event.currentTarget.value) })}
        />
      </div>
      {question.type === "rating" && (
        <div className={classes.pair}>
          <NumberInput
            label={t("imports.details.low")}
            value={question.low ?? 1}
            min={0}
            max={1}
            onChange={(low) => put({ ...question, low: Number(low) })}
          />
          <NumberInput
            label={t("imports.details.high")}
            value={question.high ?? 5}
            min={2}
            max={11}
            onChange={(high) => put({ ...question, high: Number(high) })}
          />
        </div>
      )}
      {question.type === "single" && choices.length <= NAMED_HERE && (
        <ul className={classes.values}>
          {choices.map((choice, index) => {
            const cell = cells[index] ?? choice.id;
            const named = (text: string) =>
              choices.map((each) =>
                each.id === choice.id ? { ...each, label: everywhere(text) } : each,
              );
            return (
              <li key={choice.id}>
                <TextInput
                  size="xs"
                  label={cell}
                  value={localized(choice.label, language)}
                  onChange={(event) => {
                    const renamed = { ...question, choices: named(event.currentTarget.value) };
                    // A choice with another name still stands for the same cells.
                    const values = { ...role.values, [cell]: choice.id };
                    onChange((now) =>
                      withQuestion(withRole(now, column, { ...role, values }), renamed as Question),
                    );
                  }}
                />
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}

const everywhere = (text: string) => ({ ja: text, en: text });
