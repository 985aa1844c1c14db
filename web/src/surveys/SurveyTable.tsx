import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { formatDate } from "../format/date";
import { formatCount } from "../format/number";
import { localized, useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { AppLink } from "../ui/AppLink";
import { DataTable } from "../ui/table/DataTable";
import type { SurveySummary } from "./document";
import { surveyActivityQuery } from "./queries";
import { SurveyActions } from "./SurveyActions";
import { SurveyStatus } from "./SurveyStatus";

/** Surveys with how much they are answered; a survey opens where the member works on it. */
export function SurveyTable({ surveys }: { surveys: SurveySummary[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const may = useMay("edit_surveys");
  const { data: activity } = useQuery(surveyActivityQuery);
  const open = (survey: SurveySummary) =>
    may ? paths.surveyBuild(survey.id) : paths.surveyResults(survey.id);
  const count = (survey: SurveySummary, of: "responses" | "recent") => {
    const counted = activity?.get(survey.id);
    if (!counted) return survey.version == null ? "–" : "";
    const n = counted[of];
    if (n != null) return formatCount(n, language);
    return <span title={t("builder.list.hidden_help")}>{t("builder.list.hidden")}</span>;
  };
  const last = (survey: SurveySummary) => {
    const day = activity?.get(survey.id)?.last_answered_on;
    return day ? formatDate(day, language) : "–";
  };
  return (
    <DataTable
      label={t("surveys.title")}
      rows={surveys}
      rowKey={(survey) => survey.id}
      isFaint={(survey) => survey.status === "closed"}
      onRowClick={(survey) => void navigate({ to: open(survey) } as never)}
      columns={[
        {
          key: "title",
          header: t("surveys.name"),
          rowHeader: true,
          cell: (survey) => (
            <AppLink to={open(survey)}>
              {localized(survey.title, language, t("surveys.untitled"))}
            </AppLink>
          ),
        },
        {
          key: "status",
          header: t("field.status"),
          cell: (survey) => <SurveyStatus status={survey.status} />,
        },
        {
          key: "kind",
          header: t("surveys.kind"),
          wideOnly: true,
          cell: (survey) => t(`surveys.kinds.${survey.kind}`),
        },
        {
          key: "recent",
          header: t("builder.list.recent"),
          align: "end",
          cell: (survey) => count(survey, "recent"),
        },
        {
          key: "responses",
          header: t("builder.list.answers"),
          align: "end",
          wideOnly: true,
          cell: (survey) => count(survey, "responses"),
        },
        {
          key: "last",
          header: t("builder.list.last"),
          align: "end",
          wideOnly: true,
          cell: last,
        },
        {
          key: "actions",
          header: <span className="visually-hidden">{t("table.actions")}</span>,
          label: t("table.actions"),
          align: "end",
          cell: (survey) => <SurveyActions survey={survey} inList />,
        },
      ]}
    />
  );
}
