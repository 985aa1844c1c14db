import { Alert, Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { asProblem } from "../api/problem";
import { formatCount } from "../format/number";
import { useLanguage } from "../i18n/language";
import { Faults } from "./Faults";
import classes from "./imports.module.css";
import type { Import } from "./model";
import { faultCounts, Totals } from "./Totals";

interface TrialStepProps {
  given: Import;
  running: boolean;
  error: unknown;
  onBack: () => void;
  onRun: () => void;
}

/** What the import would do, before anything is stored. */
export function TrialStep({ given, running, error, onBack, onRun }: TrialStepProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { totals } = given;
  const records = totals.records ?? 0;
  const wrong = faultCounts(totals);
  return (
    <>
      {Boolean(error) && (
        <Alert color="red" variant="light" role="alert" mb="md">
          {asProblem(error).detail || t("state.error_network")}
        </Alert>
      )}
      <p className={classes.finding}>
        {t("imports.trial.finding", {
          rows: formatCount(totals.rows ?? 0, language),
          records: formatCount(records, language),
        })}{" "}
        {t(wrong.length ? "imports.trial.wrong" : "imports.trial.clean")}
      </p>
      <Totals totals={totals} counts={["rows", "records", ...wrong]} />
      <div className={classes.foot}>
        <Button variant="default" onClick={onBack}>
          {t("imports.trial.back")}
        </Button>
        <Button
          loading={running}
          disabled={records === 0}
          title={records === 0 ? t("imports.trial.nothing") : undefined}
          onClick={onRun}
        >
          {t("imports.trial.run", { records: formatCount(records, language) })}
        </Button>
      </div>
      <Faults given={given} />
    </>
  );
}
