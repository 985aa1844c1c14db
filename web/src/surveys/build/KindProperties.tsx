import { NumberInput, Select, Switch, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { DayInput } from "../../ui/form/DayInput";
import type { Question } from "../document";
import { TextPair } from "./TextPair";

interface KindProps {
  question: Question;
  languages: readonly string[];
  set: (part: string, change: Record<string, unknown>) => void;
}

const STYLES = ["number", "star", "face"] as const;
const LAYOUTS = ["list", "dropdown"] as const;
const AGREE = ["higher_is_easier", "higher_is_harder"] as const;
const FORMATS = ["any", "email", "phone", "number", "url"] as const;

/** What only questions of one kind have. */
export function KindProperties({ question, languages, set }: KindProps) {
  const { t } = useTranslation();
  const optional = t("field.optional");
  const whole = (key: string, label: string, value: number | null | undefined, min = 0) => (
    <NumberInput
      key={key}
      data-field={key}
      label={t("field.noted", { label, note: optional })}
      value={value ?? ""}
      min={min}
      allowDecimal={false}
      onChange={(next) => set(key, { [key]: typeof next === "number" ? next : null })}
    />
  );
  const end = (key: "low" | "high", value: number) => (
    <NumberInput
      key={key}
      data-field={key}
      label={t(`builder.${key}`)}
      value={value}
      allowDecimal={false}
      onChange={(next) => typeof next === "number" && set(key, { [key]: next })}
    />
  );
  const flag = (key: string, label: string, checked: boolean | undefined, help?: string) => (
    <Switch
      key={key}
      label={label}
      description={help}
      checked={checked ?? false}
      onChange={(event) => set(key, { [key]: event.currentTarget.checked })}
    />
  );
  switch (question.type) {
    case "csat":
    case "ces":
      return (
        <>
          <Select
            label={t("surveys.points")}
            data={["5", "7", "10"]}
            value={String(question.points ?? (question.type === "ces" ? 7 : 5))}
            allowDeselect={false}
            onChange={(points) =>
              // Labels of every point fit no other number of points.
              set("points", {
                points: Number(points),
                ...(question.type === "csat" ? { labels: [] } : {}),
              })
            }
          />
          {question.type === "ces" && (
            <Select
              label={t("builder.agree")}
              data={AGREE.map((value) => ({ value, label: t(`builder.agrees.${value}`) }))}
              value={question.agree ?? AGREE[0]}
              allowDeselect={false}
              onChange={(agree) => set("agree", { agree })}
            />
          )}
        </>
      );
    case "rating":
      return (
        <>
          <Select
            label={t("surveys.style")}
            data={STYLES.map((value) => ({ value, label: t(`surveys.styles.${value}`) }))}
            value={question.style ?? STYLES[0]}
            allowDeselect={false}
            onChange={(style) => set("style", { style })}
          />
          {end("low", question.low ?? 1)}
          {end("high", question.high ?? 5)}
        </>
      );
    case "expectation":
      return (
        <>
          {end("low", question.low ?? 0)}
          {end("high", question.high ?? 10)}
        </>
      );
    case "single":
      return (
        <>
          <Select
            label={t("surveys.layout")}
            data={LAYOUTS.map((value) => ({ value, label: t(`surveys.layouts.${value}`) }))}
            value={question.layout ?? LAYOUTS[0]}
            allowDeselect={false}
            onChange={(layout) => set("layout", { layout })}
          />
          {flag("shuffle", t("surveys.shuffle"), question.shuffle, t("builder.shuffle_help"))}
        </>
      );
    case "multiple":
      return (
        <>
          {whole("min", t("builder.min_choices"), question.min, 1)}
          {whole("max", t("surveys.max_choices"), question.max, 1)}
          {flag("shuffle", t("surveys.shuffle"), question.shuffle, t("builder.shuffle_help"))}
        </>
      );
    case "matrix":
      return (
        <>
          {flag("multiple", t("surveys.several"), question.multiple)}
          {flag("shuffle", t("builder.shuffle_rows"), question.shuffle)}
        </>
      );
    case "emotion":
      return flag("multiple", t("surveys.several"), question.multiple);
    case "text":
      return (
        <>
          {flag("long", t("surveys.long"), question.long)}
          <Select
            data-field="format"
            label={t("builder.format")}
            data={FORMATS.map((value) => ({ value, label: t(`builder.formats.${value}`) }))}
            value={question.format ?? FORMATS[0]}
            allowDeselect={false}
            onChange={(format) => set("format", { format })}
          />
          {whole("max_length", t("builder.max_length"), question.max_length, 1)}
          {flag("voice", t("surveys.voice"), question.voice, t("surveys.voice_help"))}
        </>
      );
    case "number":
      return (
        <>
          {(["min", "max"] as const).map((key) => (
            <NumberInput
              key={key}
              data-field={key}
              label={t("field.noted", { label: t(`surveys.${key}`), note: optional })}
              value={question[key] ?? ""}
              onChange={(next) => set(key, { [key]: typeof next === "number" ? next : null })}
            />
          ))}
          <NumberInput
            data-field="decimals"
            label={t("builder.decimals")}
            value={question.decimals ?? 0}
            min={0}
            max={9}
            allowDecimal={false}
            onChange={(next) => typeof next === "number" && set("decimals", { decimals: next })}
          />
          <TextPair
            field="unit"
            label={t("builder.unit")}
            value={question.unit}
            languages={languages}
            onChange={(unit) => set("unit", { unit: Object.keys(unit).length > 0 ? unit : null })}
          />
        </>
      );
    case "date":
      return (["min", "max"] as const).map((key) => (
        <DayInput
          key={key}
          data-field={key}
          label={t("field.noted", {
            label: t(key === "min" ? "builder.earliest" : "builder.latest"),
            note: optional,
          })}
          value={question[key] ?? ""}
          onChange={(day) => set(key, { [key]: day || null })}
        />
      ));
    case "consent":
      return (
        <TextInput
          data-field="purpose"
          label={t("builder.consent_purpose")}
          description={t("builder.consent_purpose_help")}
          value={question.purpose ?? ""}
          onChange={(event) => set("purpose", { purpose: event.currentTarget.value })}
        />
      );
    default:
      return null;
  }
}
