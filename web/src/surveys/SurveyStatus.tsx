import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SurveySummary } from "./document";

/** Whether a survey can be answered, in a word. */
export function SurveyStatus({ status }: { status: SurveySummary["status"] }) {
  const { t } = useTranslation();
  return (
    <Badge variant={status === "live" ? "light" : "default"} tt="none" fw={500} miw="max-content">
      {t(`surveys.status.${status}`)}
    </Badge>
  );
}
