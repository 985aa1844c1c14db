import { useTranslation } from "react-i18next";
import type { Voice } from "../api/types";
import { useDimensionValueName } from "../filters/names";
import { formatMoment } from "../format/date";
import { useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { AppLink } from "../ui/AppLink";
import { useVoiceMoment } from "./VoiceList";
import classes from "./voices.module.css";

interface VoiceRecordProps {
  voice: Voice;
  /** Names of surveys and questions, from the answer the voice came with. */
  facetName: (dimension: string, value: string) => string | undefined;
  /** Leaves the heading to the drawer that has one already. */
  untitled?: boolean;
}

/** What is known about one voice: when, where, in answer to what, and from whom. */
export function VoiceRecord({ voice, facetName, untitled }: VoiceRecordProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const valueName = useDimensionValueName();
  const moment = useVoiceMoment();
  const mayReadPeople = useMay("read_people");
  const named = (dimension: string, value: string | null | undefined) =>
    value ? (facetName(dimension, value) ?? valueName(dimension, value)) : null;
  const topics = voice.topics
    .map((each) => facetName("topic", each.topic))
    .filter((name) => name !== undefined);
  const facts: [string, string | null][] = [
    [
      t("voices.meta.when"),
      voice.occurred_at ? formatMoment(voice.occurred_at, language) : moment(voice),
    ],
    [t("voices.meta.survey"), facetName("survey", voice.stream) ?? null],
    [
      t("voices.meta.question"),
      facetName("field", `${voice.stream}:${voice.field}`) ?? voice.field,
    ],
    [t("voices.meta.touchpoint"), named("touchpoint", voice.touchpoint_id)],
    [t("voices.meta.channel"), named("channel", voice.channel)],
    [t("voices.meta.stage"), named("stage", voice.stage)],
    [t("voices.meta.unit"), named("unit", voice.unit_id)],
    [t("voices.meta.offering"), named("offering", voice.offering_id)],
    [t("metrics.dimension.topic"), topics.join(language === "ja" ? "、" : ", ")],
    [t("voices.meta.language"), named("language", voice.language)],
  ];
  return (
    <>
      {!untitled && <h2 className={classes.recordTitle}>{t("voices.record")}</h2>}
      <dl className={classes.facts}>
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {mayReadPeople && voice.customer_id && (
        <AppLink to={paths.customer(voice.customer_id)}>{t("voices.to_customer")}</AppLink>
      )}
    </>
  );
}
