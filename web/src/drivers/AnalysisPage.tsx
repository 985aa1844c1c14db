import { Button, CopyButton } from "@mantine/core";
import { IconDownload, IconLink, IconLock, IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import type { DriverAnalysis, DriverResults } from "../api/types";
import { ChartFigure } from "../charts/ChartFigure";
import { toValues, withUnit } from "../filters/filters";
import { fieldsQuery } from "../filters/queries";
import { downloadText, toCsv } from "../format/csv";
import { formatMoment } from "../format/date";
import { formatCount, formatDecimal, formatShare } from "../format/number";
import { wholeMonths } from "../format/period";
import { localized, useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { useUnitName } from "../settings/units/units";
import { usePeriodName } from "../shell/FilterChip";
import { useGlobalFilter } from "../shell/filter";
import { AppLink } from "../ui/AppLink";
import { ConfirmDialog } from "../ui/form/ConfirmDialog";
import { Page } from "../ui/page/Page";
import { EmptyState, QueryState } from "../ui/page/states";
import { textParameter, useUrlState } from "../ui/urlState";
import { AnalysisDialog } from "./AnalysisDialog";
import { csvRows } from "./csv";
import classes from "./drivers.module.css";
import { findingOf } from "./finding";
import { Groups } from "./Groups";
import { MethodPopover } from "./MethodPopover";
import { DriverTable, Potential } from "./Potential";
import { PriorityMatrix } from "./PriorityMatrix";
import { analysesQuery, analysisQuery, driverResultsQuery, proposalsQuery } from "./queries";
import {
  formatAmount,
  formatAmounts,
  useDriverName,
  useOutcomeName,
  useRemark,
  useStep,
} from "./words";

const SPLIT = /^(unit|unit:\d+|touchpoint)$/;

const readSearch = (search: Record<string, unknown>) => {
  const split = textParameter(search.split);
  return {
    split: split && SPLIT.test(split) ? split : undefined,
    edit: textParameter(search.edit),
  };
};

export function AnalysisPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { analysisId = "" } = useParams({ strict: false }) as { analysisId?: string };
  const analysis = useQuery(analysisQuery(analysisId));
  const name = localized(analysis.data?.name, language, t("drivers.title"));
  const may = useMay("edit_metrics");
  const [{ split, edit }, setUrl] = useUrlState(readSearch);
  return (
    <Page
      title={name}
      kicker={<AppLink to={paths.drivers()}>{t("drivers.title")}</AppLink>}
      actions={
        analysis.data && <Actions analysis={analysis.data} onEdit={() => setUrl({ edit: "1" })} />
      }
    >
      <QueryState query={analysis}>
        {(data) => (
          <>
            <Results
              analysis={data}
              split={split ?? data.definition.split ?? undefined}
              onSplit={(next) => setUrl({ split: next })}
            />
            {may && edit && <Edit analysis={data} onClose={() => setUrl({ edit: undefined })} />}
          </>
        )}
      </QueryState>
    </Page>
  );
}

function Edit({ analysis, onClose }: { analysis: DriverAnalysis; onClose: () => void }) {
  const queries = useQueryClient();
  const { data: proposals } = useQuery(proposalsQuery);
  if (!proposals) return null;
  return (
    <AnalysisDialog
      analysis={analysis}
      proposals={proposals}
      onClose={onClose}
      onSaved={(saved) => queries.setQueryData(analysisQuery(saved.id).queryKey, saved)}
    />
  );
}

function Actions({ analysis, onEdit }: { analysis: DriverAnalysis; onEdit: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay("edit_metrics");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () =>
      unwrap(api.DELETE("/api/drivers/{id}", { params: { path: { id: analysis.id } } })),
    onSuccess: async () => {
      // The list that comes next must not show it for a moment.
      queries.setQueryData(analysesQuery.queryKey, (kept) =>
        kept?.filter((each) => each.id !== analysis.id),
      );
      await navigate({ to: paths.drivers() } as never);
      await queries.invalidateQueries({ queryKey: analysesQuery.queryKey, exact: true });
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
            title={t("drivers.delete_title", {
              name: localized(analysis.name, language, analysis.id),
            })}
            body={t("drivers.delete_body")}
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

interface ResultsProps {
  analysis: DriverAnalysis;
  split: string | undefined;
  onSplit: (split: string | undefined) => void;
}

function Results({ analysis, split, onSplit }: ResultsProps) {
  const global = useGlobalFilter();
  const { data: fields } = useQuery(fieldsQuery);
  const own = fields?.find((each) => each.stream === analysis.definition.stream);
  const confidential = own?.confidential ?? false;
  const range = global.range && confidential ? wholeMonths(global.range) : global.range;
  const results = useQuery({
    ...driverResultsQuery(analysis.id, {
      period: range ?? {},
      filters: withUnit([], global.unit).map(({ dimension, values }) => ({
        dimension,
        any_of: toValues(values),
      })),
      split: confidential && split === "touchpoint" ? null : (split ?? null),
    }),
    // Whether the survey is confidential decides which days may be asked about.
    enabled: fields !== undefined,
  });
  return (
    <QueryState query={results}>
      {(data) => (
        <div className={classes.answer} data-stale={results.isPlaceholderData || undefined}>
          <Answer results={data} split={split} onSplit={onSplit} />
        </div>
      )}
    </QueryState>
  );
}

function Answer({
  results,
  split,
  onSplit,
}: {
  results: DriverResults;
  split: string | undefined;
  onSplit: (split: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const global = useGlobalFilter();
  const periodName = usePeriodName();
  const unitName = useUnitName();
  const driverName = useDriverName(results);
  const outcome = useOutcomeName(results);
  const remark = useRemark(results);
  const stepOf = useStep();
  const found = findingOf(results);
  const { finding } = results;
  const subtitle = [
    finding && t("score.n", { n: formatCount(finding.n, language) }),
    finding &&
      t("drivers.explained", {
        share: formatShare(finding.r2, language, 0),
        outcome,
        interval: finding.r2_interval
          ? `[${finding.r2_interval.map((end) => formatDecimal(100 * end, 0, language)).join(", ")}]`
          : "",
      }),
    periodName(global.period),
    global.unit ? unitName(global.unit) : t("shell.organisation_wide"),
  ]
    .filter(Boolean)
    .join(" · ");

  if (found.kind === "suppressed") {
    return (
      <EmptyState
        icon={IconLock}
        title={t("score.suppressed")}
        body={t("drivers.suppressed_body")}
        action={<AllTime />}
      />
    );
  }
  if (!finding) {
    return (
      <EmptyState
        title={t("drivers.refused_title")}
        body={results.refused ? remark(results.refused) : undefined}
        action={<AllTime />}
      />
    );
  }
  const title =
    found.kind === "refused"
      ? t("drivers.refused_title")
      : found.kind === "unclear"
        ? t("drivers.finding.unclear", { outcome })
        : t(`drivers.finding.${found.kind}`, {
            driver: driverName(found.driver.driver),
            outcome,
          });
  const gain =
    "driver" in found
      ? t("drivers.gain", {
          driver: driverName(found.driver.driver),
          step: stepOf(found.driver),
          outcome,
          potential: formatAmount(found.driver.potential, results, language),
          interval: formatAmounts(found.driver.potential_interval, results, language),
          unit: t(`drivers.unit.${results.outcome.unit}`),
        })
      : null;
  const csv = () => {
    const columns = t("drivers.csv", { returnObjects: true }) as Record<string, string>;
    const rows = csvRows(results, driverName, {
      header: Object.values(columns),
      yes: t("drivers.clear"),
      no: t("drivers.not_clear"),
      note: [
        [t("drivers.note.outcome"), outcome],
        [t("drivers.note.period"), subtitle],
        [t("drivers.note.computed"), formatMoment(results.note.computed_at, language)],
        [t("drivers.note.method"), results.note.source],
        ...(results.refused
          ? ([[t("drivers.refused_title"), remark(results.refused)]] as const)
          : []),
        ...finding.warnings.map((each) => [t("drivers.warnings"), remark(each)] as const),
      ],
    });
    downloadText(`${localized(results.analysis.name, language, "drivers")}.csv`, toCsv(rows));
  };
  return (
    <>
      <ChartFigure
        title={title}
        subtitle={
          <>
            {gain && <span className={classes.gain}>{gain}</span>}
            {results.refused && <span className={classes.gain}>{remark(results.refused)}</span>}
            {subtitle}
          </>
        }
        actions={
          <>
            <MethodPopover results={results} />
            <Button
              variant="default"
              size="xs"
              leftSection={<IconDownload size={15} stroke={1.6} aria-hidden />}
              onClick={csv}
            >
              CSV
            </Button>
          </>
        }
        chart={
          results.refused ? (
            <DriverTable results={results} label={title} />
          ) : (
            <PriorityMatrix results={results} label={title} />
          )
        }
        table={<DriverTable results={results} label={title} />}
      />
      {finding.warnings.length > 0 && (
        <section className={classes.warnings} aria-label={t("drivers.warnings")}>
          <h3>{t("drivers.warnings")}</h3>
          <ul>
            {finding.warnings.map((each) => (
              <li key={each.code + each.driver}>{remark(each)}</li>
            ))}
          </ul>
        </section>
      )}
      {!results.refused && <Potential results={results} />}
      {!results.refused && <Groups results={results} split={split} onSplit={onSplit} />}
    </>
  );
}

/** The next step where too few answered in the days that are shown. */
function AllTime() {
  const { t } = useTranslation();
  const global = useGlobalFilter();
  if (global.period === "all_time") return null;
  return (
    <Button variant="default" onClick={() => global.set({ period: "all_time" })}>
      {t("metrics.all_time")}
    </Button>
  );
}
