import { Button, Group } from "@mantine/core";
import { IconCopy, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../../i18n/language";
import { choiceKeys, findQuestion, pagesOf, questionsOf } from "../document";
import { AnswerSketch } from "./AnswerSketch";
import classes from "./build.module.css";
import { ChoicesEditor } from "./ChoicesEditor";
import { FieldsSheet } from "./FieldsSheet";
import { LanguagesSheet } from "./LanguagesSheet";
import { ScaleEditor } from "./ScaleEditor";
import { SurveySheet } from "./SurveySheet";
import { TextPair } from "./TextPair";
import type { BuilderDraft } from "./useDraft";

/** What is selected, edited where the customer will read it. */
export function Canvas({ draft }: { draft: BuilderDraft }) {
  const { t } = useTranslation();
  const { state } = draft;
  const { selection } = state;
  return (
    <section className={classes.canvas} aria-label={t("surveys.canvas")}>
      {selection.kind === "question" && <QuestionSheet key={selection.id} draft={draft} />}
      {selection.kind === "page" && <PageSheet key={selection.id} draft={draft} />}
      {selection.kind === "ending" && <EndingSheet key={selection.id} draft={draft} />}
      {selection.kind === "survey" && <SurveySheet draft={draft} />}
      {selection.kind === "languages" && <LanguagesSheet draft={draft} />}
      {selection.kind === "fields" && <FieldsSheet draft={draft} />}
    </section>
  );
}

function QuestionSheet({ draft }: { draft: BuilderDraft }) {
  const { t } = useTranslation();
  const { state, dispatch } = draft;
  const { document, selection } = state;
  const found = selection.kind === "question" ? findQuestion(document, selection.id) : null;
  if (!found) return null;
  const { question } = found;
  const languages = draft.shown;
  const set = (part: string, change: Record<string, unknown>) =>
    dispatch({
      do: "changeQuestion",
      id: question.id,
      change,
      place: `${question.id}.${part}`,
    });
  return (
    <div className={classes.sheet}>
      <header className={classes.sheetHeader}>
        <span className={classes.kind}>
          {t(`surveys.types.${question.type}`)} <span className="mono">{question.id}</span>
        </span>
        <Group gap={4}>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconCopy size={16} aria-hidden />}
            onClick={() => dispatch({ do: "duplicateQuestion", id: question.id })}
          >
            {t("surveys.duplicate")}
          </Button>
          <Button
            variant="subtle"
            size="compact-sm"
            color="red"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => dispatch({ do: "removeQuestion", id: question.id })}
          >
            {t("action.delete")}
          </Button>
        </Group>
      </header>
      <TextPair
        field="text"
        label={t("surveys.question_text")}
        value={question.text}
        languages={languages}
        multiline
        plain
        size="md"
        onChange={(text) => set("text", { text })}
      />
      <TextPair
        field="help"
        plain
        quiet
        multiline
        label={t("surveys.help")}
        value={question.help}
        languages={languages}
        onChange={(help) => set("help", { help: Object.keys(help).length > 0 ? help : null })}
      />
      <ScaleEditor question={question} languages={languages} onChange={set} />
      {choiceKeys(question.type).map((key) => (
        <ChoicesEditor
          key={key}
          list={key}
          question={question}
          languages={languages}
          onChange={set}
          onRename={(from, to) =>
            dispatch({ do: "renameChoice", id: question.id, list: key, from, to })
          }
        />
      ))}
      <AnswerSketch question={question} language={languages[0] ?? "ja"} />
      {question.type === "consent" && (
        <TextPair
          field="statement"
          label={t("surveys.statement")}
          value={question.statement}
          languages={languages}
          multiline
          onChange={(statement) => set("statement", { statement })}
        />
      )}
    </div>
  );
}

function PageSheet({ draft }: { draft: BuilderDraft }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { state, dispatch } = draft;
  const { document, selection } = state;
  const page =
    selection.kind === "page" ? pagesOf(document).find(({ id }) => id === selection.id) : undefined;
  if (!page) return null;
  const last = pagesOf(document).length === 1;
  return (
    <div className={classes.sheet}>
      <header className={classes.sheetHeader}>
        <span className={classes.kind}>
          {t("surveys.one_page")} <span className="mono">{page.id}</span>
        </span>
        <Button
          variant="subtle"
          size="compact-sm"
          color="red"
          disabled={last}
          title={last ? t("surveys.last_page") : undefined}
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => dispatch({ do: "removePage", id: page.id })}
        >
          {t("action.delete")}
        </Button>
      </header>
      <TextPair
        field="title"
        label={`${t("surveys.page_title")} · ${t("field.optional")}`}
        value={page.title}
        languages={draft.shown}
        onChange={(title) =>
          dispatch({
            do: "changePage",
            id: page.id,
            change: { title: Object.keys(title).length > 0 ? title : null },
            place: `${page.id}.title`,
          })
        }
      />
      {questionsOf(page).length === 0 ? (
        <p className={classes.note}>{t("builder.page_empty")}</p>
      ) : (
        <ol className={classes.contents}>
          {questionsOf(page).map((question) => (
            <li key={question.id}>
              <button
                type="button"
                className={classes.row}
                onClick={() => draft.select({ kind: "question", id: question.id })}
              >
                <span className={classes.rowText}>
                  {localized(question.text, language, question.id)}
                </span>
                <span className={classes.rowNote}>{t(`surveys.types.${question.type}`)}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function EndingSheet({ draft }: { draft: BuilderDraft }) {
  const { t } = useTranslation();
  const { state, dispatch } = draft;
  const { document, selection } = state;
  const ending =
    selection.kind === "ending"
      ? document.endings?.find(({ id }) => id === selection.id)
      : undefined;
  if (!ending) return null;
  return (
    <div className={classes.sheet}>
      <header className={classes.sheetHeader}>
        <span className={classes.kind}>
          {t("surveys.one_ending")} <span className="mono">{ending.id}</span>
        </span>
        <Button
          variant="subtle"
          size="compact-sm"
          color="red"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => dispatch({ do: "removeEnding", id: ending.id })}
        >
          {t("action.delete")}
        </Button>
      </header>
      {(["title", "message"] as const).map((part) => (
        <TextPair
          key={part}
          field={part}
          label={t(part === "title" ? "surveys.ending_title" : "surveys.ending_message")}
          value={ending[part]}
          languages={draft.shown}
          multiline={part === "message"}
          onChange={(text) =>
            dispatch({
              do: "changeEnding",
              id: ending.id,
              change: { [part]: text },
              place: `${ending.id}.${part}`,
            })
          }
        />
      ))}
    </div>
  );
}
