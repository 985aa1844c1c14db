import { useTranslation } from "react-i18next";
import type { Voice } from "../api/types";
import { useDimensionValueName } from "../filters/names";
import { formatMoment } from "../format/date";
import { useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { AppLink } from "../ui/AppLink";
import classes from "./voices.module.css";

/** What is known about one voice: when, where, in answer to what, and from whom. */
export function VoiceRecord({ voice, untitled }: { voice: Voice; untitled?: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const valueName = useDimensionValueName();
  const mayReadPeople = useMay("read_people");
  const facts: [string, string | null][] = [
    [t("voices.meta.when"), formatMoment(voice.at, language)],
    [t("voices.meta.question"), voice.field],
    [
      t("voices.meta.touchpoint"),
      voice.touchpoint_id && valueName("touchpoint", voice.touchpoint_id),
    ],
    [t("voices.meta.channel"), voice.channel && valueName("channel", voice.channel)],
    [t("voices.meta.unit"), voice.unit_id && valueName("unit", voice.unit_id)],
    [t("voices.meta.offering"), voice.offering_id && valueName("offering", voice.offering_id)],
    [t("voices.meta.source"), voice.source],
    [t("voices.meta.language"), voice.language && valueName("language", voice.language)],
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
