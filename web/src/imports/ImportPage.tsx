import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { ConfirmDialog } from "../ui/form/ConfirmDialog";
import { useHeadingFocus } from "../ui/page/focus";
import { Page } from "../ui/page/Page";
import { NoPermission, QueryState } from "../ui/page/states";
import { textParameter, useUrlState } from "../ui/urlState";
import { ColumnsStep } from "./ColumnsStep";
import classes from "./imports.module.css";
import { type Import, type Step, stepOf } from "./model";
import { importQuery, importsQuery } from "./queries";
import { ResultStep } from "./ResultStep";
import { RunningStep } from "./RunningStep";
import { TrialStep } from "./TrialStep";

const STEPS = ["columns", "trial", "result"] as const;

const readSearch = (search: Record<string, unknown>) => ({ step: textParameter(search.step) });

export function ImportPage() {
  const { t } = useTranslation();
  const { importId = "" } = useParams({ strict: false }) as { importId?: string };
  const may = useMay("import_data");
  const found = useQuery({ ...importQuery(importId), enabled: may });
  const given = found.data;
  const own = given && stepOf(given.status, given.checkpoint);
  return (
    <Page
      kicker={given && t("imports.kicker")}
      title={given?.file_name ?? t("imports.title")}
      actions={given && own !== "result" && own !== "running" && <Discard given={given} />}
    >
      {may ? (
        <QueryState query={found}>{(data) => <Wizard key={data.id} given={data} />}</QueryState>
      ) : (
        <NoPermission />
      )}
    </Page>
  );
}

function Wizard({ given }: { given: Import }) {
  const queries = useQueryClient();
  const [{ step: wanted }, setSearch] = useUrlState(readSearch);
  const own = stepOf(given.status, given.checkpoint);
  const step: Step = own === "trial" && wanted === "columns" ? "columns" : own;
  useHeadingFocus(step);

  // What was brought in changes every number and list there is.
  useEffect(() => {
    if (given.status !== "done") return;
    for (const key of ["metrics", "voices", "surveys", "customers"]) {
      void queries.invalidateQueries({ queryKey: [key] });
    }
  }, [given.status, queries]);

  const run = useMutation({
    mutationFn: (dry_run: boolean) =>
      unwrap(
        api.POST("/api/imports/{id}/run", {
          params: { path: { id: given.id } },
          body: { dry_run },
        }),
      ),
    onSuccess: async (now) => {
      queries.setQueryData(importQuery(given.id).queryKey, now);
      await queries.invalidateQueries({ queryKey: importsQuery.queryKey });
      setSearch({ step: undefined }, { replace: true });
    },
  });

  return (
    <>
      <Steps step={step} />
      {step === "columns" && (
        <ColumnsStep given={given} running={run.isPending} onTry={() => run.mutateAsync(true)} />
      )}
      {step === "trial" && (
        <TrialStep
          given={given}
          running={run.isPending}
          error={run.error}
          onBack={() => setSearch({ step: "columns" })}
          onRun={() => run.mutate(false)}
        />
      )}
      {step === "running" && (
        <RunningStep
          given={given}
          resuming={run.isPending}
          error={run.error}
          onResume={() => run.mutate(false)}
        />
      )}
      {step === "result" && <ResultStep given={given} />}
    </>
  );
}

/** Where one is: three steps, the one at hand marked. */
function Steps({ step }: { step: Step }) {
  const { t } = useTranslation();
  const at = step === "running" ? 2 : STEPS.indexOf(step);
  return (
    <ol className={classes.steps} aria-label={t("imports.step.label")}>
      {STEPS.map((each, index) => (
        <li
          key={each}
          aria-current={index === at ? "step" : undefined}
          data-done={index < at || undefined}
        >
          <span className={classes.stepNumber} aria-hidden="true">
            {index + 1}
          </span>
          {t(`imports.step.${each}`)}
        </li>
      ))}
    </ol>
  );
}

function Discard({ given }: { given: Import }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const discard = useMutation({
    mutationFn: () =>
      unwrap(api.DELETE("/api/imports/{id}", { params: { path: { id: given.id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: importsQuery.queryKey });
      await navigate({ to: paths.imports() } as never);
    },
  });
  return (
    <>
      <Button variant="subtle" color="red" onClick={() => setAsking(true)}>
        {t("imports.discard.open")}
      </Button>
      {asking && (
        <ConfirmDialog
          opened
          title={t("imports.discard.title")}
          body={t("imports.discard.body", { file: given.file_name, lng: language })}
          confirmLabel={t("imports.discard.open")}
          pending={discard.isPending}
          error={discard.error}
          onClose={() => setAsking(false)}
          onConfirm={() => discard.mutate()}
        />
      )}
    </>
  );
}
