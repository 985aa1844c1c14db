import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../../i18n/language";
import type { Operand, Subject, Test } from "../conditions";
import { subjectKey } from "../conditions";
import { choicesOf } from "../document";
import type { Wording } from "../sentence";

/** What a test asks about, in words: the question, and which part of it. */
export function useSubjectName(): (subject: Subject, short?: boolean) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return ({ id, row, question, field }, short) => {
    const words = localized(question?.text ?? field?.label, language);
    const shown = short && words.length > 24 ? `${words.slice(0, 23)}…` : words;
    const name = short ? t("builder.condition.quoted", { words: shown || id }) : `${id} ${words}`;
    if (row === null || !question) return name.trim();
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

/** The words in which a condition about these subjects is said. */
export function useWording(subjects: readonly Subject[]): Wording {
  const { t } = useTranslation();
  const language = useLanguage();
  const subjectName = useSubjectName();
  const value = (test: Test, subject: Subject | undefined): string => {
    const said = (one: Operand | string | number | null): string => {
      if (typeof one === "boolean") return t(one ? "surveys.yes" : "surveys.no");
      const option = subject?.options.find((each) => each.value === one);
      return option ? localized(option.label, language, option.value) : String(one ?? "");
    };
    if (!Array.isArray(test.value)) return said(test.value);
    const words = test.value.map((one) => said(one));
    return test.is === "between"
      ? t("builder.condition.range", { from: words[0], to: words[1] })
      : words.join(t("builder.condition.comma"));
  };
  return {
    test: (test) => {
      const subject = subjects.find((each) => subjectKey(each) === subjectKey(test));
      return t(`builder.condition.says.${test.is}`, {
        subject: subject ? subjectName(subject, true) : test.id,
        value: value(test, subject),
      });
    },
    join: (mode, parts) => parts.join(t(`builder.condition.${mode === "all" ? "and" : "or"}`)),
    not: (phrase) => t("builder.condition.not", { phrase }),
    bracket: (phrase) => t("builder.condition.bracket", { phrase }),
  };
}
