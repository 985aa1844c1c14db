import { IconMapPin } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useUnitName } from "../settings/units/units";
import { useUrlState } from "../ui/urlState";
import { STAGES } from "./model";
import { NamedPage, readNamedSearch } from "./NamedPage";
import { touchpointsQuery } from "./queries";
import { TouchpointDialog } from "./TouchpointDialog";

const readSearch = (search: Record<string, unknown>) => ({
  ...readNamedSearch(search),
  stage: STAGES.find((stage) => stage === search.stage),
});

export function TouchpointsPage() {
  const { t } = useTranslation();
  const unitName = useUnitName();
  const [search, setSearch] = useUrlState(readSearch);
  return (
    <NamedPage
      query={useQuery(touchpointsQuery)}
      words="touchpoints"
      icon={IconMapPin}
      search={search}
      onSearch={setSearch}
      order={(a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage)}
      columns={[
        {
          key: "channel",
          header: t("touchpoints.channel_label"),
          cell: (touchpoint) => t(`touchpoints.channel.${touchpoint.channel}`),
        },
        {
          key: "stage",
          header: t("touchpoints.stage_label"),
          cell: (touchpoint) => t(`touchpoints.stage.${touchpoint.stage}`),
        },
        {
          key: "experience",
          header: t("touchpoints.experience_label"),
          wideOnly: true,
          cell: (touchpoint) => t(`touchpoints.experience.${touchpoint.experience}`),
        },
        {
          key: "owner",
          header: t("touchpoints.owner"),
          wideOnly: true,
          cell: (touchpoint) =>
            touchpoint.owner_unit_id ? unitName(touchpoint.owner_unit_id) : "",
        },
      ]}
      dialog={(touchpoint) => (
        <TouchpointDialog
          key={search.open}
          touchpoint={touchpoint}
          stage={search.stage}
          onClose={() => setSearch({ open: undefined, stage: undefined })}
        />
      )}
    />
  );
}
