import { Button, Popover } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../../i18n/language";
import { byWeight, isError } from "../problems";
import { usePartName } from "../usePartName";
import classes from "./build.module.css";
import type { DraftEditor } from "./useDraft";

interface ProblemListProps {
  draft: DraftEditor;
  /** Goes to where a problem is mended. */
  onProblem: (path: string) => void;
}

/** The problems of the draft, counted; each leads to where it is mended. */
export function ProblemList({ draft, onProblem }: ProblemListProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [opened, setOpened] = useState(false);
  const { problems } = draft;
  const partName = usePartName(draft.state.document);
  const errors = problems.filter(isError);
  const ordered = byWeight(problems);
  if (ordered.length === 0) {
    return (
      <span className={classes.saving}>
        <IconCheck size={16} aria-hidden /> {t("surveys.no_problems")}
      </span>
    );
  }
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={360}
      position="bottom-end"
      trapFocus
      returnFocus={false}
    >
      <Popover.Target>
        <Button
          variant="default"
          c={errors.length > 0 ? "var(--bad)" : undefined}
          leftSection={<IconAlertTriangle size={16} aria-hidden />}
          onClick={() => setOpened(!opened)}
        >
          {errors.length > 0
            ? t("surveys.errors", { count: errors.length })
            : t("surveys.warnings", { count: ordered.length })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("surveys.problems")}>
        <ul className={classes.problems}>
          {ordered.map((problem) => (
            <li key={`${problem.path} ${problem.code}`} data-severity={problem.severity}>
              <button
                type="button"
                onClick={() => {
                  setOpened(false);
                  onProblem(problem.path);
                }}
              >
                <b>{t(`surveys.severity.${problem.severity}`)}</b>{" "}
                {localized(problem.message, language, problem.code)}{" "}
                <span className={classes.partOf}>{partName(problem.path)}</span>
              </button>
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
