import { Button } from "@mantine/core";
import { IconPlus, IconTargetArrow } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import type { DriverAnalysis, DriverProposal } from "../api/types";
import { fieldsQuery } from "../filters/queries";
import { formatMomentDay } from "../format/date";
import { localized, useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { AppLink } from "../ui/AppLink";
import { Page } from "../ui/page/Page";
import { EmptyState, QueryState } from "../ui/page/states";
import { DataTable } from "../ui/table/DataTable";
import { toastFailed } from "../ui/toast";
import { textParameter, useUrlState } from "../ui/urlState";
import { AnalysisDialog } from "./AnalysisDialog";
import { analysesQuery, proposalsQuery } from "./queries";

const readSearch = (search: Record<string, unknown>) => ({ open: textParameter(search.open) });

export function DriversPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const analyses = useQuery(analysesQuery);
  const { data: proposals } = useQuery(proposalsQuery);
  const { data: fields } = useQuery(fieldsQuery);
  const may = useMay("edit_metrics");
  const [{ open }, setSearch] = useUrlState(readSearch);
  const go = (saved: DriverAnalysis) =>
    void navigate({ to: paths.driverAnalysis(saved.id) } as never);
  const surveyName = (stream: string) =>
    localized(fields?.find((each) => each.stream === stream)?.stream_name, language, stream);
  const possible = (proposals?.length ?? 0) > 0;
  const addButton = (
    <Button
      leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
      disabled={!may || !possible}
      title={!may ? t("state.no_reason") : possible ? undefined : t("drivers.nothing_to_analyse")}
      onClick={() => setSearch({ open: "new" })}
    >
      {t("drivers.add")}
    </Button>
  );
  return (
    <Page
      title={t("drivers.title")}
      lead={t("drivers.lead")}
      actions={analyses.data?.length ? addButton : undefined}
    >
      <QueryState
        query={analyses}
        isEmpty={(data) => data.length === 0}
        empty={
          <Nothing proposals={proposals} onMade={go} onChoose={() => setSearch({ open: "new" })} />
        }
      >
        {(data) => (
          <DataTable
            label={t("drivers.title")}
            rows={data}
            rowKey={(analysis) => analysis.id}
            onRowClick={go}
            columns={[
              {
                key: "name",
                header: t("field.name"),
                rowHeader: true,
                cell: (analysis) => (
                  <AppLink to={paths.driverAnalysis(analysis.id)}>
                    {localized(analysis.name, language, analysis.id)}
                  </AppLink>
                ),
              },
              {
                key: "survey",
                header: t("drivers.note.survey"),
                wideOnly: true,
                cell: (analysis) => surveyName(analysis.definition.stream),
              },
              {
                key: "drivers",
                header: t("drivers.column.drivers"),
                align: "end",
                cell: (analysis) => analysis.definition.drivers.length,
              },
              {
                key: "changed",
                header: t("drivers.column.changed"),
                align: "end",
                wideOnly: true,
                cell: (analysis) => formatMomentDay(analysis.changed_at, language),
              },
            ]}
          />
        )}
      </QueryState>
      {may && open === "new" && proposals && possible && (
        <AnalysisDialog
          analysis={null}
          proposals={proposals}
          onClose={() => setSearch({ open: undefined })}
          onSaved={go}
        />
      )}
    </Page>
  );
}

/** No analysis yet: the one that suggests itself, in one step. */
function Nothing({
  proposals,
  onMade,
  onChoose,
}: {
  proposals: DriverProposal[] | undefined;
  onMade: (made: DriverAnalysis) => void;
  onChoose: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay("edit_metrics");
  const queries = useQueryClient();
  const [first] = proposals ?? [];
  const make = useMutation({
    mutationFn: (proposal: DriverProposal) =>
      unwrap(
        api.POST("/api/drivers", {
          body: { name: proposal.name, definition: proposal.definition },
        }),
      ),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: analysesQuery.queryKey });
      onMade(made);
    },
    onError: (error) => toastFailed(error, t("state.error_network")),
  });
  if (proposals && !first) {
    return (
      <EmptyState
        icon={IconTargetArrow}
        title={t("drivers.empty_title")}
        body={t("drivers.nothing_to_analyse")}
        action={<AppLink to={paths.surveys()}>{t("drivers.to_surveys")}</AppLink>}
      />
    );
  }
  return (
    <EmptyState
      icon={IconTargetArrow}
      title={
        first
          ? t("drivers.proposal", {
              outcome: localized(first.outcome, language, ""),
            })
          : t("drivers.empty_title")
      }
      body={
        first &&
        t("drivers.proposal_body", {
          survey: localized(first.stream_name, language, first.definition.stream),
          count: first.definition.drivers.length,
        })
      }
      action={
        first && (
          <>
            <Button
              loading={make.isPending}
              disabled={!may}
              title={may ? undefined : t("state.no_reason")}
              onClick={() => make.mutate(first)}
            >
              {t("drivers.analyse_this")}
            </Button>
            <Button
              variant="default"
              disabled={!may}
              title={may ? undefined : t("state.no_reason")}
              onClick={onChoose}
            >
              {t("drivers.choose_other")}
            </Button>
          </>
        )
      }
    />
  );
}
