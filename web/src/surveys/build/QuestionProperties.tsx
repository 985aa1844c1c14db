import { NumberInput, Select, Switch, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { findQuestion, Question } from "../document";
import classes from "./build.module.css";
import { ConditionEditor } from "./ConditionEditor";
import type { DraftEditor } from "./useDraft";

interface QuestionPropertiesProps {
  draft: DraftEditor;
  found: NonNullable<ReturnType<typeof findQuestion>>;
}

/** What a question demands, how it is drawn and when it is asked. */
export function QuestionProperties({ draft, found }: QuestionPropertiesProps) {
  const { t } = useTranslation();
  const { state, dispatch } = draft;
  const { question, page, index } = found;
  const set = (part: string, change: Record<string, unknown>) =>
    dispatch({
      do: "changeQuestion",
      id: question.id,
      change,
      place: `${question.id}.${part}`,
    });
  return (
    <div className={classes.properties}>
      {question.type !== "statement" && (
        <Switch
          label={t("surveys.required")}
          checked={question.required ?? false}
          onChange={(event) => set("required", { required: event.currentTarget.checked })}
        />
      )}
      <KindProperties question={question} set={set} />
      {question.type !== "statement" && (
        <TextInput
          label={`${t("surveys.code")} (${t("field.optional")})`}
          description={t("surveys.code_help")}
          value={question.code ?? ""}
          placeholder={question.id}
          onChange={(event) => set("code", { code: event.currentTarget.value || null })}
        />
      )}
      <ConditionEditor
        label={t("surveys.show_if")}
        document={state.document}
        place={{ page, question: index }}
        condition={question.show_if}
        onChange={(show_if) => set("show_if", { show_if })}
      />
    </div>
  );
}

interface KindProps {
  question: Question;
  set: (part: string, change: Record<string, unknown>) => void;
}

function KindProperties({ question, set }: KindProps) {
  const { t } = useTranslation();
  switch (question.type) {
    case "csat":
    case "ces":
      return (
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
      );
    case "rating":
      return (
        <Select
          label={t("surveys.style")}
          data={(["number", "star", "face"] as const).map((value) => ({
            value,
            label: t(`surveys.styles.${value}`),
          }))}
          value={question.style ?? "number"}
          allowDeselect={false}
          onChange={(style) => set("style", { style })}
        />
      );
    case "single":
      return (
        <>
          <Select
            label={t("surveys.layout")}
            data={(["list", "dropdown"] as const).map((value) => ({
              value,
              label: t(`surveys.layouts.${value}`),
            }))}
            value={question.layout ?? "list"}
            allowDeselect={false}
            onChange={(layout) => set("layout", { layout })}
          />
          <Shuffle question={question} set={set} />
        </>
      );
    case "multiple":
      return (
        <>
          <NumberInput
            label={`${t("surveys.max_choices")} (${t("field.optional")})`}
            value={question.max ?? ""}
            min={1}
            allowDecimal={false}
            onChange={(max) => set("max", { max: typeof max === "number" ? max : null })}
          />
          <Shuffle question={question} set={set} />
        </>
      );
    case "matrix":
    case "emotion":
      return (
        <Switch
          label={t("surveys.several")}
          checked={question.multiple ?? false}
          onChange={(event) => set("multiple", { multiple: event.currentTarget.checked })}
        />
      );
    case "text":
      return (
        <>
          <Switch
            label={t("surveys.long")}
            checked={question.long ?? false}
            onChange={(event) => set("long", { long: event.currentTarget.checked })}
          />
          <Switch
            label={t("surveys.voice")}
            description={t("surveys.voice_help")}
            checked={question.voice ?? false}
            onChange={(event) => set("voice", { voice: event.currentTarget.checked })}
          />
        </>
      );
    case "number":
      return (
        <>
          {(["min", "max"] as const).map((end) => (
            <NumberInput
              key={end}
              label={`${t(`surveys.${end}`)} (${t("field.optional")})`}
              value={question[end] ?? ""}
              onChange={(value) => set(end, { [end]: typeof value === "number" ? value : null })}
            />
          ))}
        </>
      );
    default:
      return null;
  }
}

function Shuffle({
  question,
  set,
}: KindProps & { question: Extract<Question, { shuffle?: boolean }> }) {
  const { t } = useTranslation();
  return (
    <Switch
      label={t("surveys.shuffle")}
      checked={question.shuffle ?? false}
      onChange={(event) => set("shuffle", { shuffle: event.currentTarget.checked })}
    />
  );
}
