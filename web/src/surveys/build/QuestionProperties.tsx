import { Switch, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { findQuestion } from "../document";
import classes from "./build.module.css";
import { ConditionEditor } from "./ConditionEditor";
import { KindProperties } from "./KindProperties";
import type { BuilderDraft } from "./useDraft";

interface QuestionPropertiesProps {
  draft: BuilderDraft;
  found: NonNullable<ReturnType<typeof findQuestion>>;
}

/** What a question demands, how it is drawn and when it is asked. */
export function QuestionProperties({ draft, found }: QuestionPropertiesProps) {
  const { t } = useTranslation();
  const { state, dispatch } = draft;
  const { question, page, index } = found;
  const set = (part: string, change: Record<string, unknown>) =>
    dispatch({
      do: "changeQuestion",
      id: question.id,
      change,
      place: `${question.id}.${part}`,
    });
  return (
    <div className={classes.properties}>
      {question.type !== "statement" && (
        <Switch
          label={t("surveys.required")}
          checked={question.required ?? false}
          onChange={(event) => set("required", { required: event.currentTarget.checked })}
        />
      )}
      <KindProperties question={question} languages={draft.shown} set={set} />
      {question.type !== "statement" && (
        <TextInput
          data-field="code"
          label={t("field.noted", { label: t("surveys.code"), note: t("field.optional") })}
          description={t("surveys.code_help")}
          value={question.code ?? ""}
          placeholder={question.id}
          onChange={(event) => set("code", { code: event.currentTarget.value || null })}
        />
      )}
      <ConditionEditor
        label={t("surveys.show_if")}
        document={state.document}
        place={{ page, question: index }}
        field="show_if"
        condition={question.show_if}
        onChange={(show_if) => set("show_if", { show_if })}
      />
    </div>
  );
}
