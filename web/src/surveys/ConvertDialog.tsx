import { FileInput, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { paths } from "../paths";
import { FormDialog } from "../ui/form/FormDialog";
import { toastDone } from "../ui/toast";

/** Makes a survey of a Qualtrics or LimeSurvey file, and says what became of its elements. */
export function ConvertDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const convert = useMutation({
    mutationFn: (chosen: File) =>
      unwrap(
        api.POST("/api/survey-conversions", {
          params: { query: { name: chosen.name, create: true } },
          body: chosen as never,
          bodySerializer: () => chosen,
          headers: { "content-type": "application/octet-stream" },
        }),
      ),
    onSuccess: async ({ survey, report }) => {
      await queries.invalidateQueries({ queryKey: ["surveys", "list"] });
      toastDone(t("surveys.convert.done", { ...report.counts }));
      onClose();
      if (survey) await navigate({ to: paths.surveyBuild(survey.id) } as never);
    },
  });
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("surveys.convert.title")}
      submitLabel={t("surveys.convert.run")}
      pending={convert.isPending}
      error={convert.error}
      onSubmit={() => file && convert.mutate(file)}
      disabledReason={file ? undefined : t("surveys.convert.file")}
    >
      <Text className="meta">{t("surveys.convert.help")}</Text>
      <FileInput
        label={t("surveys.convert.file")}
        accept=".qsf,.lss,.lsg,.lsq"
        value={file}
        onChange={setFile}
        placeholder="survey.qsf"
        clearable
        clearButtonProps={{ "aria-label": t("action.clear") }}
      />
    </FormDialog>
  );
}
