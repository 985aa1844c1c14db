import {
  ActionIcon,
  Button,
  MultiSelect,
  NumberInput,
  SegmentedControl,
  Select,
  TextInput,
} from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../../i18n/language";
import {
  type Condition,
  type Operator,
  readCondition,
  type Subject,
  startValue,
  subjectKey,
  subjectsBefore,
  type Test,
  valueKind,
  writeCondition,
} from "../conditions";
import { choicesOf, type SurveyDocument } from "../document";
import classes from "./build.module.css";

interface ConditionEditorProps {
  label: string;
  document: SurveyDocument;
  /** What stands before this place may be asked about. */
  place: { page: number; question?: number };
  condition: Condition | null | undefined;
  onChange: (condition: Condition | null) => void;
}

/** When something holds: all or any of a few tests; none means always. */
export function ConditionEditor(props: ConditionEditorProps) {
  const { label, document, place, condition, onChange } = props;
  const { t } = useTranslation();
  const form = readCondition(condition);
  const subjects = subjectsBefore(document, place);
  const [first] = subjects;
  if (!form) {
    return (
      <fieldset className={classes.condition}>
        <legend className={classes.caption}>{label}</legend>
        <p className={classes.note}>{t("surveys.deep_condition")}</p>
        <Button variant="subtle" size="compact-sm" onClick={() => onChange(null)}>
          {t("surveys.drop_condition")}
        </Button>
      </fieldset>
    );
  }
  const set = (tests: Test[]) => onChange(writeCondition({ ...form, tests }));
  const start = (subject: Subject): Test => {
    const is = subject.operators[0] ?? "answered";
    return { of: subject.of, id: subject.id, row: subject.row, is, value: startValue(subject, is) };
  };
  return (
    <fieldset className={classes.condition}>
      <legend className={classes.caption}>{label}</legend>
      {form.tests.length === 0 && <p className={classes.note}>{t("surveys.always")}</p>}
      {form.tests.length > 1 && (
        <SegmentedControl
          className="segments"
          fullWidth
          aria-label={label}
          value={form.mode}
          onChange={(mode) => onChange(writeCondition({ ...form, mode: mode as "all" | "any" }))}
          data={[
            { value: "all", label: t("surveys.all_of") },
            { value: "any", label: t("surveys.any_of") },
          ]}
        />
      )}
      {form.tests.map((test, index) => (
        <TestRow
          // biome-ignore lint/suspicious/noArrayIndexKey: tests have no names; their order is theirs.
          key={index}
          test={test}
          subjects={subjects}
          onStart={(subject) =>
            set(form.tests.map((each, at) => (at === index ? start(subject) : each)))
          }
          onChange={(next) => set(form.tests.map((each, at) => (at === index ? next : each)))}
          onRemove={() => set(form.tests.filter((_, at) => at !== index))}
        />
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={16} aria-hidden />}
        disabled={!first}
        title={first ? undefined : t("surveys.nothing_before")}
        onClick={() => first && set([...form.tests, start(first)])}
      >
        {t("surveys.add_test")}
      </Button>
    </fieldset>
  );
}

interface TestRowProps {
  test: Test;
  subjects: Subject[];
  onStart: (subject: Subject) => void;
  onChange: (test: Test) => void;
  onRemove: () => void;
}

function TestRow({ test, subjects, onStart, onChange, onRemove }: TestRowProps) {
  const { t } = useTranslation();
  const subjectName = useSubjectName();
  const key = subjectKey(test);
  const subject = subjects.find((each) => subjectKey(each) === key);
  const operators = [...new Set([...(subject?.operators ?? []), test.is])];
  return (
    <div className={classes.test}>
      <Select
        aria-label={t("surveys.test_of")}
        data={[
          ...subjects.map((each) => ({ value: subjectKey(each), label: subjectName(each) })),
          ...(subject ? [] : [{ value: key, label: test.id }]),
        ]}
        value={key}
        allowDeselect={false}
        searchable
        error={subject ? undefined : t("surveys.not_before")}
        onChange={(next) => {
          const chosen = subjects.find((each) => subjectKey(each) === next);
          if (chosen) onStart(chosen);
        }}
      />
      <div className={classes.testLine}>
        <Select
          aria-label={t("surveys.test_is")}
          data={operators.map((value) => ({ value, label: t(`surveys.operators.${value}`) }))}
          value={test.is}
          allowDeselect={false}
          onChange={(is) =>
            is &&
            onChange({
              ...test,
              is: is as Operator,
              value: subject ? startValue(subject, is as Operator) : null,
            })
          }
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={onRemove}
          aria-label={t("surveys.remove_test")}
        >
          <IconX size={16} aria-hidden />
        </ActionIcon>
      </div>
      {subject && <TestValue test={test} subject={subject} onChange={onChange} />}
    </div>
  );
}

interface TestValueProps {
  test: Test;
  subject: Subject;
  onChange: (test: Test) => void;
}

function TestValue({ test, subject, onChange }: TestValueProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const label = t("surveys.test_value");
  const set = (value: Test["value"]) => onChange({ ...test, value });
  const options = subject.options.map((each) => ({
    value: each.value,
    label: localized(each.label, language, each.value),
  }));
  switch (valueKind(subject, test.is)) {
    case "none":
      return null;
    case "number":
      return (
        <NumberInput
          aria-label={label}
          value={typeof test.value === "number" ? test.value : ""}
          onChange={(value) => typeof value === "number" && set(value)}
        />
      );
    case "choice":
      return (
        <Select
          aria-label={label}
          data={options}
          value={typeof test.value === "string" ? test.value : null}
          allowDeselect={false}
          onChange={set}
        />
      );
    case "choices":
      return (
        <MultiSelect
          aria-label={label}
          data={options}
          value={Array.isArray(test.value) ? test.value.map(String) : []}
          onChange={set}
        />
      );
    case "flag":
      return (
        <Select
          aria-label={label}
          data={[
            { value: "true", label: t("surveys.yes") },
            { value: "false", label: t("surveys.no") },
          ]}
          value={String(test.value)}
          allowDeselect={false}
          onChange={(value) => set(value === "true")}
        />
      );
    case "words":
    case "date":
      return (
        <TextInput
          aria-label={label}
          type={valueKind(subject, test.is) === "date" ? "date" : "text"}
          value={typeof test.value === "string" ? test.value : ""}
          onChange={(event) => set(event.currentTarget.value)}
        />
      );
  }
}

/** What a test asks about, in words: the question, and which part of it. */
function useSubjectName(): (subject: Subject) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return ({ id, row, question }) => {
    const name = `${id} ${localized(question?.text, language)}`.trim();
    if (row === null || !question) return name;
    const part =
      question.type === "expectation"
        ? t(row === "result" ? "surveys.result_label" : "surveys.expectation_label")
        : localized(
            choicesOf(question, "rows").find((each) => each.id === row)?.label,
            language,
            row,
          );
    return `${name} · ${part}`;
  };
}
