import { Button, CopyButton } from "@mantine/core";
import { IconChartLine, IconLink } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Metric } from "../api/types";
import { type Filter, formatFilters } from "../filters/filters";
import { localized, useLanguage } from "../i18n/language";
import { useGlobalFilter } from "../shell/filter";
import { Page } from "../ui/page/Page";
import { EmptyState, QueryState } from "../ui/page/states";
import { useUrlState } from "../ui/urlState";
import { Answer } from "./Answer";
import { FilterRow } from "./FilterRow";
import { metricResultsQuery, metricsQuery } from "./queries";
import { type Question, readQuestion, toApi, withUnit } from "./question";
import { Sentence } from "./Sentence";
import { VoicesDrawer } from "./VoicesDrawer";

interface UrlQuestion {
  metric?: string | undefined;
  split?: string | undefined;
  grain?: string | undefined;
  compare?: string | undefined;
  filters?: string | undefined;
}

export function MetricsPage() {
  const { t } = useTranslation();
  const metrics = useQuery(metricsQuery);
  return (
    <Page
      title={t("metrics.title")}
      lead={t("metrics.lead")}
      actions={
        metrics.data?.length ? (
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
        ) : undefined
      }
    >
      <QueryState
        query={metrics}
        isEmpty={(data) => data.length === 0}
        empty={
          <EmptyState
            icon={IconChartLine}
            title={t("metrics.empty_title")}
            body={t("metrics.empty_body")}
          />
        }
      >
        {(data) => <Explorer metrics={data} />}
      </QueryState>
    </Page>
  );
}

/** What the drawer shows: the voices of these filters, named for the reader. */
export interface Selection {
  name: string;
  filters: Filter[];
  range?: { from: string; to: string } | null;
}

function Explorer({ metrics }: { metrics: Metric[] }) {
  const language = useLanguage();
  const global = useGlobalFilter();
  const [url, setUrl] = useUrlState<UrlQuestion & Record<string, unknown>>((search) => search);
  const question: Question = readQuestion(url);
  const metric = metrics.find((each) => each.id === question.metric) ?? (metrics[0] as Metric);
  const asked = toApi(question, global.range, global.unit);
  const results = useQuery(metricResultsQuery(metric.id, asked));
  const [selection, setSelection] = useState<Selection | null>(null);

  return (
    <>
      <Sentence
        metrics={metrics}
        metric={metric}
        question={question}
        onChange={(next) => setUrl(next)}
      />
      <FilterRow
        filters={question.filters}
        onChange={(filters) => setUrl({ filters: formatFilters(filters) })}
      />
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
        filters={withUnit(question.filters, global.unit)}
        range={global.range}
        onClose={() => setSelection(null)}
      />
    </>
  );
}
