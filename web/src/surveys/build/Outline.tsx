import { Button, Menu } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../../i18n/language";
import { pagesOf, QUESTION_TYPES, questionsOf, type SurveyPage } from "../document";
import type { Selection } from "../editor";
import { questionLands } from "../order";
import { placeOf } from "../problems";
import { missingIn } from "../texts";
import classes from "./build.module.css";
import { SortableArea, SortableRow } from "./Sortable";
import type { BuilderDraft } from "./useDraft";

/** Pages and their questions in order, to choose, move and add; what concerns all above them. */
export function Outline({ draft }: { draft: BuilderDraft }) {
  const { t } = useTranslation();
  const { state, dispatch, problems } = draft;
  const { document } = state;
  const wrong = new Set(
    problems
      .filter((each) => each.severity === "error")
      .map((each) => keyOf(placeOf(each.path, document))),
  );
  const missing = document.languages.reduce((sum, tag) => sum + missingIn(document, tag), 0);
  const fields = document.hidden_fields?.length ?? 0;
  return (
    <nav className={classes.outline} aria-label={t("surveys.outline")}>
      <Row draft={draft} selection={{ kind: "survey" }} wrong={wrong}>
        {t("surveys.settings")}
      </Row>
      <Row
        draft={draft}
        selection={{ kind: "languages" }}
        wrong={wrong}
        note={missing > 0 ? t("builder.languages.missing", { count: missing }) : undefined}
      >
        {t("builder.languages.title")}
      </Row>
      <Row
        draft={draft}
        selection={{ kind: "fields" }}
        wrong={wrong}
        note={fields > 0 ? String(fields) : undefined}
      >
        {t("builder.fields.title")}
      </Row>
      <Pages draft={draft} wrong={wrong} />
      <Menu position="bottom-start" width={240}>
        <Menu.Target>
          <Button
            variant="default"
            fullWidth
            leftSection={<IconPlus size={16} aria-hidden />}
            mt="xs"
          >
            {t("surveys.add_question")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown className={classes.types}>
          {QUESTION_TYPES.map((type) => (
            <Menu.Item key={type} onClick={() => dispatch({ do: "addQuestion", type })}>
              {t(`surveys.types.${type}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Button variant="subtle" fullWidth onClick={() => dispatch({ do: "addPage" })}>
        {t("surveys.add_page")}
      </Button>
      <Endings draft={draft} wrong={wrong} />
    </nav>
  );
}

interface ListProps {
  draft: BuilderDraft;
  wrong: ReadonlySet<string>;
}

function Pages({ draft, wrong }: ListProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { state, dispatch } = draft;
  const [lifted, setLifted] = useState<string | null>(null);
  const pages = pagesOf(state.document);
  const movesPage = lifted !== null && isPage(lifted);
  const rows = pages.flatMap((page) => [
    { key: pageKey(page), page: true },
    ...questionsOf(page).map(({ id }) => ({ key: `q:${id}`, page: false })),
  ]);
  const pageName = (page: SurveyPage | undefined, index: number) =>
    localized(page?.title, language, t("surveys.page", { number: index + 1 }));
  const nameOf = (key: string) => {
    const index = pages.findIndex((page) => pageKey(page) === key);
    if (index >= 0) return pageName(pages[index], index);
    const question = pages.flatMap(questionsOf).find(({ id }) => `q:${id}` === key);
    return localized(question?.text, language, question?.id);
  };
  const whereOf = (moved: string, onto: string) => {
    if (isPage(moved)) {
      const number = pages.findIndex((page) => pageKey(page) === onto) + 1;
      return t("builder.drag.place", { number, count: pages.length });
    }
    const lands = questionLands(rows, moved, onto) ?? { page: 0, to: 0 };
    const page = pageName(pages[lands.page], lands.page);
    return t("builder.drag.on_page", { page, number: lands.to + 1 });
  };
  const onMove = (moved: string, onto: string) => {
    const id = moved.slice(2);
    if (isPage(moved)) {
      const to = pages.findIndex((page) => pageKey(page) === onto);
      if (to >= 0) dispatch({ do: "movePage", id, to });
      return;
    }
    const lands = questionLands(rows, moved, onto);
    if (lands) dispatch({ do: "moveQuestion", id, ...lands });
  };
  // A page lands among pages only, whatever lies on them.
  const items = rows.filter((row) => !movesPage || row.page).map(({ key }) => key);
  return (
    <SortableArea
      items={items}
      nameOf={nameOf}
      whereOf={whereOf}
      onMove={onMove}
      onLift={setLifted}
    >
      <ol className={classes.list}>
        {pages.map((page, index) => (
          <li key={page.id}>
            <SortableRow id={pageKey(page)} name={pageName(page, index)}>
              <Row draft={draft} selection={{ kind: "page", id: page.id }} wrong={wrong} page>
                {pageName(page, index)}
              </Row>
            </SortableRow>
            <ol className={classes.list}>
              {questionsOf(page).map((question) => (
                <li key={question.id}>
                  <SortableRow
                    id={`q:${question.id}`}
                    name={nameOf(`q:${question.id}`)}
                    closed={movesPage}
                  >
                    <Row
                      draft={draft}
                      selection={{ kind: "question", id: question.id }}
                      wrong={wrong}
                    >
                      {localized(question.text, language, question.id)}
                    </Row>
                  </SortableRow>
                </li>
              ))}
            </ol>
          </li>
        ))}
      </ol>
    </SortableArea>
  );
}

function Endings({ draft, wrong }: ListProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { state, dispatch } = draft;
  const endings = state.document.endings ?? [];
  const nameOf = (id: string) =>
    localized(endings.find((each) => each.id === id)?.title, language, id);
  return (
    <>
      <h2 className={classes.caption}>{t("surveys.endings")}</h2>
      {endings.length > 1 && <p className={classes.note}>{t("builder.endings_order")}</p>}
      <SortableArea
        items={endings.map(({ id }) => id)}
        nameOf={nameOf}
        onMove={(id, onto) =>
          dispatch({ do: "moveEnding", id, to: endings.findIndex((each) => each.id === onto) })
        }
      >
        <ol className={classes.list}>
          {endings.map((ending) => (
            <li key={ending.id}>
              <SortableRow id={ending.id} name={nameOf(ending.id)}>
                <Row
                  draft={draft}
                  selection={{ kind: "ending", id: ending.id }}
                  wrong={wrong}
                  note={ending.when ? undefined : t("builder.always_short")}
                >
                  {nameOf(ending.id)}
                </Row>
              </SortableRow>
            </li>
          ))}
        </ol>
      </SortableArea>
      <Button variant="subtle" fullWidth onClick={() => dispatch({ do: "addEnding" })}>
        {t("surveys.add_ending")}
      </Button>
    </>
  );
}

interface RowProps extends ListProps {
  selection: Selection;
  children: string;
  page?: boolean;
  /** A few words at the end of the row. */
  note?: string | undefined;
}

function Row({ draft, selection, wrong, children, page, note }: RowProps) {
  const { t } = useTranslation();
  const key = keyOf(selection);
  const chosen = keyOf(draft.state.selection) === key;
  return (
    <button
      type="button"
      className={classes.row}
      data-page={page || undefined}
      aria-current={chosen ? "true" : undefined}
      onClick={() => draft.select(selection)}
    >
      <span className={classes.rowText}>{children}</span>
      {note && <span className={classes.rowNote}>{note}</span>}
      {wrong.has(key) && (
        <span className={classes.wrong}>
          <span aria-hidden="true">!</span>
          <span className="visually-hidden">{t("surveys.severity.error")}</span>
        </span>
      )}
    </button>
  );
}

const pageKey = (page: SurveyPage) => `p:${page.id}`;
const isPage = (key: string) => key.startsWith("p:");

function keyOf(selection: Selection): string {
  return "id" in selection ? `${selection.kind}:${selection.id}` : selection.kind;
}
