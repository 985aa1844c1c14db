import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { withUnit } from "../filters/filters";
import type { DayRange } from "../format/period";
import { paths } from "../paths";
import { useGlobalFilter } from "../shell/filter";
import { AppLink } from "../ui/AppLink";
import { Section } from "../ui/page/Page";
import { voicesQuery } from "../voices/queries";
import { VoiceList } from "../voices/VoiceList";
import { FRESH } from "./fresh";
import classes from "./home.module.css";

const VOICES_MOST = 4;

export const latestVoicesQuery = (range: DayRange | null, unit: string | null) =>
  voicesQuery({ text: "", range, filters: withUnit([], unit) }, VOICES_MOST);

/** The last few things customers wrote; nothing when they have not written yet. */
export function LatestVoices() {
  const { t } = useTranslation();
  const { range, unit } = useGlobalFilter();
  const voices = useInfiniteQuery({ ...latestVoicesQuery(range, unit), ...FRESH });
  const items = voices.data?.pages[0]?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Section
      title={t("home.voices")}
      actions={<AppLink to={paths.voices()}>{t("home.all_voices")}</AppLink>}
    >
      <div className={classes.voices}>
        <VoiceList voices={items} />
      </div>
    </Section>
  );
}
