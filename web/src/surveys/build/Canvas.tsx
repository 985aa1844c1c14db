import { Button, Group } from "@mantine/core";
import { IconCopy, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { choiceKeys, findQuestion, pagesOf, questionsOf } from "../document";
import classes from "./build.module.css";
import { ChoicesEditor } from "./ChoicesEditor";
import { ScaleEditor } from "./ScaleEditor";
import { TextPair } from "./TextPair";
import type { DraftEditor } from "./useDraft";

/** What is selected, edited where the customer will read it. */
export function Canvas({ draft }: { draft: DraftEditor }) {
  const { t } = useTranslation();
  const { state } = draft;
  const { selection } = state;
  return (
    <section className={classes.canvas} aria-label={t("surveys.canvas")}>
      {selection.kind === "question" && <QuestionSheet key={selection.id} draft={draft} />}
      {selection.kind === "page" && <PageSheet key={selection.id} draft={draft} />}
      {selection.kind === "ending" && <EndingSheet key={selection.id} draft={draft} />}
      {selection.kind === "survey" && <SurveySheet draft={draft} />}
    </section>
  );
}

function QuestionSheet({ draft }: { draft: DraftEditor }) {
  const { t } = useTranslation();
  const { state, dispatch } = draft;
  const { document, selection } = state;
  const found = selection.kind === "question" ? findQuestion(document, selection.id) : null;
  if (!found) return null;
  const { question } = found;
  const { languages } = document;
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
        label={t("surveys.question_text")}
        value={question.text}
        languages={languages}
        multiline
        size="md"
        onChange={(text) => set("text", { text })}
      />
      <TextPair
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
        />
      ))}
      {question.type === "consent" && (
        <TextPair
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

function PageSheet({ draft }: { draft: DraftEditor }) {
  const { t } = useTranslation();
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
        label={`${t("surveys.page_title")} · ${t("field.optional")}`}
        value={page.title}
        languages={document.languages}
        onChange={(title) =>
          dispatch({
            do: "changePage",
            id: page.id,
            change: { title: Object.keys(title).length > 0 ? title : null },
            place: `${page.id}.title`,
          })
        }
      />
      <p className={classes.note}>{t("surveys.questions", { count: questionsOf(page).length })}</p>
    </div>
  );
}

function EndingSheet({ draft }: { draft: DraftEditor }) {
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
          label={t(part === "title" ? "surveys.ending_title" : "surveys.ending_message")}
          value={ending[part]}
          languages={document.languages}
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

function SurveySheet({ draft }: { draft: DraftEditor }) {
  const { t } = useTranslation();
  const { state, dispatch } = draft;
  const { document } = state;
  const privacy = document.privacy ?? {};
  return (
    <div className={classes.sheet}>
      <header className={classes.sheetHeader}>
        <span className={classes.kind}>{t("surveys.settings")}</span>
      </header>
      <TextPair
        label={t("surveys.name")}
        value={document.title}
        languages={document.languages}
        size="md"
        onChange={(title) => dispatch({ do: "changeSurvey", change: { title }, place: "title" })}
      />
      {(["purpose", "controller"] as const).map((part) => (
        <TextPair
          key={part}
          label={t(`surveys.privacy.${part}`)}
          value={privacy[part]}
          languages={document.languages}
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
    </div>
  );
}
