import { ActionIcon, Button, Group, SegmentedControl, Select } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { toastDone, toastFailed } from "../../ui/toast";
import classes from "./build.module.css";
import { ProblemList } from "./ProblemList";
import { useLanguageName } from "./TextPair";
import type { BuilderDraft, DraftEditor } from "./useDraft";

/** What stands beside the question, or, on a phone, instead of it. */
export type Pane = "outline" | "canvas" | "properties" | "preview";

const BESIDE: Pane[] = ["properties", "preview"];
const ONE_AT_A_TIME: Pane[] = ["outline", "canvas", "properties", "preview"];

/** Every language side by side. */
export const ALL_LANGUAGES = "all";

interface BarProps {
  survey: string;
  draft: BuilderDraft;
  pane: Pane;
  narrow: boolean;
  tongue: string;
  onPane: (pane: Pane) => void;
  onTongue: (tongue: string) => void;
  onProblem: (path: string) => void;
}

/** Undo, redo, the state of saving, problems, what is shown, and publishing. */
export function Bar(props: BarProps) {
  const { survey, draft, pane, narrow, tongue, onPane, onTongue, onProblem } = props;
  const { t } = useTranslation();
  const languageName = useLanguageName();
  const { state, dispatch } = draft;
  const { languages } = state.document;
  const panes = narrow ? ONE_AT_A_TIME : BESIDE;
  return (
    <div className={classes.bar}>
      <Group gap={4} wrap="nowrap">
        <StepButton
          label={t("surveys.undo")}
          icon={<IconArrowBackUp size={16} aria-hidden />}
          narrow={narrow}
          disabled={state.past.length === 0}
          onClick={() => dispatch({ do: "undo" })}
        />
        <StepButton
          label={t("surveys.redo")}
          icon={<IconArrowForwardUp size={16} aria-hidden />}
          narrow={narrow}
          disabled={state.future.length === 0}
          onClick={() => dispatch({ do: "redo" })}
        />
      </Group>
      <SavingNote draft={draft} />
      <span className={classes.spring} />
      <ProblemList draft={draft} onProblem={onProblem} />
      {languages.length > 1 && (
        <Select
          w={150}
          aria-label={t("builder.languages.shown")}
          data={[
            { value: ALL_LANGUAGES, label: t("builder.languages.side_by_side") },
            ...languages.map((value) => ({ value, label: languageName(value) })),
          ]}
          value={tongue}
          allowDeselect={false}
          onChange={(value) => value && onTongue(value)}
        />
      )}
      <SegmentedControl
        className={`segments ${classes.panes}`}
        aria-label={t("surveys.side")}
        value={pane}
        onChange={(value) => onPane(value as Pane)}
        data={panes.map((value) => ({ value, label: t(`builder.panes.${value}`) }))}
      />
      <span className={classes.publish}>
        <PublishButton survey={survey} draft={draft} />
      </span>
    </div>
  );
}

interface StepButtonProps {
  label: string;
  icon: ReactNode;
  narrow: boolean;
  disabled: boolean;
  onClick: () => void;
}

/** Undo or redo; on a phone by its picture alone. */
function StepButton({ label, icon, narrow, ...rest }: StepButtonProps) {
  return narrow ? (
    <ActionIcon variant="subtle" size="lg" aria-label={label} {...rest}>
      {icon}
    </ActionIcon>
  ) : (
    <Button variant="subtle" leftSection={icon} {...rest}>
      {label}
    </Button>
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

function PublishButton({ survey, draft }: { survey: string; draft: DraftEditor }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errors = draft.problems.filter((each) => each.severity === "error").length;
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
