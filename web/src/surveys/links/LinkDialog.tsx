import { Select } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import type { Channel } from "../../api/types";
import { localized, useLanguage } from "../../i18n/language";
import { UnitSelect } from "../../settings/units/UnitSelect";
import { offeringsQuery, touchpointsQuery } from "../../touchpoints/queries";
import { FormDialog } from "../../ui/form/FormDialog";
import type { Link } from "../document";
import { linksQuery } from "../queries";

export interface PlaceForm {
  touchpoint: string | null;
  unit: string | null;
  offering: string | null;
}

interface LinkDialogProps {
  survey: string;
  onClose: () => void;
  onMade: (link: Link) => void;
}

/** Makes a link that says where its answers come from. */
export function LinkDialog({ survey, onClose, onMade }: LinkDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const channel = useChannelOf();
  const [place, setPlace] = useState<PlaceForm>({ touchpoint: null, unit: null, offering: null });
  const make = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/surveys/{id}/links", {
          params: { path: { id: survey } },
          body: {
            kind: "public",
            touchpoint_id: place.touchpoint,
            channel: channel(place.touchpoint),
            unit_id: place.unit,
            offering_id: place.offering,
          },
        }),
      ),
    onSuccess: async (link) => {
      await queries.invalidateQueries({ queryKey: linksQuery(survey).queryKey });
      onMade(link);
    },
  });
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("surveys.links.add")}
      submitLabel={t("surveys.links.make")}
      pending={make.isPending}
      error={make.error}
      onSubmit={() => make.mutate()}
    >
      <PlaceFields place={place} onChange={setPlace} withUnit />
    </FormDialog>
  );
}

interface PlaceFieldsProps {
  place: PlaceForm;
  onChange: (place: PlaceForm) => void;
  withUnit?: boolean;
}

/** Touchpoint, unit and offering; the channel follows from the touchpoint. */
export function PlaceFields({ place, onChange, withUnit }: PlaceFieldsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const touchpoints = useQuery(touchpointsQuery);
  const offerings = useQuery(offeringsQuery);
  const optional = t("field.optional");
  const options = (
    things: { id: string; code: string; name: Record<string, string>; archived: boolean }[] = [],
  ) =>
    things
      .filter((each) => !each.archived)
      .map((each) => ({ value: each.id, label: localized(each.name, language, each.code) }));
  return (
    <>
      <Select
        label={t("surveys.links.touchpoint")}
        description={t("surveys.links.touchpoint_help")}
        data={options(touchpoints.data)}
        value={place.touchpoint}
        searchable
        clearable
        nothingFoundMessage={t("state.no_results")}
        onChange={(touchpoint) => onChange({ ...place, touchpoint })}
      />
      {withUnit && (
        <UnitSelect
          label={`${t("field.unit")} (${optional})`}
          value={place.unit}
          clearable
          onChange={(unit) => onChange({ ...place, unit })}
        />
      )}
      <Select
        label={`${t("surveys.links.offering")} (${optional})`}
        data={options(offerings.data)}
        value={place.offering}
        searchable
        clearable
        nothingFoundMessage={t("state.no_results")}
        onChange={(offering) => onChange({ ...place, offering })}
      />
    </>
  );
}

/** The channel of a touchpoint, which its links carry. */
export function useChannelOf(): (touchpoint: string | null) => Channel | null {
  const { data } = useQuery(touchpointsQuery);
  return (touchpoint) => data?.find((each) => each.id === touchpoint)?.channel ?? null;
}
