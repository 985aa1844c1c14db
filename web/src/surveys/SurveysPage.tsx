import { Badge, Button } from "@mantine/core";
import { IconFileImport, IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatMomentDay } from "../format/date";
import { localized, useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { AppLink } from "../ui/AppLink";
import { Page } from "../ui/page/Page";
import { QueryState } from "../ui/page/states";
import { DataTable } from "../ui/table/DataTable";
import { LoadMore } from "../ui/table/LoadMore";
import type { SurveySummary } from "./document";
import { NewSurveyDialog } from "./NewSurveyDialog";
import { surveysQuery } from "./queries";
import { Templates } from "./Templates";

export function SurveysPage() {
  const { t } = useTranslation();
  const surveys = useInfiniteQuery(surveysQuery);
  const may = useMay("edit_surveys");
  const mayImport = useMay("import_data");
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const none = surveys.data?.pages[0]?.items.length === 0;

  return (
    <Page
      title={t("surveys.title")}
      lead={t("surveys.lead")}
      actions={
        <>
          {mayImport && (
            <Button
              variant="default"
              leftSection={<IconFileImport size={16} aria-hidden />}
              onClick={() => void navigate({ to: paths.imports() } as never)}
            >
              {t("surveys.convert")}
            </Button>
          )}
          {!none && (
            <Button
              leftSection={<IconPlus size={16} aria-hidden />}
              disabled={!may}
              title={may ? undefined : t("state.no_reason")}
              onClick={() => setMaking(true)}
            >
              {t("surveys.add")}
            </Button>
          )}
        </>
      }
    >
      <QueryState
        query={surveys}
        isEmpty={(data) => data.pages[0]?.items.length === 0}
        empty={<Templates lead={t("surveys.empty")} />}
      >
        {(data) => (
          <>
            <SurveyTable surveys={data.pages.flatMap((page) => page.items)} />
            <LoadMore query={surveys} />
          </>
        )}
      </QueryState>
      {making && <NewSurveyDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

function SurveyTable({ surveys }: { surveys: SurveySummary[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const may = useMay("edit_surveys");
  const open = (survey: SurveySummary) =>
    may ? paths.surveyBuild(survey.id) : paths.surveyResults(survey.id);
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
          key: "version",
          header: t("surveys.version"),
          align: "end",
          wideOnly: true,
          cell: (survey) => survey.version ?? "–",
        },
        {
          key: "changed",
          header: t("surveys.changed"),
          align: "end",
          wideOnly: true,
          cell: (survey) => formatMomentDay(survey.changed_at, language),
        },
      ]}
    />
  );
}

export function SurveyStatus({ status }: { status: SurveySummary["status"] }) {
  const { t } = useTranslation();
  return (
    <Badge variant={status === "live" ? "light" : "default"} tt="none" fw={500}>
      {t(`surveys.status.${status}`)}
    </Badge>
  );
}
