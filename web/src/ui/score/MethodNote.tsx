import { useTranslation } from "react-i18next";
import { formatCount, formatShare } from "../../format/number";
import { useLanguage } from "../../i18n/language";
import {
  formatDifference,
  formatInterval,
  formatP,
  formatValue,
  type Scale,
  type ScoreValue,
  standingOf,
} from "./model";
import classes from "./Score.module.css";

const KNOWN_COUNTS = ["promoters", "passives", "detractors", "chosen", "other"] as const;

type KnownCount = (typeof KNOWN_COUNTS)[number];

function isKnown(name: string): name is KnownCount {
  return (KNOWN_COUNTS as readonly string[]).includes(name);
}

/** How a number was made: method, interval, counts, missing answers, and the test of its change. */
export function MethodNote({
  name,
  score,
  scale,
}: {
  name: string;
  score: ScoreValue;
  scale: Scale;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const standing = standingOf(score);
  const confidence = Math.round((score.confidence ?? 0.95) * 100);
  const { change } = score;

  if (standing === "suppressed") return <p>{t("score.suppressed_note")}</p>;
  return (
    <>
      <p className={classes.noteTitle}>{name}</p>
      {standing === "few" && <p className={classes.noteFew}>{t("score.few_note")}</p>}
      <dl className={classes.facts}>
        {score.interval && (
          <Fact
            label={t("score.interval", { percent: confidence })}
            value={formatInterval(score.interval, scale, language)}
          />
        )}
        <Fact label="n" value={formatCount(score.n ?? 0, language)} />
        {score.n_missing ? (
          <Fact label={t("score.missing")} value={formatCount(score.n_missing, language)} />
        ) : null}
        {scale.target !== null && scale.target !== undefined && (
          <Fact label={t("score.target")} value={formatValue(scale.target, scale, language)} />
        )}
        {Object.entries(score.counts ?? {}).map(([key, count]) => (
          <Fact
            key={key}
            label={isKnown(key) ? t(`count.${key}`) : key}
            value={
              formatCount(count, language) +
              (score.n ? ` · ${formatShare(count / score.n, language)}` : "")
            }
          />
        ))}
        {change?.difference != null && standing === "full" && (
          <Fact
            label={t("score.change")}
            value={[
              change.base_value != null
                ? t("score.change_from", {
                    difference: formatDifference(
                      change.difference,
                      scale,
                      language,
                      t("score.points"),
                    ),
                    base: formatValue(change.base_value, scale, language),
                    n: formatCount(change.base_n ?? 0, language),
                  })
                : formatDifference(change.difference, scale, language, t("score.points")),
              change.interval ? formatInterval(change.interval, scale, language) : null,
              change.p === null || change.p === undefined
                ? null
                : change.p < 0.001
                  ? t("score.p_below")
                  : t("score.p_value", { p: formatP(change.p, language) }),
            ]
              .filter(Boolean)
              .join(" · ")}
          />
        )}
      </dl>
      {(score.method || change?.method) && (
        <p className={classes.method}>
          {t("score.method")}:{" "}
          {[...new Set([score.method, change?.method])]
            .filter((method) => method !== undefined)
            .map((method) => t(`score.methods.${method as "wilson"}`, { defaultValue: method }))
            .join(" · ")}
        </p>
      )}
    </>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div className={classes.fact}>
      <dt>{label}</dt>
      <dd className="num">{value}</dd>
    </div>
  );
}
