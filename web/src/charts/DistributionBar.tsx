import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { formatCount, formatShare } from "../format/number";
import { useLanguage } from "../i18n/language";
import classes from "./charts.module.css";

export interface DistributionPart {
  key: string;
  name: string;
  count: number;
  tone: "good" | "neutral" | "bad" | "accent" | "ramp";
  /** How much of the accent a part of a ramp has, in percent. */
  depth?: number;
}

const toneOf = ({ tone, depth }: DistributionPart) => ({
  "data-tone": tone,
  style: (depth === undefined ? {} : { "--depth": `${depth}%` }) as CSSProperties,
});

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
            <span
              key={part.key}
              data-tone={part.tone}
              style={{ ...toneOf(part).style, flexGrow: part.count }}
            />
          ))}
      </div>
      <ul className={`${classes.key} num`} aria-label={label}>
        {parts.map((part) => (
          <li key={part.key}>
            <span className={classes.swatch} {...toneOf(part)} aria-hidden="true" />
            {part.name} <b>{formatCount(part.count, language)}</b>
            {total > 0 && <span>{formatShare(part.count / total, language)}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

const DIVISIONS = [
  { names: ["promoters", "passives", "detractors"], tones: ["good", "neutral", "bad"] },
  { names: ["chosen", "other"], tones: ["accent", "neutral"] },
] as const;

/** The counts of a score as parts of a bar, when they divide all answers. */
export function useDivision(counts: Record<string, number> | null | undefined): DistributionPart[] {
  const { t } = useTranslation();
  const division = counts && DIVISIONS.find(({ names }) => names.every((name) => name in counts));
  if (!counts || !division) return [];
  return division.names.map((name, index) => ({
    key: name,
    name: t(`count.${name}`),
    count: counts[name] ?? 0,
    tone: division.tones[index] ?? "neutral",
  }));
}
