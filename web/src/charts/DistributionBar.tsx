import { useTranslation } from "react-i18next";
import { formatCount, formatShare } from "../format/number";
import { useLanguage } from "../i18n/language";
import classes from "./charts.module.css";

export interface DistributionPart {
  key: string;
  name: string;
  count: number;
  tone: "good" | "neutral" | "bad" | "accent" | "tint" | "pale";
}

/** How answers divide, as one bar with the name, count and share of each part written out. */
export function DistributionBar({ label, parts }: { label: string; parts: DistributionPart[] }) {
  const language = useLanguage();
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  return (
    <div className={classes.distribution}>
      <div className={classes.bar} aria-hidden="true">
        {parts
          .filter((part) => part.count > 0)
          .map((part) => (
            <span key={part.key} data-tone={part.tone} style={{ flexGrow: part.count }} />
          ))}
      </div>
      <ul className={`${classes.key} num`} aria-label={label}>
        {parts.map((part) => (
          <li key={part.key}>
            <span className={classes.swatch} data-tone={part.tone} aria-hidden="true" />
            {part.name} <b>{formatCount(part.count, language)}</b>
            {total > 0 && <span>{formatShare(part.count / total, language)}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

const TRIADS = [
  ["promoters", "passives", "detractors"],
  ["satisfied", "neutral", "dissatisfied"],
] as const;

/** The counts of a score as parts of a bar, when they are one of the known threes. */
export function useTriad(counts: Record<string, number> | null | undefined): DistributionPart[] {
  const { t } = useTranslation();
  const tones = ["good", "neutral", "bad"] as const;
  const triad = counts && TRIADS.find((names) => names.every((name) => name in counts));
  if (!counts || !triad) return [];
  return triad.map((name, index) => ({
    key: name,
    name: t(`count.${name}`),
    count: counts[name] ?? 0,
    tone: tones[index] as "good" | "neutral" | "bad",
  }));
}
