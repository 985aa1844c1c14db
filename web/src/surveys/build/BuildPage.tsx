import { Alert, Button, Group } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n/language";
import { useMay } from "../../session/session";
import { NoPermission, QueryState } from "../../ui/page/states";
import { textParameter, useUrlState } from "../../ui/urlState";
import { fieldsOf, placeOf } from "../problems";
import { draftQuery } from "../queries";
import { SurveyFrame, useSurveyId } from "../SurveyFrame";
import { ALL_LANGUAGES, Bar, type Pane } from "./Bar";
import classes from "./build.module.css";
import { Canvas } from "./Canvas";
import { Outline } from "./Outline";
import { Preview } from "./Preview";
import { Properties } from "./Properties";
import { type BuilderDraft, type DraftEditor, useDraft } from "./useDraft";

export function SurveyBuildPage() {
  const id = useSurveyId();
  const may = useMay("edit_surveys");
  const draft = useQuery({ ...draftQuery(id), enabled: may });
  return (
    <SurveyFrame width="full">
      {() =>
        may ? (
          <QueryState query={draft}>
            {(data) => <Builder key={id} survey={id} initial={data} />}
          </QueryState>
        ) : (
          <NoPermission />
        )
      }
    </SurveyFrame>
  );
}

/** Below this width one pane is shown at a time. */
const NARROW = "(max-width: 767px)";
/** More languages than these do not stand beside each other by themselves. */
const SIDE_BY_SIDE_MOST = 2;

function Builder({ survey, initial }: { survey: string; initial: Parameters<typeof useDraft>[1] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  // A later read of the draft must not start the editor anew.
  const [start] = useState(initial);
  const editing = useDraft(survey, start);
  const narrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false }) ?? false;
  const [chosenPane, setPane] = useState<Pane>(narrow ? "outline" : "properties");
  const [tongue, setTongue] = useState(() => {
    const tags = start.document.languages;
    if (!narrow && tags.length <= SIDE_BY_SIDE_MOST) return ALL_LANGUAGES;
    return tags.find((tag) => tag === language) ?? tags[0] ?? ALL_LANGUAGES;
  });
  const { languages } = editing.state.document;
  const shown = languages.includes(tongue) ? [tongue] : languages;
  const pane = narrow || chosenPane === "preview" ? chosenPane : "properties";
  const bench = useRef<HTMLDivElement>(null);
  const [added, setAdded] = useState(0);
  useFirstField(bench, added);
  const draft: BuilderDraft = {
    ...editing,
    shown,
    dispatch: (action) => {
      editing.dispatch(action);
      // What was added is edited next; on a phone without its keyboard over half the screen.
      if (!action.do.startsWith("add")) return;
      if (narrow) setPane("canvas");
      else setAdded(added + 1);
    },
    select: (selection) => {
      editing.dispatch({ do: "select", selection });
      if (narrow) setPane("canvas");
    },
  };
  const jump = useJump(bench, draft, setPane);
  useArrival(jump);
  useUndoKeys(editing);
  return (
    <>
      <Bar
        survey={survey}
        draft={draft}
        pane={pane}
        narrow={narrow}
        tongue={languages.includes(tongue) ? tongue : ALL_LANGUAGES}
        onPane={setPane}
        onTongue={setTongue}
        onProblem={jump}
      />
      {draft.saving.state === "conflict" && (
        <Alert
          color="yellow"
          variant="light"
          role="alert"
          mb="md"
          title={t("surveys.conflict")}
          styles={{ title: { color: "var(--ink)" } }}
        >
          <p>{t("builder.conflict_body")}</p>
          <Group gap="xs">
            <Button variant="default" onClick={() => void draft.settle("theirs")}>
              {t("surveys.take_theirs")}
            </Button>
            <Button variant="default" onClick={() => void draft.settle("mine")}>
              {t("surveys.keep_mine")}
            </Button>
          </Group>
        </Alert>
      )}
      <div ref={bench} className={classes.bench} data-pane={pane}>
        <div className={classes.left} data-part="outline">
          <Outline draft={draft} />
        </div>
        <div className={classes.middle} data-part="canvas">
          <Canvas draft={draft} />
        </div>
        <aside
          className={classes.side}
          data-part={pane === "preview" ? "preview" : "properties"}
          aria-label={t(pane === "preview" ? "surveys.preview" : "surveys.properties")}
        >
          {pane === "preview" ? (
            <Preview survey={survey} draft={draft} />
          ) : (
            <Properties draft={draft} />
          )}
        </aside>
      </div>
    </>
  );
}

/** The focus goes into the first field of what was added. */
function useFirstField(bench: React.RefObject<HTMLDivElement | null>, added: number) {
  useEffect(() => {
    if (added === 0) return;
    const frame = requestAnimationFrame(() => {
      const field = '[data-part="canvas"] :is(input, textarea)';
      bench.current?.querySelector<HTMLElement>(field)?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [added, bench]);
}

/** Leads from a problem to the field in which it is mended. */
function useJump(
  bench: React.RefObject<HTMLDivElement | null>,
  draft: BuilderDraft,
  setPane: (pane: Pane) => void,
) {
  const [to, setTo] = useState<{ path: string } | null>(null);
  const shown = useRef(setPane);
  shown.current = setPane;
  useEffect(() => {
    if (!to || !bench.current) return;
    const places = [...bench.current.querySelectorAll<HTMLElement>("[data-field]")];
    const wanted = fieldsOf(to.path);
    const place = wanted
      .map((field) => places.find((each) => each.dataset.field === field))
      .find((each) => each !== undefined);
    const part = place?.closest<HTMLElement>("[data-part]")?.dataset.part ?? "canvas";
    shown.current(part as Pane);
    // The pane may have to appear before it can take the focus.
    const frame = requestAnimationFrame(() => {
      const field = place?.matches("input, textarea, button")
        ? place
        : place?.querySelector<HTMLElement>("input, textarea, button");
      field?.focus();
      place?.scrollIntoView({ block: "nearest" });
    });
    return () => cancelAnimationFrame(frame);
  }, [to, bench]);
  return (path: string) => {
    shown.current("properties");
    draft.select(placeOf(path, draft.state.document));
    setTo({ path });
  };
}

const readSearch = (search: Record<string, unknown>) => ({ at: textParameter(search.at) });

/** Whoever is sent here for a problem begins where it is mended; the address says it once. */
function useArrival(jump: (path: string) => void) {
  const [{ at }, setUrl] = useUrlState(readSearch);
  const go = useRef({ jump, setUrl });
  go.current = { jump, setUrl };
  useEffect(() => {
    if (!at) return;
    go.current.jump(at);
    go.current.setUrl({ at: undefined }, { replace: true });
  }, [at]);
}

/** Ctrl or ⌘ with Z and Shift Z, wherever the focus is: every field belongs to the document. */
function useUndoKeys({ dispatch }: DraftEditor) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      const redo = (key === "z" && event.shiftKey) || key === "y";
      if (!redo && key !== "z") return;
      event.preventDefault();
      dispatch({ do: redo ? "redo" : "undo" });
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [dispatch]);
}
