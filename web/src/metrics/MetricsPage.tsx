import { Button, CopyButton, SegmentedControl, Text } from "@mantine/core";
import { IconChartLine, IconLink, IconList, IconPencil, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Metric } from "../api/types";
import { attributeDimensions } from "../filters/attributes";
import { edgeKindOf, withChosen } from "../filters/bands";
import { dividesRecords, fieldDimension } from "../filters/fields";
import { type Filter, formatFilters, withFilter, withUnit } from "../filters/filters";
import { DIMENSIONS } from "../filters/names";
import { operationalDimensions } from "../filters/operational";
import { attributesQuery, fieldsQuery, streamsQuery } from "../filters/queries";
import { wholeMonths } from "../format/period";
import { localized, useLanguage } from "../i18n/language";
import { useMay, useRefusal } from "../session/session";
import { unitRows } from "../settings/units/tree";
import { unitsQuery } from "../settings/units/units";
import { useGlobalFilter } from "../shell/filter";
import { Page } from "../ui/page/Page";
import { EmptyState, QueryState } from "../ui/page/states";
import { textParameter, useUrlState } from "../ui/urlState";
import { Answer } from "./Answer";
import { BandChoice } from "./BandChoice";
import { useConfidential } from "./confidential";
import { FilterRow } from "./FilterRow";
import { MetricDialog } from "./MetricDialog";
import { MetricsList } from "./MetricsList";
import classes from "./metrics.module.css";
import { metricResultsQuery, metricsQuery } from "./queries";
import {
  fitsConfidential,
  GRAINS,
  isFine,
  type Question,
  readQuestion,
  streamsOf,
  toApi,
  toConfidential,
} from "./question";
import { Sentence } from "./Sentence";
import { VoicesDrawer } from "./VoicesDrawer";
import { WindowChoice } from "./WindowChoice";

interface UrlQuestion {
  metric?: string | undefined;
  split?: string | undefined;
  grain?: string | undefined;
  compare?: string | undefined;
  units?: string | undefined;
  filters?: string | undefined;
  /** Set by a link that leads to making a metric. */
  add?: string | undefined;
}

const readSearch = (search: Record<string, unknown>): UrlQuestion => ({
  metric: textParameter(search.metric),
  split: textParameter(search.split),
  grain: textParameter(search.grain),
  compare: textParameter(search.compare),
  units: textParameter(search.units),
  filters: textParameter(search.filters),
  add: textParameter(search.add),
});

export function MetricsPage() {
  const { t } = useTranslation();
  const metrics = useQuery(metricsQuery);
  const may = useMay("edit_metrics");
  const refusal = useRefusal("edit_metrics");
  const [url, setUrl] = useUrlState(readSearch);
  const [dialog, setDialog] = useState<{ metric: Metric | null } | null>(
    url.add && may ? { metric: null } : null,
  );
  const [list, setList] = useState(false);
  const offered = metrics.data?.filter((each) => !each.archived) ?? [];
  const metric = metrics.data?.find((each) => each.id === url.metric) ?? offered[0];
  const addButton = may && (
    <Button
      variant={offered.length ? "default" : "filled"}
      leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
      onClick={() => setDialog({ metric: null })}
    >
      {t("metrics.add")}
    </Button>
  );

  return (
    <Page
      title={t("metrics.title")}
      lead={t("metrics.lead")}
      actions={
        metric && (
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
              <Button
                variant="default"
                leftSection={<IconPencil size={16} stroke={1.6} aria-hidden />}
                onClick={() => setDialog({ metric })}
              >
                {t("metrics.edit_this")}
              </Button>
            )}
            <Button
              variant="default"
              leftSection={<IconList size={16} stroke={1.6} aria-hidden />}
              onClick={() => setList(true)}
            >
              {t("metrics.list.open")}
            </Button>
            {addButton}
          </>
        )
      }
    >
      <QueryState
        query={metrics}
        isEmpty={() => metric === undefined}
        empty={
          <EmptyState
            icon={IconChartLine}
            title={t("metrics.empty_title")}
            body={refusal ?? t("metrics.empty_body")}
            action={addButton}
          />
        }
      >
        {(all) =>
          metric && (
            <Explorer all={all} metrics={offered} metric={metric} url={url} setUrl={setUrl} />
          )
        }
      </QueryState>
      {list && (
        <MetricsList
          metrics={metrics.data ?? []}
          onClose={() => setList(false)}
          onShow={(shown) => {
            setUrl({ metric: shown.id });
            setList(false);
          }}
          onEdit={(edited) => {
            setList(false);
            setDialog({ metric: edited });
          }}
        />
      )}
      {dialog && (
        <MetricDialog
          metric={dialog.metric}
          onClose={() => {
            setDialog(null);
            if (url.add) setUrl({ add: undefined });
          }}
          onSaved={(saved) => setUrl({ metric: saved.id, add: undefined })}
        />
      )}
    </Page>
  );
}

/** What the drawer shows: the voices of these filters, named for the reader. */
export interface Selection {
  name: string;
  filters: Filter[];
  range?: { from: string; to: string } | null;
}

interface ExplorerProps {
  /** Every metric, archived ones included. */
  all: Metric[];
  /** Those that are offered. */
  metrics: Metric[];
  metric: Metric;
  url: UrlQuestion;
  setUrl: (next: UrlQuestion) => void;
}

function Explorer({ all, metrics, metric, url, setUrl }: ExplorerProps) {
  const language = useLanguage();
  const global = useGlobalFilter();
  const { t } = useTranslation();
  const { data: fields } = useQuery(fieldsQuery);
  const { data: attributes } = useQuery(attributesQuery);
  const { data: units } = useQuery(unitsQuery());
  const streams = streamsOf(metric, all);
  const confidentialOf = useConfidential(all);
  const confidential = confidentialOf?.(metric) ?? false;
  const read = readQuestion({ ...url });
  const question: Question = confidential ? toConfidential(read) : read;
  const asked = toApi(question, global.range, global.unit, confidential);
  const levels = Math.max(0, ...unitRows(units ?? []).map((row) => row.depth + 1));
  const { data: operational } = useQuery(streamsQuery);
  const ofPeople = [
    ...operationalDimensions(operational ?? []),
    ...attributeDimensions(attributes ?? []),
  ];
  const dimensions = [
    ...DIMENSIONS.flatMap((each) =>
      each === "unit" && levels > 1
        ? [each, ...Array.from({ length: levels }, (_, level) => `unit:${level}`)]
        : [each],
    ),
    ...(fields ?? [])
      .filter((field) => streams.has(field.stream) && dividesRecords(field))
      .map(fieldDimension),
    ...ofPeople,
  ].filter((each) => !confidential || fitsConfidential(each));
  const concernsUnits =
    question.split?.startsWith("unit") || asked.filters?.some((each) => each.dimension === "unit");
  // Whether a survey is confidential decides what may be asked at all.
  const results = useQuery({
    ...metricResultsQuery(metric.id, asked),
    enabled: confidentialOf !== undefined,
  });
  const edges =
    question.split === undefined
      ? null
      : edgeKindOf(question.split, attributes ?? [], operational ?? []);
  const [selection, setSelection] = useState<Selection | null>(null);

  return (
    <>
      <Sentence
        metrics={metrics}
        metric={metric}
        question={question}
        dimensions={withChosen(dimensions, question.split)}
        grains={GRAINS.filter((each) => !confidential || !isFine(each))}
        bounded={global.range !== null}
        onChange={setUrl}
      />
      {question.split !== undefined && (
        <div className={classes.splitDetails}>
          <WindowChoice split={question.split} onChange={(split) => setUrl({ split })} />
          {edges && (
            <BandChoice
              split={question.split}
              kind={edges}
              shown={
                results.data?.query.split[0] === question.split
                  ? results.data.results.groups.map((group) => group.key[0] ?? null)
                  : []
              }
              onChange={(split) => setUrl({ split })}
            />
          )}
        </div>
      )}
      <FilterRow
        metric={metric.id}
        attributes={ofPeople}
        confidential={confidential}
        filters={question.filters}
        fields={(fields ?? []).filter((field) => streams.has(field.stream))}
        onChange={(filters) => setUrl({ filters: formatFilters(filters) })}
      />
      {concernsUnits && (
        <SegmentedControl
          mt="sm"
          size="xs"
          aria-label={t("metrics.units")}
          value={question.asNow ? "as_now" : "as_then"}
          onChange={(next) => setUrl({ units: next === "as_now" ? next : undefined })}
          data={[
            { value: "as_then", label: t("metrics.as_then") },
            { value: "as_now", label: t("metrics.as_now") },
          ]}
        />
      )}
      {confidential && (
        <Text size="sm" c="dimmed" mt="xs">
          {t("metrics.confidential")}
        </Text>
      )}
      <QueryState query={results}>
        {(data) => (
          <Answer
            metric={metric}
            name={localized(metric.name, language, metric.id)}
            question={question}
            answer={data}
            stale={results.isPlaceholderData}
            onSelect={setSelection}
          />
        )}
      </QueryState>
      <VoicesDrawer
        selection={selection}
        filters={withFilter(withUnit(question.filters, global.unit), "survey", [...streams])}
        range={global.range && confidential ? wholeMonths(global.range) : global.range}
        onClose={() => setSelection(null)}
      />
    </>
  );
}
