import { Button, CopyButton } from "@mantine/core";
import { IconDownload, IconLink, IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import type { LoyaltyAnalysis, LoyaltyFinding, LoyaltyResults } from "../api/types";
import { ChartFigure } from "../charts/ChartFigure";
import { downloadText, toCsv } from "../format/csv";
import { formatDate, formatMoment } from "../format/date";
import { formatCount, formatShare } from "../format/number";
import { localized, useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { AppLink } from "../ui/AppLink";
import { ConfirmDialog } from "../ui/form/ConfirmDialog";
import { Page } from "../ui/page/Page";
import { EmptyState, QueryState } from "../ui/page/states";
import { textParameter, useUrlState } from "../ui/urlState";
import { AtRisk } from "./AtRisk";
import { loyaltyCsv } from "./csv";
import { Deciles, DecilesTable } from "./Deciles";
import { tellingGroup } from "./finding";
import { GroupValues } from "./GroupValues";
import { LoyaltyDialog } from "./LoyaltyDialog";
import { LoyaltyNotePopover } from "./LoyaltyNotePopover";
import classes from "./loyalty.module.css";
import {
  loyaltyAnalysesQuery,
  loyaltyAnalysisQuery,
  loyaltyProposalsQuery,
  loyaltyResultsQuery,
} from "./queries";
import {
  formatDifference,
  formatEnds,
  formatWorth,
  useGroupName,
  useHorizon,
  useRemark,
} from "./words";

const readSearch = (search: Record<string, unknown>) => ({ edit: textParameter(search.edit) });

export function ValuePage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { loyaltyId = "" } = useParams({ strict: false }) as { loyaltyId?: string };
  const analysis = useQuery(loyaltyAnalysisQuery(loyaltyId));
  const may = useMay("edit_metrics");
  const [{ edit }, setUrl] = useUrlState(readSearch);
  return (
    <Page
      title={localized(analysis.data?.name, language, t("loyalty.title"))}
      kicker={<AppLink to={paths.loyalty()}>{t("loyalty.title")}</AppLink>}
      actions={
        analysis.data && <Actions analysis={analysis.data} onEdit={() => setUrl({ edit: "1" })} />
      }
    >
      <QueryState query={analysis}>
        {(data) => (
          <>
            <Results id={data.id} />
            {may && edit && <Edit analysis={data} onClose={() => setUrl({ edit: undefined })} />}
          </>
        )}
      </QueryState>
    </Page>
  );
}

function Edit({ analysis, onClose }: { analysis: LoyaltyAnalysis; onClose: () => void }) {
  const queries = useQueryClient();
  const { data: proposals } = useQuery(loyaltyProposalsQuery);
  if (!proposals) return null;
  return (
    <LoyaltyDialog
      analysis={analysis}
      proposals={proposals}
      onClose={onClose}
      onSaved={(saved) => {
        queries.setQueryData(loyaltyAnalysisQuery(saved.id).queryKey, saved);
        void queries.invalidateQueries({ queryKey: loyaltyResultsQuery(saved.id).queryKey });
      }}
    />
  );
}

function Actions({ analysis, onEdit }: { analysis: LoyaltyAnalysis; onEdit: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay("edit_metrics");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () =>
      unwrap(api.DELETE("/api/loyalty/{id}", { params: { path: { id: analysis.id } } })),
    onSuccess: async () => {
      await navigate({ to: paths.loyalty() } as never);
      await queries.invalidateQueries({ queryKey: loyaltyAnalysesQuery.queryKey, exact: true });
    },
  });
  return (
    <>
      <CopyButton value={window.location.href}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            leftSection={<IconLink size={16} stroke={1.6} aria-hidden />}
            onClick={copy}
          >
            {copied ? t("metrics.shared") : t("metrics.share")}
          </Button>
        )}
      </CopyButton>
      {may && (
        <>
          <Button
            variant="default"
            leftSection={<IconPencil size={16} stroke={1.6} aria-hidden />}
            onClick={onEdit}
          >
            {t("action.edit")}
          </Button>
          <Button
            variant="default"
            leftSection={<IconTrash size={16} stroke={1.6} aria-hidden />}
            onClick={() => setAsking(true)}
          >
            {t("action.delete")}
          </Button>
          <ConfirmDialog
            opened={asking}
            title={t("loyalty.delete_title", {
              name: localized(analysis.name, language, analysis.id),
            })}
            body={t("loyalty.delete_body")}
            confirmLabel={t("action.delete")}
            pending={remove.isPending}
            error={remove.error}
            onClose={() => setAsking(false)}
            onConfirm={() => remove.mutate()}
          />
        </>
      )}
    </>
  );
}

function Results({ id }: { id: string }) {
  const { t } = useTranslation();
  const remark = useRemark();
  const results = useQuery(loyaltyResultsQuery(id));
  return (
    <QueryState query={results}>
      {(data) =>
        data.progress ? (
          <div role="status">
            <EmptyState title={t(`loyalty.stage.${data.progress}`)} body={t("loyalty.computing")} />
          </div>
        ) : data.finding ? (
          <Finding results={data} finding={data.finding} />
        ) : (
          <EmptyState
            title={t("loyalty.refused_title")}
            body={data.refused ? remark(data.refused) : undefined}
            action={<AppLink to={paths.imports()}>{t("loyalty.to_imports")}</AppLink>}
          />
        )
      }
    </QueryState>
  );
}

function Finding({ results, finding }: { results: LoyaltyResults; finding: LoyaltyFinding }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const remark = useRemark();
  const horizon = useHorizon();
  const groupName = useGroupName(results);
  const { measure } = finding;
  const days = results.analysis.definition.horizon_days ?? 365;
  const worth = (value: number) => formatWorth(value, measure, language);
  const unit = t(`loyalty.unit.${measure}`, {
    amount: localized(results.note?.amount_label, language, ""),
  });
  const title = t("loyalty.finding", {
    horizon: horizon(days),
    total: worth(finding.total),
    mean: worth(finding.mean),
  });
  const telling = tellingGroup(finding);
  const [first] = finding.deciles;
  const said = [
    telling &&
      t((telling.difference ?? 0) > 0 ? "loyalty.telling_more" : "loyalty.telling_less", {
        group: groupName(telling.key),
        mean: worth(telling.mean),
        difference: formatDifference(telling.difference ?? 0, measure, language),
        interval: formatEnds(telling.difference_interval, measure, language, true),
      }),
    first && t("loyalty.top_tenth", { share: formatShare(first.share, language, 0) }),
    finding.groups && !telling && t("loyalty.groups.alike"),
  ].filter((each) => typeof each === "string");
  const subtitle = [
    unit,
    t("loyalty.customers", {
      n: formatCount(finding.n, language),
      repeat: formatCount(finding.repeat, language),
    }),
    t("loyalty.total_interval", {
      interval: formatEnds(finding.total_interval, measure, language),
    }),
    t("loyalty.mean_interval", { interval: formatEnds(finding.mean_interval, measure, language) }),
    t("loyalty.until", { day: formatDate(finding.until, language) }),
  ].join(" · ");
  const name = localized(results.analysis.name, language, "loyalty");
  const save = () => {
    const header = (of: "figures" | "deciles" | "groups" | "customers") =>
      Object.values(t(`loyalty.csv.${of}`, { returnObjects: true }) as Record<string, string>);
    const rows = loyaltyCsv(results, groupName, {
      figures: header("figures"),
      deciles: header("deciles"),
      groups: header("groups"),
      customers: header("customers"),
      note: [
        [t("loyalty.form.horizon"), horizon(days)],
        [t("loyalty.note.unit"), unit],
        [t("loyalty.note.computed"), formatMoment(results.note?.computed_at ?? "", language)],
        [t("loyalty.note.source"), results.note?.source ?? ""],
        ...finding.warnings.map((each) => [t("loyalty.warnings"), remark(each)] as const),
      ],
    });
    downloadText(`${name}.csv`, toCsv(rows));
  };
  const download = <IconDownload size={15} stroke={1.6} aria-hidden />;
  return (
    <>
      <ChartFigure
        title={title}
        subtitle={
          <>
            {said.map((each) => (
              <span key={each} className={classes.said}>
                {each}
              </span>
            ))}
            {subtitle}
          </>
        }
        actions={
          <>
            <LoyaltyNotePopover results={results} finding={finding} />
            <Button variant="default" size="xs" leftSection={download} onClick={save}>
              CSV
            </Button>
            <Button
              variant="default"
              size="xs"
              leftSection={download}
              onClick={() =>
                downloadText(`${name}.json`, JSON.stringify(results, null, 2), "application/json")
              }
            >
              JSON
            </Button>
          </>
        }
        chart={<Deciles finding={finding} />}
        table={<DecilesTable finding={finding} />}
      />
      {finding.warnings.length > 0 && (
        <section className={classes.warnings} aria-label={t("loyalty.warnings")}>
          <h3>{t("loyalty.warnings")}</h3>
          <ul>
            {finding.warnings.map((each) => (
              <li key={each.code}>{remark(each)}</li>
            ))}
          </ul>
        </section>
      )}
      <GroupValues results={results} finding={finding} />
      <AtRisk finding={finding} />
    </>
  );
}
