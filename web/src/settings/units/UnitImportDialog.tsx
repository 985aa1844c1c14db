import { Alert, Button, FileInput, Loader, Modal, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { asProblem } from "../../api/problem";
import { formatCount } from "../../format/number";
import { useLanguage } from "../../i18n/language";
import formClasses from "../../ui/form/form.module.css";
import { toastDone } from "../../ui/toast";
import { faultKey, SHOWN, totalsOf, type UnitFault, type UnitImport } from "./import";
import classes from "./import.module.css";
import { UnitChanges } from "./UnitChanges";

/** Sends a file as it is; the server reads its encoding. Without a preview, nothing is written. */
const send = (file: File, preview?: string) =>
  unwrap(
    api.POST("/api/units/import", {
      params: { query: preview ? { preview } : { dry_run: true } },
      body: file as unknown as string,
      bodySerializer: () => file,
      headers: { "content-type": "text/csv" },
    }),
  );

/** A file of units: what it changes is shown first, and then exactly that is written. */
export function UnitImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const look = useMutation({ mutationFn: (chosen: File) => send(chosen) });
  const write = useMutation({
    mutationFn: ({ chosen, preview }: { chosen: File; preview: string }) => send(chosen, preview),
    onSuccess: async (done) => {
      await queries.invalidateQueries({ queryKey: ["units"] });
      toastDone(
        t("settings.units.import_done", {
          added: done.added,
          changed: done.changed,
          unchanged: done.unchanged,
        }),
      );
      onClose();
    },
  });
  const choose = (chosen: File | null) => {
    setFile(chosen);
    write.reset();
    look.reset();
    if (chosen) look.mutate(chosen);
  };
  const problem = write.error ?? look.error;
  const isOld = write.isError && asProblem(write.error).code === "preview_is_old";
  const seen = file ? look.data : undefined;
  const changes = seen?.changes.length ?? 0;

  return (
    <Modal
      opened
      onClose={onClose}
      title={t("settings.units.import_title")}
      size={760}
      withCloseButton={false}
    >
      <div className={formClasses.form}>
        <Text className="meta">{t("settings.units.import_help")}</Text>
        <FileInput
          label={t("settings.units.import_file")}
          accept=".csv,text/csv"
          value={file}
          onChange={choose}
          placeholder="units.csv"
          clearable
          clearButtonProps={{ "aria-label": t("action.clear") }}
        />
        {problem && (
          <Alert color={isOld ? "yellow" : "red"} variant="light" role="alert">
            {isOld
              ? t("settings.units.import_old")
              : asProblem(problem).detail || t("state.error_network")}
          </Alert>
        )}
        {look.isPending && (
          <p role="status" className={classes.reading}>
            <Loader size={16} aria-hidden /> {t("settings.units.import_reading")}
          </p>
        )}
        {seen && !isOld && <Seen seen={seen} />}
        <div className={formClasses.buttons}>
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          {isOld && file ? (
            <Button onClick={() => choose(file)}>{t("settings.units.import_again")}</Button>
          ) : (
            <Button
              disabled={!seen || changes === 0 || seen.errors.length > 0}
              loading={write.isPending}
              title={file ? undefined : t("settings.units.import_file")}
              onClick={() => file && seen && write.mutate({ chosen: file, preview: seen.preview })}
            >
              {t("settings.units.import_run", { count: changes })}
            </Button>
          )}
        </div>
      </div>
    </Modal>
  );
}

/** What the file changes, and what is wrong with it. */
function Seen({ seen }: { seen: UnitImport }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <>
      {seen.errors.length > 0 && (
        <div role="alert" className={classes.faults}>
          <p>{t("settings.units.import_faults", { count: seen.errors.length })}</p>
          <ul>
            {seen.errors.slice(0, SHOWN).map((fault) => (
              <li key={`${fault.line}-${fault.field}-${fault.message}`}>
                <Fault fault={fault} />
              </li>
            ))}
          </ul>
          {seen.errors.length > SHOWN && (
            <p>{t("settings.units.import_more", { count: seen.errors.length - SHOWN })}</p>
          )}
        </div>
      )}
      <dl className={classes.totals} aria-label={t("settings.units.import_counts")}>
        {totalsOf(seen).map(([what, count]) => (
          <div key={what} data-none={count === 0 || undefined}>
            <dt>{t(`settings.units.import_what.${what}`)}</dt>
            <dd className="num">{formatCount(count, language)}</dd>
          </div>
        ))}
      </dl>
      {seen.changes.length > 0 ? (
        <UnitChanges changes={seen.changes} />
      ) : (
        seen.errors.length === 0 && <p className="meta">{t("settings.units.import_nothing")}</p>
      )}
    </>
  );
}

function Fault({ fault }: { fault: UnitFault }) {
  const { t } = useTranslation();
  return (
    <>
      <strong>
        {fault.line === null || fault.line === undefined
          ? t("settings.units.import_outside")
          : t("settings.units.import_line", { line: fault.line })}
      </strong>{" "}
      <span className="mono">{fault.field}</span>{" "}
      {t(`settings.units.import_fault.${faultKey(fault)}`, { about: fault.about ?? "" })}
    </>
  );
}
