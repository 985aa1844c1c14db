import { Alert, Button, Checkbox, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import type { Components } from "../api/types";
import { Section } from "../ui/page/Page";
import { AllRows } from "./AllRows";
import { ColumnTable } from "./ColumnTable";
import { Found } from "./Found";
import classes from "./imports.module.css";
import { openPoints } from "./mapping";
import type { Import, Mapping } from "./model";
import { importQuery, savedMappingsQuery } from "./queries";
import { RowsAre } from "./RowsAre";
import { keepUnfinished, unfinished } from "./unfinished";

interface ColumnsStepProps {
  given: Import;
  running: boolean;
  onTry: () => Promise<unknown>;
}

/** What was found in the file, what a row is, and what each column means. */
export function ColumnsStep({ given, running, onTry }: ColumnsStepProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [left] = useState(() => unfinished(sessionStorage, given));
  const [mapping, setMapping] = useState<Mapping>(left ?? given.mapping);
  useEffect(() => keepUnfinished(sessionStorage, given, mapping), [given, mapping]);
  const [keep, setKeep] = useState(false);
  const [name, setName] = useState("");
  const take = (now: Import) => queries.setQueryData(importQuery(given.id).queryKey, now);

  const look = useMutation({
    mutationFn: (body: Components["LookRequest"]) =>
      unwrap(api.POST("/api/imports/{id}/look", { params: { path: { id: given.id } }, body })),
    onSuccess: take,
  });
  const tryIt = useMutation({
    mutationFn: async () => {
      await unwrap(
        api.PUT("/api/imports/{id}/mapping", {
          params: { path: { id: given.id } },
          body: { mapping, save_as: keep && name.trim() ? name.trim() : null },
        }),
      );
      if (keep) await queries.invalidateQueries({ queryKey: savedMappingsQuery.queryKey });
      await onTry();
    },
  });
  const open = openPoints(mapping);
  const problem = tryIt.error ?? look.error;
  const refused = problem ? asProblem(problem) : null;
  const ofRows = (refused?.fields ?? []).filter(({ field }) => !/columns\[\d+\]/.test(field));

  return (
    <>
      {left && mapping !== given.mapping && (
        <div className={classes.unfinished} role="status">
          <span>{t("imports.unfinished.kept")}</span>
          <Button variant="subtle" size="compact-sm" onClick={() => setMapping(given.mapping)}>
            {t("imports.unfinished.anew")}
          </Button>
        </div>
      )}
      <Found
        given={given}
        pending={look.isPending}
        onLayout={(layout) => look.mutate({ layout, ...hintOf(mapping) })}
      />
      <RowsAre
        mapping={mapping}
        pending={look.isPending}
        onLook={(hint) => look.mutate(hint)}
        onChange={setMapping}
      />
      <Section title={t("imports.columns.title")} lead={t("imports.columns.lead")}>
        <ColumnTable
          columns={given.sniffed.columns}
          mapping={mapping}
          problems={refused?.fields ?? []}
          onChange={setMapping}
        />
      </Section>
      <AllRows mapping={mapping} onChange={setMapping} />
      <Section title={t("imports.columns.ready")}>
        {open.length > 0 && (
          <ul className={classes.open}>
            {open.map((point) => (
              <li key={point}>{t(`imports.open.${point}`)}</li>
            ))}
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
            disabled={open.length > 0}
            title={open.length ? t("imports.open.first") : undefined}
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

/** What the rows are, so that a second look at the file proposes for the same. */
function hintOf({ target }: Mapping): Components["LookRequest"] {
  return target.kind === "survey" ? { survey_id: target.survey_id } : { rows_are: target.kind };
}
