import { Checkbox, NativeSelect, Stack, Textarea, TextInput } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../../i18n/language";
import { DayInput } from "../../ui/form/DayInput";
import { type Choice, choicesOf, type Question, scaleOf } from "../document";
import {
  type Answer,
  type Answers,
  isParts,
  partLabel,
  pointLabels,
  withAnswer,
  withPart,
  writeInKey,
  writtenIn,
} from "./answers";
import classes from "./results.module.css";

interface AnswerFieldProps {
  question: Question;
  answers: Answers;
  /** What the server says is wrong with this answer. */
  problem?: string | undefined;
  onChange: (answers: Answers) => void;
}

/** One answer to be corrected, in the form of its question; an answer may be taken away. */
export function AnswerField(props: AnswerFieldProps) {
  const { question, answers, problem, onChange } = props;
  const { t } = useTranslation();
  const language = useLanguage();
  const label = localized(question.text, language, question.id);
  const answer = answers[question.id];
  const set = (next: Answer | undefined) => onChange(withAnswer(answers, question.id, next));
  const none = { value: "", label: t("surveys.results.no_answer") };
  const text = typeof answer === "string" ? answer : "";
  switch (question.type) {
    case "nps":
    case "csat":
    case "ces":
    case "rating":
      return (
        <NativeSelect
          label={label}
          error={problem}
          data={[none, ...points(question, language)]}
          value={typeof answer === "number" ? String(answer) : ""}
          onChange={({ currentTarget }) =>
            set(currentTarget.value === "" ? undefined : Number(currentTarget.value))
          }
        />
      );
    case "number":
      return (
        <TextInput
          label={label}
          error={problem}
          type="number"
          step="any"
          value={typeof answer === "number" ? answer : ""}
          onChange={({ currentTarget }) =>
            set(currentTarget.value === "" ? undefined : Number(currentTarget.value))
          }
        />
      );
    case "date":
      return <DayInput label={label} error={problem} value={text} onChange={set} />;
    case "text":
      return (
        <Textarea
          label={label}
          error={problem}
          autosize
          minRows={2}
          maxRows={10}
          value={text}
          onChange={({ currentTarget }) => set(currentTarget.value)}
        />
      );
    case "consent":
      return (
        <NativeSelect
          label={label}
          error={problem}
          data={[
            none,
            { value: "yes", label: t("surveys.yes") },
            { value: "no", label: t("surveys.no") },
          ]}
          value={typeof answer === "boolean" ? (answer ? "yes" : "no") : ""}
          onChange={({ currentTarget }) =>
            set(currentTarget.value === "" ? undefined : currentTarget.value === "yes")
          }
        />
      );
    case "matrix":
    case "expectation":
      return <Parts {...props} label={label} />;
    default:
      return <Choices {...props} label={label} />;
  }
}

function points(question: Question, language: "ja" | "en") {
  const scale = scaleOf(question) ?? { low: 0, high: -1 };
  const labels = pointLabels(question);
  return Array.from({ length: scale.high - scale.low + 1 }, (_, index) => {
    const point = String(scale.low + index);
    const label = labels.length > 2 ? localized(labels[index], language) : "";
    return { value: point, label: label ? `${point} · ${label}` : point };
  });
}

/** One or several choices, with the words of a person's own. */
function Choices({
  question,
  answers,
  problem,
  onChange,
  label,
}: AnswerFieldProps & { label: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const answer = answers[question.id];
  const choices = choicesOf(question, "choices");
  const several =
    question.type === "multiple" || (question.type === "emotion" && question.multiple === true);
  const taken = Array.isArray(answer) ? answer : typeof answer === "string" ? [answer] : [];
  const set = (next: Answer | undefined) => onChange(withAnswer(answers, question.id, next));
  return (
    <Stack gap={8}>
      <Pick
        label={label}
        problem={problem}
        data={options(choices, language)}
        several={several}
        taken={taken}
        onChange={(next) => set(next || undefined)}
      />
      {choices
        .filter((choice) => choice.write_in && taken.includes(choice.id))
        .map((choice) => (
          <TextInput
            key={choice.id}
            label={t("surveys.results.written", {
              choice: localized(choice.label, language, choice.id),
            })}
            value={writtenIn(answers, question.id, choice.id)}
            onChange={({ currentTarget }) =>
              onChange(withPart(answers, writeInKey(question.id), choice.id, currentTarget.value))
            }
          />
        ))}
    </Stack>
  );
}

interface PickProps {
  label: string;
  problem?: string | undefined;
  data: readonly { value: string; label: string }[];
  several: boolean;
  taken: string[];
  /** What was chosen: an empty text when nothing is, a list where several may be. */
  onChange: (next: string | string[]) => void;
}

/** One of a list, or several. */
function Pick({ label, problem, data, several, taken, onChange }: PickProps) {
  const { t } = useTranslation();
  return several ? (
    <Checkbox.Group label={label} error={problem} value={taken} onChange={onChange}>
      <Stack gap={8} mt={4}>
        {data.map((each) => (
          <Checkbox key={each.value} value={each.value} label={each.label} />
        ))}
      </Stack>
    </Checkbox.Group>
  ) : (
    <NativeSelect
      label={label}
      error={problem}
      data={[{ value: "", label: t("surveys.results.no_answer") }, ...data]}
      value={taken[0] ?? ""}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

/** The rows of a matrix, or what was expected and what came. */
function Parts({
  question,
  answers,
  problem,
  onChange,
  label,
}: AnswerFieldProps & { label: string }) {
  const language = useLanguage();
  const problemId = useId();
  const answer = answers[question.id];
  const parts = isParts(answer) ? answer : {};
  const pair = question.type === "expectation";
  const names = pair ? ["expectation", "result"] : choicesOf(question, "rows").map(({ id }) => id);
  const data = pair
    ? points(question, language)
    : options(choicesOf(question, "columns"), language);
  const several = question.type === "matrix" && question.multiple === true;
  return (
    <fieldset className={classes.part} aria-describedby={problem ? problemId : undefined}>
      <legend>{label}</legend>
      {names.map((part) => {
        const value = parts[part];
        const name = partLabel(question, part, language);
        const taken = Array.isArray(value) ? value : value === undefined ? [] : [String(value)];
        return (
          <Pick
            key={part}
            label={name}
            data={data}
            several={several}
            taken={taken}
            onChange={(next) => {
              const chosen = next === "" ? undefined : pair ? Number(next) : next;
              onChange(withPart(answers, question.id, part, chosen));
            }}
          />
        );
      })}
      {problem && (
        <p id={problemId} className={classes.problem} role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}

function options(choices: readonly Choice[], language: "ja" | "en") {
  return choices.map(({ id, label }) => ({ value: id, label: localized(label, language, id) }));
}
