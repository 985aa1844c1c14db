import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Channel } from "../../api/types";
import { localized, useLanguage } from "../../i18n/language";
import { UnitSelect } from "../../settings/units/UnitSelect";
import { CHANNELS } from "../../touchpoints/model";
import { offeringsQuery, touchpointsQuery } from "../../touchpoints/queries";

export interface PlaceForm {
  touchpoint: string | null;
  channel: Channel | null;
  unit: string | null;
  offering: string | null;
}

export const NOWHERE: PlaceForm = { touchpoint: null, channel: null, unit: null, offering: null };

interface PlaceFieldsProps {
  place: PlaceForm;
  onChange: (place: PlaceForm) => void;
  withUnit?: boolean;
}

/** Touchpoint, channel, unit and offering of a link. */
export function PlaceFields({ place, onChange, withUnit }: PlaceFieldsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const touchpoints = useQuery(touchpointsQuery);
  const offerings = useQuery(offeringsQuery);
  const optional = t("field.optional");
  const own = touchpoints.data?.find((each) => each.id === place.touchpoint)?.channel;
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
        label={`${t("links.channel")} (${optional})`}
        description={t("links.channel_help")}
        placeholder={own && t(`touchpoints.channel.${own}`)}
        data={CHANNELS.map((value) => ({ value, label: t(`touchpoints.channel.${value}`) }))}
        value={place.channel}
        clearable
        onChange={(channel) => onChange({ ...place, channel: channel as Channel | null })}
      />
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
