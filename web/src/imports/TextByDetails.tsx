import { NativeSelect, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../i18n/language";
import { useAskedDocument } from "./AnswerDetails";
import { questionsAsked } from "./answers";
import classes from "./imports.module.css";
import { questionsOf, textBy, withQuestion, withRole } from "./mapping";
import { type ColumnRole, compared } from "./model";
import type { RoleDetailsProps } from "./RoleDetails";

type TextByRole = Extract<ColumnRole, { is: "text_by" }>;

/** Words whose question stands in another column: which column, and which question each value is. */
export function TextByDetails(props: RoleDetailsProps & { role: TextByRole }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { column, columns, mapping, role, onChange } = props;
  const document = useAskedDocument(mapping);
  const others = columns.filter(
    (each) => each !== column && each.values.length > 0 && !each.more_values,
  );
  const by = columns.find(({ name }) => name === role.column);
  const own = questionsOf(mapping);
  const cells = [...new Set(by?.values.map(compared) ?? [])];
  return (
    <>
      <NativeSelect
        label={t("imports.text_by.column")}
        value={role.column}
        onChange={(event) => {
          const other = others.find(({ name }) => name === event.currentTarget.value);
          if (other) onChange((now) => textBy(now, column, other));
        }}
        data={[
          { value: "", label: t("imports.choose") },
          ...others.map(({ name }) => ({ value: name, label: name })),
        ]}
      />
      {cells.length > 0 && (
        <ul className={classes.values}>
          {cells.map((cell) => {
            const question = own.find(({ id }) => id === role.questions[cell]);
            return (
              <li key={cell}>
                {question ? (
                  <TextInput
                    size="xs"
                    label={t("imports.text_by.words", { value: cell })}
                    value={localized(question.text, language)}
                    onChange={(event) => {
                      const text = event.currentTarget.value;
                      onChange((now) =>
                        withQuestion(now, { ...question, text: { ja: text, en: text } }),
                      );
                    }}
                  />
                ) : (
                  document && (
                    <NativeSelect
                      label={cell}
                      value={role.questions[cell] ?? ""}
                      onChange={(event) => {
                        const { [cell]: _old, ...rest } = role.questions;
                        const chosen = event.currentTarget.value;
                        const questions = chosen ? { ...rest, [cell]: chosen } : rest;
                        onChange((now) => withRole(now, column, { ...role, questions }));
                      }}
                      data={[
                        { value: "", label: t("imports.codes.nothing") },
                        ...questionsAsked(document, language, ["text"]),
                      ]}
                    />
                  )
                )}
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}
