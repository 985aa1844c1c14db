import { Button } from "@mantine/core";
import { IconHeartHandshake, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import type { LoyaltyAnalysis, LoyaltyProposal } from "../api/types";
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
import { LoyaltyDialog } from "./LoyaltyDialog";
import { loyaltyAnalysesQuery, loyaltyProposalsQuery } from "./queries";
import { useHorizon } from "./words";

const readSearch = (search: Record<string, unknown>) => ({ open: textParameter(search.open) });

export function LoyaltyPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const analyses = useQuery(loyaltyAnalysesQuery);
  const { data: proposals } = useQuery(loyaltyProposalsQuery);
  const may = useMay("edit_metrics");
  const horizon = useHorizon();
  const [{ open }, setSearch] = useUrlState(readSearch);
  const go = (saved: LoyaltyAnalysis) =>
    void navigate({ to: paths.loyaltyAnalysis(saved.id) } as never);
  const purchases = (stream: string) =>
    localized(
      proposals?.find((each) => each.definition.stream === stream)?.stream_label,
      language,
      stream,
    );
  const possible = (proposals?.length ?? 0) > 0;
  return (
    <Page
      title={t("loyalty.title")}
      lead={t("loyalty.lead")}
      actions={
        analyses.data?.length ? (
          <Button
            leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
            disabled={!may || !possible}
            title={may ? (possible ? undefined : t("loyalty.nothing")) : t("state.no_reason")}
            onClick={() => setSearch({ open: "new" })}
          >
            {t("loyalty.add")}
          </Button>
        ) : undefined
      }
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
            label={t("loyalty.title")}
            rows={data}
            rowKey={(analysis) => analysis.id}
            onRowClick={go}
            columns={[
              {
                key: "name",
                header: t("field.name"),
                rowHeader: true,
                cell: (analysis) => (
                  <AppLink to={paths.loyaltyAnalysis(analysis.id)}>
                    {localized(analysis.name, language, analysis.id)}
                  </AppLink>
                ),
              },
              {
                key: "stream",
                header: t("loyalty.form.stream"),
                wideOnly: true,
                cell: (analysis) => purchases(analysis.definition.stream),
              },
              {
                key: "horizon",
                header: t("loyalty.form.horizon"),
                align: "end",
                cell: (analysis) => horizon(analysis.definition.horizon_days ?? 365),
              },
              {
                key: "changed",
                header: t("loyalty.changed"),
                align: "end",
                wideOnly: true,
                cell: (analysis) => formatMomentDay(analysis.changed_at, language),
              },
            ]}
          />
        )}
      </QueryState>
      {may && open === "new" && proposals && possible && (
        <LoyaltyDialog
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
  proposals: LoyaltyProposal[] | undefined;
  onMade: (made: LoyaltyAnalysis) => void;
  onChoose: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay("edit_metrics");
  const queries = useQueryClient();
  const [first] = proposals ?? [];
  const make = useMutation({
    mutationFn: (proposal: LoyaltyProposal) =>
      unwrap(
        api.POST("/api/loyalty", {
          body: { name: proposal.name, definition: proposal.definition },
        }),
      ),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: loyaltyAnalysesQuery.queryKey });
      onMade(made);
    },
    onError: (error) => toastFailed(error, t("state.error_network")),
  });
  if (!first) {
    return (
      <EmptyState
        icon={IconHeartHandshake}
        title={t("loyalty.empty_title")}
        body={proposals && t("loyalty.nothing")}
        action={proposals && <AppLink to={paths.imports()}>{t("loyalty.to_imports")}</AppLink>}
      />
    );
  }
  const blocked = may ? undefined : t("state.no_reason");
  return (
    <EmptyState
      icon={IconHeartHandshake}
      title={t("loyalty.proposal")}
      body={t("loyalty.proposal_body", {
        stream: localized(first.stream_label, language, first.definition.stream),
      })}
      action={
        <>
          <Button
            loading={make.isPending}
            disabled={!may}
            title={blocked}
            onClick={() => make.mutate(first)}
          >
            {t("loyalty.analyse_this")}
          </Button>
          <Button variant="default" disabled={!may} title={blocked} onClick={onChoose}>
            {t("loyalty.choose_other")}
          </Button>
        </>
      }
    />
  );
}
