import { FileInput, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { FormDialog } from "../../ui/form/FormDialog";
import { linksQuery } from "../queries";
import { PlaceFields, type PlaceForm, useChannelOf } from "./LinkDialog";

/** One printable sheet of QR codes, a code for each store of a CSV or of the organisation. */
export function QrSheetDialog({ survey, onClose }: { survey: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const channel = useChannelOf();
  const [file, setFile] = useState<File | null>(null);
  const [place, setPlace] = useState<PlaceForm>({ touchpoint: null, unit: null, offering: null });
  const print = useMutation({
    mutationFn: async () =>
      unwrap(
        api.POST("/api/surveys/{id}/qr-sheet", {
          params: { path: { id: survey } },
          parseAs: "text",
          body: {
            ...(file ? { csv: await file.text() } : { unit_kind: "store" }),
            touchpoint_id: place.touchpoint,
            channel: channel(place.touchpoint),
            offering_id: place.offering,
          },
        }),
      ),
    onSuccess: async (html) => {
      await queries.invalidateQueries({ queryKey: linksQuery(survey).queryKey });
      const address = URL.createObjectURL(new Blob([html as string], { type: "text/html" }));
      window.open(address, "_blank", "noopener");
      onClose();
    },
  });
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("surveys.links.sheet")}
      submitLabel={t("surveys.links.make_sheet")}
      pending={print.isPending}
      error={print.error}
      onSubmit={() => print.mutate()}
    >
      <Text className="meta">{t("surveys.links.sheet_help")}</Text>
      <PlaceFields place={place} onChange={setPlace} />
      <FileInput
        label={`${t("surveys.links.sheet_csv")} (${t("field.optional")})`}
        accept=".csv,text/csv"
        value={file}
        onChange={setFile}
        placeholder="stores.csv"
        clearable
        clearButtonProps={{ "aria-label": t("action.clear") }}
      />
    </FormDialog>
  );
}
