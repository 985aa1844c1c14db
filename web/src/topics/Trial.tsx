import { useTranslation } from "react-i18next";
import type { TopicTrial } from "../api/types";
import { formatCount } from "../format/number";
import { useLanguage } from "../i18n/language";
import { formatInterval, formatValue, PERCENT_SCALE } from "../ui/score/model";
import { textLanguage, VoiceText } from "../voices/VoiceList";
import classes from "./topics.module.css";

/** More would push the rest of the dialog out of sight. */
const SHOWN = 8;

/** What a topic finds in the newest voices: how many, and their words. */
export function Trial({ trial }: { trial: TopicTrial }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { share } = trial;
  return (
    <section className={classes.trial} aria-label={t("topics.trial")}>
      <p role="status">
        {t("topics.trial_found", {
          n: formatCount(trial.n, language),
          looked: formatCount(trial.looked, language),
          share: share.value == null ? "" : formatValue(share.value, PERCENT_SCALE, language),
          interval: share.interval ? formatInterval(share.interval, PERCENT_SCALE, language) : "",
        })}
      </p>
      <ul>
        {trial.quotations.slice(0, SHOWN).map((voice) => (
          <li key={voice.id} lang={textLanguage(voice)}>
            <VoiceText voice={voice} marked={voice.spans} />
          </li>
        ))}
      </ul>
    </section>
  );
}
