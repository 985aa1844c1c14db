import { Alert, Button, Progress } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import { formatCount } from "../format/number";
import { localized, useLanguage } from "../i18n/language";
import { toastFailed } from "../ui/toast";
import { Faults } from "./Faults";
import classes from "./imports.module.css";
import { type Import, progressOf } from "./model";
import { importQuery } from "./queries";

/** Without any change for this long, nobody is at work any more. */
const QUIET_MS = 60_000;

interface RunningStepProps {
  given: Import;
  resuming: boolean;
  error: unknown;
  onResume: () => void;
}

/** An import at work, or one that stopped on the way and can go on. */
export function RunningStep({ given, resuming, error, onResume }: RunningStepProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const quiet = useQuiet(given.changed_at);
  const stop = useMutation({
    mutationFn: () =>
      unwrap(api.POST("/api/imports/{id}/stop", { params: { path: { id: given.id } } })),
    onSuccess: (now) => queries.setQueryData(importQuery(given.id).queryKey, now),
    onError: (problem) => toastFailed(problem, t("state.error_unknown")),
  });
  const running = given.status === "running";
  const share = progressOf(given.totals);
  const resumable = !running || quiet;
  return (
    <>
      {Boolean(error) && (
        <Alert color="red" variant="light" role="alert" mb="md">
          {asProblem(error).detail || t("state.error_network")}
        </Alert>
      )}
      {given.status === "failed" && (
        <Alert color="red" variant="light" role="alert" mb="md">
          {localized(given.message, language)}
        </Alert>
      )}
      <p className={classes.finding} aria-live="polite">
        {t(running ? (quiet ? "imports.run.quiet" : "imports.run.working") : "imports.run.stopped")}
      </p>
      <Progress
        value={(share ?? (running ? 1 : 0)) * 100}
        animated={running && share === null}
        aria-label={t("imports.run.progress")}
      />
      <p className="meta num">
        {t("imports.run.rows", {
          rows: formatCount(given.totals.rows ?? 0, language),
          records: formatCount(given.checkpoint, language),
        })}
      </p>
      <div className={classes.foot}>
        {resumable && (
          <Button loading={resuming} onClick={onResume}>
            {t("imports.run.resume")}
          </Button>
        )}
        {running && (
          <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
            {t("imports.run.stop")}
          </Button>
        )}
      </div>
      {!running && <Faults given={given} />}
    </>
  );
}

/** Whether nothing has changed for a while. */
function useQuiet(changed: string): boolean {
  const [quiet, setQuiet] = useState(false);
  useEffect(() => {
    setQuiet(false);
    const rest = Date.parse(changed) + QUIET_MS - Date.now();
    const timer = setTimeout(() => setQuiet(true), Math.max(0, rest));
    return () => clearTimeout(timer);
  }, [changed]);
  return quiet;
}
