import { FileInput, SegmentedControl, Text, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { DayInput } from "../../ui/form/DayInput";
import { FormDialog } from "../../ui/form/FormDialog";
import type { Link, SurveySummary } from "../document";
import { fromLocal, localZone } from "../moments";
import { linksKey, versionQuery } from "../queries";
import { CustomerSelect } from "./CustomerSelect";
import { type FieldValues, HiddenFieldInputs } from "./HiddenFieldInputs";
import { columnOf, linesOf, textOf } from "./lists";
import { NOWHERE, PlaceFields, type PlaceForm } from "./PlaceFields";
import { Refusal } from "./Refusal";

const WHO = ["public", "personal", "list"] as const;
type Who = (typeof WHO)[number];

export interface MadeList {
  /** What was given for each, in order. */
  given: string[];
  links: Link[];
}

interface LinkDialogProps {
  survey: SurveySummary;
  onClose: () => void;
  onMade: (link: Link) => void;
  onMadeList: (list: MadeList) => void;
}

/** Makes a link that says where its answers come from, for anybody or for customers. */
export function LinkDialog({ survey, onClose, onMade, onMadeList }: LinkDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const version = useQuery(versionQuery(survey.id, survey.version ?? 1));
  const [who, setWho] = useState<Who>("public");
  const [customer, setCustomer] = useState<string | null>(null);
  const [list, setList] = useState("");
  const [place, setPlace] = useState<PlaceForm>(NOWHERE);
  const [fields, setFields] = useState<FieldValues>({});
  const [expires, setExpires] = useState("");
  const given = linesOf(list);
  const said = {
    touchpoint_id: place.touchpoint,
    channel: place.channel,
    unit_id: place.unit,
    offering_id: place.offering,
    fields,
    expires_at: fromLocal(expires),
  };
  const path = { params: { path: { id: survey.id } } };
  const make = useMutation({
    mutationFn: async (): Promise<Link[]> => {
      if (who === "list") {
        const body = { ...said, identifiers: given };
        return (await unwrap(api.POST("/api/surveys/{id}/links/batch", { ...path, body }))).items;
      }
      const body = { ...said, kind: who, customer_id: who === "personal" ? customer : null };
      return [await unwrap(api.POST("/api/surveys/{id}/links", { ...path, body }))];
    },
    onSuccess: async (links) => {
      await queries.invalidateQueries({ queryKey: linksKey(survey.id) });
      if (who === "list") onMadeList({ given, links });
      else if (links[0]) onMade(links[0]);
    },
  });
  const lacks =
    (who === "personal" && !customer && t("links.customer")) ||
    (who === "list" && given.length === 0 && t("links.list_help")) ||
    undefined;
  const hidden = version.data?.document.hidden_fields ?? [];
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("surveys.links.add")}
      submitLabel={t("surveys.links.make")}
      pending={make.isPending}
      error={make.error}
      onSubmit={() => make.mutate()}
      disabledReason={lacks}
      size={560}
    >
      <SegmentedControl
        className="segments"
        fullWidth
        aria-label={t("links.who")}
        value={who}
        onChange={(next) => setWho(next as Who)}
        data={WHO.map((value) => ({ value, label: t(`links.kinds.${value}`) }))}
      />
      {who === "personal" && <CustomerSelect value={customer} onChange={setCustomer} />}
      {who === "list" && (
        <>
          <Textarea
            label={t("links.list")}
            description={t("links.list_help")}
            value={list}
            minRows={4}
            maxRows={10}
            autosize
            onChange={(event) => setList(event.currentTarget.value)}
          />
          <FileInput
            label={t("links.list_file")}
            description={t("links.list_file_help")}
            accept=".csv,.txt,text/csv,text/plain"
            placeholder="customers.csv"
            value={null}
            onChange={async (file) => file && setList(columnOf(await textOf(file)).join("\n"))}
          />
          <Text className="meta" role="status">
            {t("links.list_count", { count: given.length })}
          </Text>
        </>
      )}
      <Refusal error={make.error} rows={who === "list" ? given : []} />
      <PlaceFields place={place} onChange={setPlace} withUnit />
      <HiddenFieldInputs fields={hidden} values={fields} onChange={setFields} />
      {hidden.length > 0 && <Text className="meta">{t("links.fixed_help")}</Text>}
      <DayInput
        time
        label={t("field.noted", { label: t("links.expires"), note: t("field.optional") })}
        description={t("links.expires_help", { zone: localZone() })}
        value={expires}
        onChange={setExpires}
      />
    </FormDialog>
  );
}
