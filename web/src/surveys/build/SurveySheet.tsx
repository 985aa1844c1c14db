import { useTranslation } from "react-i18next";
import classes from "./build.module.css";
import { TextPair } from "./TextPair";
import type { BuilderDraft } from "./useDraft";

/** What people read about the survey as a whole. */
export function SurveySheet({ draft }: { draft: BuilderDraft }) {
  const { t } = useTranslation();
  const { state, dispatch } = draft;
  const { document } = state;
  const privacy = document.privacy ?? {};
  const answering = document.answering ?? {};
  return (
    <div className={classes.sheet}>
      <header className={classes.sheetHeader}>
        <span className={classes.kind}>{t("surveys.settings")}</span>
      </header>
      <TextPair
        field="title"
        label={t("surveys.name")}
        value={document.title}
        languages={draft.shown}
        size="md"
        onChange={(title) => dispatch({ do: "changeSurvey", change: { title }, place: "title" })}
      />
      {(["purpose", "controller"] as const).map((part) => (
        <TextPair
          key={part}
          field={`privacy.${part}`}
          label={
            part === "controller"
              ? `${t("surveys.privacy.controller")} · ${t("builder.controller_default")}`
              : t("surveys.privacy.purpose")
          }
          value={privacy[part]}
          languages={draft.shown}
          multiline={part === "purpose"}
          onChange={(text) =>
            dispatch({
              do: "changeSurvey",
              change: { privacy: { ...privacy, [part]: text } },
              place: `privacy.${part}`,
            })
          }
        />
      ))}
      <TextPair
        field="answering.closed_message"
        label={`${t("builder.closed_message")} · ${t("field.optional")}`}
        value={answering.closed_message}
        languages={draft.shown}
        multiline
        onChange={(closed_message) =>
          dispatch({
            do: "changeSurvey",
            change: { answering: { ...answering, closed_message } },
            place: "answering.closed_message",
          })
        }
      />
    </div>
  );
}
