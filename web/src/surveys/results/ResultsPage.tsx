import { Button, Skeleton, Tabs } from "@mantine/core";
import { IconChartLine } from "@tabler/icons-react";
import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import type { Metric, MetricAnswer } from "../../api/types";
import { DistributionBar, useDivision } from "../../charts/DistributionBar";
import { localized, useLanguage } from "../../i18n/language";
import { metricResultsQuery, metricsQuery } from "../../metrics/queries";
import { readQuestion, scaleOf, toApi } from "../../metrics/question";
import { paths } from "../../paths";
import { useMay } from "../../session/session";
import { FilterChip } from "../../shell/FilterChip";
import { useGlobalFilter } from "../../shell/filter";
import { Section } from "../../ui/page/Page";
import { EmptyState, ErrorState, QueryState } from "../../ui/page/states";
import { Score } from "../../ui/score/Score";
import { toastDone, toastFailed } from "../../ui/toast";
import { useUrlState } from "../../ui/urlState";
import type { SurveyDocument, SurveySummary } from "../document";
import { surveyResultsQuery, versionQuery } from "../queries";
import { SurveyFrame } from "../SurveyFrame";
import classes from "../surveys.module.css";
import { CrosstabTab } from "./CrosstabTab";
import { Download } from "./Download";
import { DropOff } from "./DropOff";
import { metricFor, metricsOn, unmeasured } from "./measure";
import { NoResponses } from "./NoResponses";
import { Questions } from "./Questions";
import { Responses } from "./Responses";
import local from "./results.module.css";
import { chosen, readResultsSearch, TABS } from "./tabs";

export function SurveyResultsPage() {
  return <SurveyFrame>{(survey) => <Results survey={survey} />}</SurveyFrame>;
}

function Results({ survey }: { survey: SurveySummary }) {
  const { t } = useTranslation();
  const published = useQuery({
    ...versionQuery(survey.id, survey.version ?? 0),
    enabled: survey.version != null,
  });
  if (survey.version == null) {
    return (
      <EmptyState
        icon={IconChartLine}
        title={t("surveys.results.none")}
        body={t("surveys.results.none_body_unpublished")}
      />
    );
  }
  return (
    <QueryState query={published}>
      {({ document }) => (
        <Tabbed survey={survey.id} version={survey.version ?? 0} document={document} />
      )}
    </QueryState>
  );
}

interface TabbedProps {
  survey: string;
  version: number;
  document: SurveyDocument;
}

function Tabbed({ survey, version, document }: TabbedProps) {
  const { t } = useTranslation();
  const [{ tab }, set] = useUrlState(readResultsSearch);
  const { range, unit } = useGlobalFilter();
  const confidential = document.programme?.identity === "confidential";
  const asked = chosen(range, unit, confidential);
  const results = useQuery(surveyResultsQuery(survey, asked));
  return (
    <>
      <div className={local.bar}>
        <FilterChip />
        <Download survey={survey} chosen={asked} confidential={confidential} />
      </div>
      <Tabs
        value={tab}
        onChange={(next) => set({ tab: TABS.find((each) => each === next) ?? "questions" })}
        keepMounted={false}
      >
        <Tabs.List mb="lg" aria-label={t("surveys.pages.results")}>
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`surveys.results.tabs.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="questions">
          <Measured survey={survey} version={version} />
          <QueryState
            query={results}
            isEmpty={(data) => data.responses === 0}
            empty={<NoResponses survey={survey} />}
          >
            {(data) => <Questions fields={data.fields} document={document} />}
          </QueryState>
        </Tabs.Panel>
        <Tabs.Panel value="crosstab">
          <QueryState
            query={results}
            isEmpty={(data) => data.responses === 0}
            empty={<NoResponses survey={survey} />}
          >
            {(data) => (
              <CrosstabTab
                survey={survey}
                document={document}
                fields={data.fields}
                chosen={asked}
              />
            )}
          </QueryState>
        </Tabs.Panel>
        <Tabs.Panel value="responses">
          <Responses
            survey={survey}
            document={document}
            chosen={asked}
            confidential={confidential}
          />
        </Tabs.Panel>
        <Tabs.Panel value="drop_off">
          <QueryState query={results}>
            {(data) => <DropOff dropOff={data.drop_off} document={document} />}
          </QueryState>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Measured({ survey, version }: { survey: string; version: number }) {
  const { t } = useTranslation();
  const metrics = useQuery(metricsQuery);
  return (
    <>
      <QueryState
        query={metrics}
        skeleton={<Skeleton height={160} />}
        isEmpty={(data) => metricsOn(survey, data).length === 0}
        empty={
          <EmptyState
            icon={IconChartLine}
            title={t("surveys.results.none")}
            body={t("surveys.results.none_body")}
          />
        }
      >
        {(data) => <Scores metrics={metricsOn(survey, data)} />}
      </QueryState>
      {metrics.data && <Unmeasured survey={survey} version={version} metrics={metrics.data} />}
    </>
  );
}

function Scores({ metrics }: { metrics: Metric[] }) {
  const { t } = useTranslation();
  const { range, unit } = useGlobalFilter();
  const asked = toApi(readQuestion({ grain: "none" }), range, unit);
  const answers = useQueries({
    queries: metrics.map((metric) => metricResultsQuery(metric.id, asked)),
  });
  return (
    <Section title={t("surveys.results.numbers")} lead={t("surveys.results.numbers_lead")}>
      <div className={local.scores}>
        {metrics.map((metric, index) => {
          const answer = answers[index];
          if (answer?.isError) return <ErrorState key={metric.id} error={answer.error} />;
          const data = answer?.data as MetricAnswer | undefined;
          if (!data) return <Skeleton key={metric.id} height={120} mb="md" />;
          return <MetricScore key={metric.id} metric={metric} answer={data} />;
        })}
      </div>
    </Section>
  );
}

function MetricScore({ metric, answer }: { metric: Metric; answer: MetricAnswer }) {
  const language = useLanguage();
  const navigate = useNavigate();
  const { score } = answer.results.total;
  const parts = useDivision(score.counts);
  const name = localized(metric.name, language, metric.id);
  return (
    <article className={classes.question}>
      <Score
        name={name}
        score={score}
        scale={scaleOf(metric)}
        size="tile"
        onOpen={() =>
          void navigate({ to: paths.metrics(), search: { metric: metric.id } } as never)
        }
      />
      {parts.length > 0 && <DistributionBar label={name} parts={parts} />}
    </article>
  );
}

interface UnmeasuredProps {
  survey: string;
  version: number;
  metrics: Metric[];
}

/** Scale questions that no metric reads yet, each a button away from its usual one. */
function Unmeasured({ survey, version, metrics }: UnmeasuredProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const may = useMay("edit_metrics");
  const published = useQuery(versionQuery(survey, version));
  const measure = useMutation({
    mutationFn: (body: ReturnType<typeof metricFor>) =>
      unwrap(api.POST("/api/metrics", { body: body as never })),
    onSuccess: async (metric) => {
      await queries.invalidateQueries({ queryKey: metricsQuery.queryKey });
      toastDone(t("surveys.results.measured", { name: localized(metric.name, language) }));
    },
    onError: (error) => toastFailed(error, t("state.error_network")),
  });
  const document = published.data?.document;
  const open = document ? unmeasured(survey, document, metrics) : [];
  if (!document || open.length === 0) return null;
  return (
    <Section title={t("surveys.results.unmeasured")}>
      {open.map((question) => {
        const text = localized(question.text, language, question.id);
        return (
          <article key={question.id} className={classes.question}>
            <h3 className={classes.questionText}>{text}</h3>
            <p className={classes.questionMeta}>{t(`surveys.types.${question.type}`)}</p>
            <Button
              variant="default"
              disabled={!may}
              title={may ? undefined : t("state.no_reason")}
              loading={measure.isPending}
              aria-label={t("surveys.results.measure_named", { name: text })}
              onClick={() => measure.mutate(metricFor(survey, document.title ?? {}, question))}
            >
              {t("surveys.results.measure")}
            </Button>
          </article>
        );
      })}
    </Section>
  );
}
