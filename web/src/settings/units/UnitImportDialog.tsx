import { FileInput, List, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { FormDialog } from "../../ui/form/FormDialog";
import { toastDone } from "../../ui/toast";

/** Sends a CSV of units as it is; the server reads its encoding and names wrong rows. */
export function UnitImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const run = useMutation({
    mutationFn: (chosen: File) =>
      unwrap(
        api.POST("/api/units/import", {
          body: chosen as unknown as string,
          bodySerializer: () => chosen,
          headers: { "content-type": "text/csv" },
        }),
      ),
    onSuccess: async (done) => {
      // With a fault anywhere, nothing was written; the faults are shown.
      if (!done.written) return;
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
  const faults = run.data?.errors ?? [];

  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("settings.units.import_title")}
      submitLabel={t("settings.units.import_run")}
      pending={run.isPending}
      error={run.error}
      onSubmit={() => file && run.mutate(file)}
      disabledReason={file ? undefined : t("settings.units.import_file")}
      size={560}
    >
      <Text className="meta">{t("settings.units.import_help")}</Text>
      <FileInput
        label={t("settings.units.import_file")}
        accept=".csv,text/csv"
        value={file}
        onChange={setFile}
        placeholder="units.csv"
        clearable
        clearButtonProps={{ "aria-label": t("action.clear") }}
      />
      {faults.length > 0 && (
        <div role="alert">
          <Text c="var(--bad)">{t("settings.units.import_faults", { count: faults.length })}</Text>
          <List size="sm">
            {faults.slice(0, 20).map((fault) => (
              <List.Item key={`${fault.line}-${fault.field}-${fault.message}`}>
                {fault.line !== null && t("settings.units.import_line", { line: fault.line })}{" "}
                <span className="mono">{fault.field}</span> {fault.message}
              </List.Item>
            ))}
          </List>
        </div>
      )}
    </FormDialog>
  );
}
