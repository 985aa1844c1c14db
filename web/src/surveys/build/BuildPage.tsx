import { Alert, Button, Group, SegmentedControl } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { useMay } from "../../session/session";
import { NoPermission, QueryState } from "../../ui/page/states";
import { toastDone, toastFailed } from "../../ui/toast";
import type { Problem } from "../document";
import { draftQuery } from "../queries";
import { SurveyFrame, useSurveyId } from "../SurveyFrame";
import classes from "./build.module.css";
import { Canvas } from "./Canvas";
import { Outline } from "./Outline";
import { Preview } from "./Preview";
import { ProblemList } from "./ProblemList";
import { Properties } from "./Properties";
import { type DraftEditor, useDraft } from "./useDraft";

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

type Side = "properties" | "preview";

function Builder({ survey, initial }: { survey: string; initial: Parameters<typeof useDraft>[1] }) {
  const { t } = useTranslation();
  // A later read of the draft must not start the editor anew.
  const [start] = useState(initial);
  const draft = useDraft(survey, start);
  const [side, setSide] = useState<Side>("properties");
  useUndoKeys(draft);
  return (
    <>
      <Bar survey={survey} draft={draft} side={side} onSide={setSide} />
      {draft.saving.state === "conflict" && (
        <Alert color="yellow" variant="light" role="alert" mb="md" title={t("surveys.conflict")}>
          <p>{t("surveys.conflict_body")}</p>
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
      <div className={classes.bench}>
        <Outline draft={draft} />
        <Canvas draft={draft} />
        <aside
          className={classes.side}
          aria-label={t(side === "preview" ? "surveys.preview" : "surveys.properties")}
        >
          {side === "preview" ? (
            <Preview survey={survey} draft={draft} />
          ) : (
            <Properties draft={draft} />
          )}
        </aside>
      </div>
    </>
  );
}

interface BarProps {
  survey: string;
  draft: DraftEditor;
  side: Side;
  onSide: (side: Side) => void;
}

function Bar({ survey, draft, side, onSide }: BarProps) {
  const { t } = useTranslation();
  const { state, dispatch, problems } = draft;
  const errors = problems.filter((each) => each.severity === "error").length;
  return (
    <div className={classes.bar}>
      <Group gap={4}>
        <Button
          variant="subtle"
          onClick={() => dispatch({ do: "undo" })}
          disabled={state.past.length === 0}
          leftSection={<IconArrowBackUp size={16} aria-hidden />}
        >
          {t("surveys.undo")}
        </Button>
        <Button
          variant="subtle"
          onClick={() => dispatch({ do: "redo" })}
          disabled={state.future.length === 0}
          leftSection={<IconArrowForwardUp size={16} aria-hidden />}
        >
          {t("surveys.redo")}
        </Button>
      </Group>
      <SavingNote draft={draft} />
      <span className={classes.spring} />
      <ProblemList draft={draft} />
      <SegmentedControl
        className="segments"
        aria-label={t("surveys.side")}
        value={side}
        onChange={(value) => onSide(value as Side)}
        data={[
          { value: "properties", label: t("surveys.properties") },
          { value: "preview", label: t("surveys.preview") },
        ]}
      />
      <PublishButton survey={survey} draft={draft} errors={errors} problems={problems} />
    </div>
  );
}

function SavingNote({ draft }: { draft: DraftEditor }) {
  const { t } = useTranslation();
  const { saving, flush } = draft;
  return (
    <span className={classes.saving} role="status">
      {saving.state === "saved" && t("surveys.saving.saved")}
      {(saving.state === "waiting" || saving.state === "saving") && t("surveys.saving.saving")}
      {saving.state === "conflict" && t("surveys.saving.stopped")}
      {saving.state === "failed" && (
        <>
          {t("surveys.saving.failed")}{" "}
          <Button variant="subtle" size="compact-sm" onClick={() => void flush()}>
            {t("action.retry")}
          </Button>
        </>
      )}
    </span>
  );
}

interface PublishProps {
  survey: string;
  draft: DraftEditor;
  errors: number;
  problems: Problem[];
}

function PublishButton({ survey, draft, errors }: PublishProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const publish = useMutation({
    mutationFn: async () => {
      // What is published is what is seen: the last words are kept first.
      if (!(await draft.flush())) return null;
      return unwrap(api.POST("/api/surveys/{id}/publish", { params: { path: { id: survey } } }));
    },
    onSuccess: async (published) => {
      if (!published) return;
      await queries.invalidateQueries({ queryKey: ["surveys", survey], exact: true });
      void queries.invalidateQueries({ queryKey: ["surveys", "list"] });
      void queries.invalidateQueries({ queryKey: ["fields"] });
      toastDone(t("surveys.published", { version: published.version }));
    },
    onError: (error) => toastFailed(error, t("state.error_network")),
  });
  return (
    <Button
      onClick={() => publish.mutate()}
      loading={publish.isPending}
      disabled={errors > 0}
      title={errors > 0 ? t("surveys.mend_first", { count: errors }) : undefined}
    >
      {t("surveys.publish")}
    </Button>
  );
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
