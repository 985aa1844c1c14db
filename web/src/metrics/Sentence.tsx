import { Menu } from "@mantine/core";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import { Fragment } from "react";
import { Trans, useTranslation } from "react-i18next";
import type { Metric } from "../api/types";
import { sectionOf, useDimensionName } from "../filters/names";
import { localized, useLanguage } from "../i18n/language";
import classes from "./metrics.module.css";
import { COMPARES, type Grain, type Question } from "./question";

interface SentenceProps {
  metrics: Metric[];
  metric: Metric;
  question: Question;
  /** What this metric can be split by. */
  dimensions: readonly string[];
  /** The steps of time that it can be seen in. */
  grains: readonly Grain[];
  /** A period without bounds has none before it. */
  bounded: boolean;
  onChange: (next: {
    metric?: string;
    split?: string | undefined;
    grain?: string;
    compare?: string;
  }) => void;
}

/** The question as a sentence in the reader's own word order; each slot opens its choices. */
export function Sentence({
  metrics,
  metric,
  question,
  dimensions,
  grains,
  bounded,
  onChange,
}: SentenceProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const dimensionName = useDimensionName();
  const metricName = (each: Metric) => localized(each.name, language, each.id);
  const slots = {
    metric: (
      <Slot
        label={t("metrics.slot.metric")}
        value={metric.id}
        options={metrics.map((each) => ({ value: each.id, label: metricName(each) }))}
        onChange={(value) => onChange({ metric: value })}
      />
    ),
    split: (
      <Slot
        label={t("metrics.slot.split")}
        value={question.split ?? "none"}
        options={[
          { value: "none", label: t("metrics.split_none") },
          ...dimensions.map((each) => ({
            value: each,
            label: t("metrics.split_by", { dimension: dimensionName(each) }),
            section: t(`metrics.section.${sectionOf(each)}`),
          })),
        ]}
        onChange={(value) => onChange({ split: value === "none" ? undefined : value })}
      />
    ),
    grain: (
      <Slot
        label={t("metrics.slot.grain")}
        value={question.grain ?? "none"}
        options={[
          { value: "none", label: t("metrics.grain_none") },
          ...grains.map((each) => ({ value: each, label: t(`metrics.grains.${each}`) })),
        ]}
        onChange={(value) => onChange({ grain: value })}
      />
    ),
    compare: (
      <Slot
        label={t("metrics.slot.compare")}
        value={(bounded && question.compare) || "none"}
        options={[
          { value: "none", label: t("metrics.compare_none") },
          ...(bounded ? COMPARES : []).map((each) => ({
            value: each,
            label: t(`metrics.compares.${each}`),
          })),
        ]}
        onChange={(value) => onChange({ compare: value })}
      />
    ),
  };
  return (
    <div className={classes.sentence}>
      <Trans i18nKey="metrics.sentence" components={slots} />
    </div>
  );
}

interface SlotProps {
  label: string;
  value: string;
  /** Those of one section stand together. */
  options: { value: string; label: string; section?: string }[];
  onChange: (value: string) => void;
}

function Slot({ label, value, options, onChange }: SlotProps) {
  const { t } = useTranslation();
  const chosen = options.find((option) => option.value === value);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className={classes.slot} title={label}>
          <span className="visually-hidden">{t("field.named", { label })}</span>
          {chosen?.label ?? value}
          <IconChevronDown size={14} stroke={1.8} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={340} maw="calc(100vw - 24px)" style={{ overflowY: "auto" }}>
        <Menu.Label>{label}</Menu.Label>
        {options.map((option, index) => (
          <Fragment key={option.value}>
            {option.section !== options[index - 1]?.section && (
              <Menu.Label>{option.section}</Menu.Label>
            )}
            <Menu.Item
              onClick={() => onChange(option.value)}
              leftSection={
                option.value === value ? (
                  <IconCheck size={14} stroke={2} aria-hidden />
                ) : (
                  <span style={{ width: 14 }} />
                )
              }
            >
              {option.label}
            </Menu.Item>
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
