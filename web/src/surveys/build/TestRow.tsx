import { ActionIcon, MultiSelect, NumberInput, Select, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../../i18n/language";
import { DayInput } from "../../ui/form/DayInput";
import {
  type Operator,
  type Subject,
  startTest,
  startValue,
  subjectKey,
  type Test,
  valueKind,
} from "../conditions";
import classes from "./condition.module.css";
import { useSubjectName } from "./useWording";

interface TestRowProps {
  test: Test;
  subjects: Subject[];
  onChange: (test: Test) => void;
  onRemove: () => void;
}

/** One test: what it asks about, how it compares, and with what. */
export function TestRow({ test, subjects, onChange, onRemove }: TestRowProps) {
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
          if (chosen) onChange(startTest(chosen));
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
              value: subject ? nextValue(test, subject, is as Operator) : null,
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

/** A value given stays when the next comparison is given its value in the same way. */
function nextValue(test: Test, subject: Subject, is: Operator): Test["value"] {
  const same = valueKind(subject, is) === valueKind(subject, test.is);
  return same ? test.value : startValue(subject, is);
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
  const ends = Array.isArray(test.value) ? test.value : [];
  const kind = valueKind(subject, test.is);
  switch (kind) {
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
    case "numbers":
      return (
        <div className={classes.ends}>
          {[0, 1].map((end) => (
            <NumberInput
              key={end}
              aria-label={t(end === 0 ? "surveys.min" : "surveys.max")}
              value={typeof ends[end] === "number" ? ends[end] : ""}
              onChange={(value) => {
                const next = [0, 1].map((at) => Number(at === end ? value : (ends[at] ?? 0)));
                if (typeof value === "number") set(next);
              }}
            />
          ))}
        </div>
      );
    case "dates":
      return (
        <div className={classes.ends}>
          {[0, 1].map((end) => (
            <DayInput
              key={end}
              aria-label={t(end === 0 ? "surveys.min" : "surveys.max")}
              value={String(ends[end] ?? "")}
              onChange={(day) =>
                set([0, 1].map((at) => (at === end ? day : String(ends[at] ?? ""))))
              }
            />
          ))}
        </div>
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
          type={kind === "date" ? "date" : "text"}
          value={typeof test.value === "string" ? test.value : ""}
          onChange={(event) => set(event.currentTarget.value)}
        />
      );
  }
}
