import { useTranslation } from "react-i18next";
import { useUnitName } from "../../settings/units/units";
import { useOfferingName, useTouchpointName } from "../../touchpoints/names";
import type { Link } from "../document";

/** Where a link says it was answered, in words. */
export function usePlaceName(): (link: Link) => string {
  const { t } = useTranslation();
  const touchpoint = useTouchpointName();
  const unit = useUnitName();
  const offering = useOfferingName();
  return (link) =>
    [
      link.touchpoint_id && touchpoint(link.touchpoint_id),
      link.unit_id && unit(link.unit_id),
      link.offering_id && offering(link.offering_id),
      link.channel && t(`touchpoints.channel.${link.channel}`),
      ...Object.entries(link.fields).map(([name, value]) => `${name} = ${value}`),
    ]
      .filter(Boolean)
      .join(" · ");
}
