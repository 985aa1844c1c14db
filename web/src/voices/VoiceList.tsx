import { useTranslation } from "react-i18next";
import type { Voice } from "../api/types";
import { formatMomentDay } from "../format/date";
import { useLanguage } from "../i18n/language";
import { useUnitName } from "../settings/units/units";
import { useTouchpointName } from "../touchpoints/names";
import { highlight } from "./highlight";
import classes from "./voices.module.css";

interface VoiceListProps {
  voices: Voice[];
  /** Words to mark in the texts. */
  query?: string;
  selected?: string | undefined;
  onSelect?: (voice: Voice) => void;
}

/** Voices as a text to read: the quotation first, what is known about it small below. */
export function VoiceList({ voices, query = "", selected, onSelect }: VoiceListProps) {
  const { t } = useTranslation();
  return (
    <ul className={classes.list} aria-label={t("voices.list")}>
      {voices.map((voice) => (
        <li
          key={voice.id}
          className={classes.voice}
          data-selected={voice.id === selected || undefined}
        >
          <blockquote className={classes.text} lang={voice.language ?? undefined}>
            <VoiceText text={voice.text} query={query} />
          </blockquote>
          <VoiceMeta voice={voice} onOpen={onSelect && (() => onSelect(voice))} />
        </li>
      ))}
    </ul>
  );
}

export function VoiceText({ text, query }: { text: string; query: string }) {
  let position = 0;
  return highlight(text, query).map((segment) => {
    const key = position;
    position += segment.text.length;
    return segment.found ? <mark key={key}>{segment.text}</mark> : segment.text;
  });
}

function VoiceMeta({ voice, onOpen }: { voice: Voice; onOpen?: (() => void) | undefined }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const touchpointName = useTouchpointName();
  const unitName = useUnitName();
  const place = [
    voice.touchpoint_id && touchpointName(voice.touchpoint_id),
    voice.unit_id && unitName(voice.unit_id),
  ].filter(Boolean);
  return (
    <p className={classes.meta}>
      <time dateTime={voice.at}>{formatMomentDay(voice.at, language)}</time>
      {place.map((each) => (
        <span key={each}>{each}</span>
      ))}
      {onOpen && (
        <button type="button" className={classes.more} onClick={onOpen}>
          {t("voices.open_record")}
        </button>
      )}
    </p>
  );
}
