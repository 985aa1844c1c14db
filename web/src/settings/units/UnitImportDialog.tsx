import { FileInput, List, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { asProblem } from "../../api/problem";
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
  const wrong = run.isError ? asProblem(run.error).fields : [];

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
      {wrong.length > 0 && (
        <List size="sm" c="var(--bad)" role="alert">
          {wrong.slice(0, 20).map((each) => (
            <List.Item key={each.field + each.message}>
              {each.field}: {each.message}
            </List.Item>
          ))}
        </List>
      )}
    </FormDialog>
  );
}
