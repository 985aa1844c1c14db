import { FileInput, SegmentedControl, Select, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { useKindName } from "../../settings/units/kinds";
import { unitsQuery } from "../../settings/units/units";
import { FormDialog } from "../../ui/form/FormDialog";
import { linksKey } from "../queries";
import { textOf } from "./lists";
import { NOWHERE, PlaceFields, type PlaceForm } from "./PlaceFields";
import { Refusal } from "./Refusal";
import { UnitChecklist } from "./UnitChecklist";

const SOURCES = ["kind", "tree", "csv"] as const;
type SheetSource = (typeof SOURCES)[number];

/** One printable sheet of QR codes: a page for each unit of a kind, of the tree or of a CSV. */
export function QrSheetDialog({ survey, onClose }: { survey: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const kindName = useKindName();
  const units = useQuery(unitsQuery());
  const kinds = [...new Set(units.data?.map((unit) => unit.kind))];
  const [source, setSource] = useState<SheetSource>("kind");
  const [wantedKind, setKind] = useState<string | null>("store");
  const kind = kinds.find((each) => each === wantedKind) ?? kinds.at(-1) ?? null;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [file, setFile] = useState<File | null>(null);
  const [place, setPlace] = useState<PlaceForm>(NOWHERE);
  const print = useMutation({
    mutationFn: async () => {
      const which = {
        kind: { unit_kind: kind },
        tree: { units: [...chosen] },
        csv: { csv: file ? await textOf(file) : "" },
      }[source];
      return unwrap(
        api.POST("/api/surveys/{id}/qr-sheet", {
          params: { path: { id: survey } },
          parseAs: "text",
          body: {
            ...which,
            touchpoint_id: place.touchpoint,
            channel: place.channel,
            offering_id: place.offering,
          },
        }),
      );
    },
    onSuccess: async (html) => {
      await queries.invalidateQueries({ queryKey: linksKey(survey) });
      const address = URL.createObjectURL(new Blob([html as string], { type: "text/html" }));
      window.open(address, "_blank", "noopener");
      onClose();
    },
  });
  const lacks =
    (source === "kind" && !kind && t("links.sheet_choose")) ||
    (source === "tree" && chosen.size === 0 && t("links.sheet_choose")) ||
    (source === "csv" && !file && t("surveys.links.sheet_csv")) ||
    undefined;
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("surveys.links.sheet")}
      submitLabel={t("surveys.links.make_sheet")}
      pending={print.isPending}
      error={print.error}
      onSubmit={() => print.mutate()}
      disabledReason={lacks}
      size={560}
    >
      <Text className="meta">{t("links.sheet_lead")}</Text>
      <SegmentedControl
        className="segments"
        fullWidth
        aria-label={t("links.sheet_units")}
        value={source}
        onChange={(next) => setSource(next as SheetSource)}
        data={SOURCES.map((value) => ({ value, label: t(`links.sheet_of.${value}`) }))}
      />
      {source === "kind" && (
        <Select
          label={t("links.sheet_kind")}
          data={kinds.map((value) => ({ value, label: kindName(value) }))}
          value={kind}
          allowDeselect={false}
          onChange={setKind}
        />
      )}
      {source === "tree" && <UnitChecklist chosen={chosen} onChange={setChosen} />}
      {source === "csv" && (
        <FileInput
          label={t("surveys.links.sheet_csv")}
          description={t("links.sheet_csv_help")}
          accept=".csv,text/csv"
          value={file}
          onChange={setFile}
          placeholder="stores.csv"
          clearable
          clearButtonProps={{ "aria-label": t("action.clear") }}
        />
      )}
      <Refusal error={print.error} rows={source === "tree" ? [...chosen] : []} />
      <PlaceFields place={place} onChange={setPlace} />
    </FormDialog>
  );
}
