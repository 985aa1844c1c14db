import { useTranslation } from "react-i18next";
import type { Voice } from "../api/types";
import { useDimensionValueName } from "../filters/names";
import { formatMomentDay, formatMonth } from "../format/date";
import { useLanguage } from "../i18n/language";
import { Sentiment } from "./Sentiment";
import { type Span, segmentsOf } from "./segments";
import classes from "./voices.module.css";

interface VoiceListProps {
  voices: readonly Voice[];
  selected?: string | undefined;
  onSelect?: (voice: Voice) => void;
  /** The topics whose words are marked in the texts. */
  topics?: readonly string[];
}

/** Voices as a text to read: the quotation first, what is known about it small below. */
export function VoiceList({ voices, selected, onSelect, topics = [] }: VoiceListProps) {
  const { t } = useTranslation();
  return (
    <ul className={classes.list} aria-label={t("voices.list")}>
      {voices.map((voice) => (
        <li
          key={voice.id}
          className={classes.voice}
          data-selected={voice.id === selected || undefined}
        >
          <blockquote className={classes.text} lang={textLanguage(voice)}>
            <VoiceText voice={voice} marked={spansOf(voice, topics)} />
          </blockquote>
          <VoiceMeta voice={voice} onOpen={onSelect && (() => onSelect(voice))} />
        </li>
      ))}
    </ul>
  );
}

/** The language of the words, for fonts, line breaking and reading aloud. */
export function textLanguage(voice: { language: string }): string | undefined {
  return voice.language === "ja" || voice.language === "en" ? voice.language : undefined;
}

interface VoiceTextProps {
  voice: Pick<Voice, "text" | "personal_data"> & Partial<Pick<Voice, "highlights">>;
  /** What is marked beside the words that were searched for. */
  marked?: readonly Span[];
}

/** Where a voice speaks of any of the topics. */
function spansOf(voice: Voice, topics: readonly string[]): Span[] {
  return voice.topics.filter((each) => topics.includes(each.topic)).flatMap((each) => each.spans);
}

/** The words, with what was searched for and what is or would be masked set apart. */
export function VoiceText({ voice, marked = [] }: VoiceTextProps) {
  let position = 0;
  const found = [...(voice.highlights ?? []), ...marked];
  return segmentsOf(voice.text, found, voice.personal_data).map((segment) => {
    const key = position;
    position += segment.text.length;
    const Element = segment.found ? "mark" : "span";
    return (
      <Element key={key} className={segment.personal ? classes.personal : undefined}>
        {segment.text}
      </Element>
    );
  });
}

/** When a voice was heard: its day, or only its month when it was said in confidence. */
export function useVoiceMoment(): (voice: Voice) => string {
  const language = useLanguage();
  return (voice) =>
    voice.occurred_at
      ? formatMomentDay(voice.occurred_at, language)
      : formatMonth(`${voice.month}-01`, language);
}

function VoiceMeta({ voice, onOpen }: { voice: Voice; onOpen?: (() => void) | undefined }) {
  const { t } = useTranslation();
  const valueName = useDimensionValueName();
  const moment = useVoiceMoment();
  const place = [
    voice.touchpoint_id && valueName("touchpoint", voice.touchpoint_id),
    voice.unit_id && valueName("unit", voice.unit_id),
  ].filter(Boolean);
  return (
    <p className={classes.meta}>
      <time dateTime={voice.occurred_at ?? voice.month}>{moment(voice)}</time>
      {voice.sentiment && <Sentiment side={voice.sentiment.side} />}
      {place.map((each) => (
        <span key={each}>{each}</span>
      ))}
      {voice.confidential && <span>{t("voices.confidential")}</span>}
      {onOpen && (
        <button type="button" className={classes.more} onClick={onOpen}>
          {t("voices.open_record")}
        </button>
      )}
    </p>
  );
}
