import {
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import {
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconGripVertical, IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../../i18n/language";
import { pagesOf, QUESTION_TYPES, questionsOf, type SurveyPage } from "../document";
import type { Selection } from "../editor";
import { placeOf } from "../problems";
import classes from "./build.module.css";
import type { DraftEditor } from "./useDraft";

/** Pages and their questions in order, to choose, move and add. */
export function Outline({ draft }: { draft: DraftEditor }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { state, dispatch, problems } = draft;
  const pages = pagesOf(state.document);
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 6 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const wrong = new Set(
    problems
      .filter((each) => each.severity === "error")
      .map((each) => keyOf(placeOf(each.path, state.document))),
  );

  const onDragEnd = ({ active, over }: DragEndEvent) => {
    if (!over || active.id === over.id) return;
    const [moved, target] = [String(active.id), String(over.id)];
    if (isPage(moved)) {
      const to = pages.findIndex(
        (page) =>
          pageKey(page) === target || questionsOf(page).some((each) => `q:${each.id}` === target),
      );
      if (to >= 0) dispatch({ do: "movePage", id: moved.slice(2), to });
      return;
    }
    for (const [page, each] of pages.entries()) {
      const index = questionsOf(each).findIndex((question) => `q:${question.id}` === target);
      if (index >= 0 || pageKey(each) === target) {
        dispatch({ do: "moveQuestion", id: moved.slice(2), page, to: Math.max(index, 0) });
      }
    }
  };

  return (
    <nav className={classes.outline} aria-label={t("surveys.outline")}>
      <Row draft={draft} selection={{ kind: "survey" }} wrong={wrong}>
        {t("surveys.settings")}
      </Row>
      <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={onDragEnd}>
        <SortableContext
          items={pages.flatMap((page) => [
            pageKey(page),
            ...questionsOf(page).map(({ id }) => `q:${id}`),
          ])}
          strategy={verticalListSortingStrategy}
        >
          <ol className={classes.list}>
            {pages.map((page, index) => (
              <li key={page.id}>
                <SortableRow
                  id={pageKey(page)}
                  draft={draft}
                  selection={{ kind: "page", id: page.id }}
                  wrong={wrong}
                  name={localized(page.title, language, t("surveys.page", { number: index + 1 }))}
                  page
                />
                <ol className={classes.list}>
                  {questionsOf(page).map((question) => (
                    <li key={question.id}>
                      <SortableRow
                        id={`q:${question.id}`}
                        draft={draft}
                        selection={{ kind: "question", id: question.id }}
                        wrong={wrong}
                        name={localized(question.text, language, question.id)}
                      />
                    </li>
                  ))}
                </ol>
              </li>
            ))}
          </ol>
        </SortableContext>
      </DndContext>
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
        <Menu.Dropdown>
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
      <h2 className={classes.caption}>{t("surveys.endings")}</h2>
      <ul className={classes.list}>
        {(state.document.endings ?? []).map((ending) => (
          <li key={ending.id}>
            <Row draft={draft} selection={{ kind: "ending", id: ending.id }} wrong={wrong}>
              {localized(ending.title, language, ending.id)}
            </Row>
          </li>
        ))}
      </ul>
      <Button variant="subtle" fullWidth onClick={() => dispatch({ do: "addEnding" })}>
        {t("surveys.add_ending")}
      </Button>
    </nav>
  );
}

interface RowProps {
  draft: DraftEditor;
  selection: Selection;
  wrong: ReadonlySet<string>;
  children: string;
  page?: boolean;
}

function Row({ draft, selection, wrong, children, page }: RowProps) {
  const { t } = useTranslation();
  const key = keyOf(selection);
  const chosen = keyOf(draft.state.selection) === key;
  return (
    <button
      type="button"
      className={classes.row}
      data-page={page || undefined}
      aria-current={chosen ? "true" : undefined}
      onClick={() => draft.dispatch({ do: "select", selection })}
    >
      <span className={classes.rowText}>{children}</span>
      {wrong.has(key) && (
        <span className={classes.wrong}>
          <span aria-hidden="true">!</span>
          <span className="visually-hidden">{t("surveys.severity.error")}</span>
        </span>
      )}
    </button>
  );
}

function SortableRow({
  id,
  name,
  ...row
}: Omit<RowProps, "children"> & { id: string; name: string }) {
  const { t } = useTranslation();
  const { attributes, listeners, setNodeRef, transform, transition, isDragging } = useSortable({
    id,
  });
  const style = { transform: CSS.Translate.toString(transform), transition };
  return (
    <div ref={setNodeRef} className={classes.sortable} style={style} data-dragging={isDragging}>
      <ActionIcon
        variant="subtle"
        color="gray"
        className={classes.grip}
        {...attributes}
        {...listeners}
        aria-label={t("surveys.move", { name })}
      >
        <IconGripVertical size={14} aria-hidden />
      </ActionIcon>
      <Row {...row}>{name}</Row>
    </div>
  );
}

const pageKey = (page: SurveyPage) => `p:${page.id}`;
const isPage = (key: string) => key.startsWith("p:");

function keyOf(selection: Selection): string {
  return selection.kind === "survey" ? "survey" : `${selection.kind}:${selection.id}`;
}
