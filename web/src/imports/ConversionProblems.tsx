import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../i18n/language";
import { byWeight, isError } from "../surveys/problems";
import { usePartName } from "../surveys/usePartName";
import { Section } from "../ui/page/Page";
import classes from "./imports.module.css";
import type { Conversion } from "./model";

/** Problems shown at once. */
const SHOWN = 10;

interface ConversionProblemsProps {
  conversion: Conversion;
  pending: boolean;
  /** Makes the survey and opens it where a problem is mended; null without the permission. */
  onMend: ((path: string) => void) | null;
}

/** What keeps the converted survey from being published, and what else wants a look. */
export function ConversionProblems({ conversion, pending, onMend }: ConversionProblemsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const partName = usePartName(conversion.document);
  const [shown, setShown] = useState(SHOWN);
  const problems = byWeight(conversion.problems);
  const errors = problems.filter(isError).length;
  const lead = errors > 0 ? "errors" : problems.length > 0 ? "warnings" : "none";
  return (
    <Section
      title={t("imports.convert.problems.title")}
      lead={t(`imports.convert.problems.${lead}`, { count: errors || problems.length })}
    >
      {problems.length > 0 && (
        <ul className={classes.problems}>
          {problems.slice(0, shown).map((problem) => {
            const part = partName(problem.path);
            return (
              <li key={`${problem.path} ${problem.code}`} data-severity={problem.severity}>
                <div>
                  <b>{part}</b>
                  <span>
                    <span className={classes.severity}>
                      {t(`surveys.severity.${problem.severity}`)}
                    </span>{" "}
                    {localized(problem.message, language, problem.code)}
                  </span>
                </div>
                {onMend && (
                  <Button
                    variant="default"
                    size="compact-sm"
                    disabled={pending}
                    aria-label={t("imports.convert.problems.mend_named", { part })}
                    onClick={() => onMend(problem.path)}
                  >
                    {t("imports.convert.problems.mend")}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {problems.length > shown && (
        <Button variant="default" mt="md" onClick={() => setShown(shown + SHOWN)}>
          {t("action.load_more")}
        </Button>
      )}
    </Section>
  );
}
