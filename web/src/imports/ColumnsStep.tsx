import { Alert, Button, Checkbox, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import { Section } from "../ui/page/Page";
import { AllRows } from "./AllRows";
import { ColumnTable } from "./ColumnTable";
import { rowsShown } from "./deciding";
import { Found } from "./Found";
import classes from "./imports.module.css";
import { openPoints } from "./mapping";
import type { Change, Import } from "./model";
import { savedMappingsQuery } from "./queries";
import { RowsAre } from "./RowsAre";
import { useDeciding } from "./useDeciding";

interface ColumnsStepProps {
  given: Import;
  running: boolean;
  onTry: () => Promise<unknown>;
}

/** What was found in the file, what a row is, and what each column means. */
export function ColumnsStep({ given: read, running, onTry }: ColumnsStepProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { state, dispatch, error } = useDeciding(read);
  const { given, mapping } = state;
  const [resumed] = useState(mapping !== given.mapping);
  const proposing = state.sent !== null;
  const [keep, setKeep] = useState(false);
  const [name, setName] = useState("");
  const change = useCallback((make: Change) => dispatch({ do: "change", make }), [dispatch]);

  const tryIt = useMutation({
    mutationFn: async () => {
      await unwrap(
        api.PUT("/api/imports/{id}/mapping", {
          params: { path: { id: given.id } },
          body: { mapping, save_as: keep ? name.trim() : null },
        }),
      );
      if (keep) await queries.invalidateQueries({ queryKey: savedMappingsQuery.queryKey });
      await onTry();
    },
  });
  const shown = rowsShown(state);
  const surveyless = shown.kind === "survey" && !shown.survey;
  const open = surveyless ? (["survey"] as const) : openPoints(mapping);
  const unnamed = keep && !name.trim();
  const waits =
    (proposing && t("imports.columns.proposing")) ||
    ((open.length > 0 || unnamed) && t("imports.open.first")) ||
    undefined;
  const problem = tryIt.error ?? error;
  const refused = problem ? asProblem(problem) : null;
  const ofRows = (refused?.fields ?? []).filter(({ field }) => !/columns\[\d+\]/.test(field));

  return (
    <>
      {resumed && mapping !== given.mapping && (
        <div className={classes.unfinished} role="status">
          <span>{t("imports.unfinished.kept")}</span>
          <Button variant="subtle" size="compact-sm" onClick={() => dispatch({ do: "anew" })}>
            {t("imports.unfinished.anew")}
          </Button>
        </div>
      )}
      <Found given={given} onLayout={(layout) => dispatch({ do: "read", layout })} />
      <RowsAre
        shown={shown}
        target={mapping.target}
        onRows={(rows) => dispatch({ do: "rows", rows })}
        onChange={change}
      />
      <Section
        title={t("imports.columns.title")}
        lead={t("imports.columns.lead")}
        actions={
          <span className="meta" role="status">
            {proposing && t("imports.columns.proposing")}
          </span>
        }
      >
        <ColumnTable
          columns={given.sniffed.columns}
          mapping={mapping}
          problems={refused?.fields ?? []}
          proposing={proposing}
          onChange={change}
        />
      </Section>
      <AllRows mapping={mapping} onChange={change} />
      <Section title={t("imports.columns.ready")}>
        {(open.length > 0 || unnamed) && (
          <ul className={classes.open}>
            {open.map((point) => (
              <li key={point}>{t(`imports.open.${point}`)}</li>
            ))}
            {unnamed && <li>{t("imports.kept.unnamed")}</li>}
          </ul>
        )}
        {refused && (
          <Alert color="red" variant="light" role="alert" mb="md">
            {ofRows.length > 0 ? (
              <ul className={classes.open}>
                {ofRows.map(({ field, message }) => (
                  <li key={field}>{message}</li>
                ))}
              </ul>
            ) : (
              refused.detail || t("state.error_network")
            )}
          </Alert>
        )}
        <div className={classes.keep}>
          <Checkbox
            label={t("imports.kept.keep")}
            checked={keep}
            onChange={(event) => setKeep(event.currentTarget.checked)}
          />
          {keep && (
            <TextInput
              aria-label={t("imports.kept.name")}
              placeholder={t("imports.kept.name")}
              value={name}
              maxLength={100}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          )}
        </div>
        <div className={classes.foot}>
          <Button
            loading={tryIt.isPending || running}
            disabled={Boolean(waits)}
            title={waits}
            onClick={() => tryIt.mutate()}
          >
            {t("imports.columns.try")}
          </Button>
          <span className="meta">{t("imports.columns.try_note")}</span>
        </div>
      </Section>
    </>
  );
}
