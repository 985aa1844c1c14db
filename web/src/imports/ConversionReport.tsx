import { Alert, Button, SegmentedControl } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../api/problem";
import { formatCount } from "../format/number";
import { localized, useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { Page, Section } from "../ui/page/Page";
import { DataTable } from "../ui/table/DataTable";
import { toastDone } from "../ui/toast";
import { ConversionProblems } from "./ConversionProblems";
import classes from "./imports.module.css";
import type { Conversion } from "./model";
import { sendSurvey } from "./queries";

/** Elements shown at once; a real file has a few hundred. */
const SHOWN = 100;

const OUTCOMES = ["with_loss", "unsupported", "converted"] as const;
type Outcome = (typeof OUTCOMES)[number];

interface ConversionReportProps {
  conversion: Conversion;
  file: File;
  onBack: () => void;
}

/** What became of every element of another tool's survey, and the button that makes it ours. */
export function ConversionReport({ conversion, file, onBack }: ConversionReportProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const may = useMay("edit_surveys");
  const { counts, items } = conversion.report;
  const [outcome, setOutcome] = useState<Outcome>(
    OUTCOMES.find((each) => counts[each] > 0) ?? "converted",
  );
  const [shown, setShown] = useState(SHOWN);
  const make = useMutation({
    /** `at` is where in the builder one begins. */
    mutationFn: (_at: string | undefined) => sendSurvey(file, true, () => undefined).done,
    onSuccess: async ({ survey }, at) => {
      await queries.invalidateQueries({ queryKey: ["surveys"] });
      toastDone(t("imports.convert.made"));
      if (!survey) return;
      await navigate({ to: paths.surveyBuild(survey.id), search: at ? { at } : {} } as never);
    },
  });
  const kinds: Record<string, string> = t("imports.convert.kind", { returnObjects: true });
  // A kind that has no words yet is shown in the file's own.
  const kindName = (kind: string) => kinds[kind] ?? kind.replaceAll("_", " ");
  const listed = items
    .map((item, index) => ({ ...item, index }))
    .filter((item) => item.outcome === outcome);
  return (
    <Page
      kicker={file.name}
      title={localized(conversion.document.title, language, file.name)}
      lead={t("imports.convert.lead", { total: formatCount(counts.total, language) })}
      actions={
        <>
          <Button variant="default" onClick={onBack}>
            {t("imports.convert.other")}
          </Button>
          <Button
            loading={make.isPending}
            disabled={!may}
            title={may ? undefined : t("state.no_reason")}
            onClick={() => make.mutate(undefined)}
          >
            {t("imports.convert.make")}
          </Button>
        </>
      }
    >
      {make.isError && (
        <Alert color="red" variant="light" role="alert" mb="md">
          {asProblem(make.error).detail || t("state.error_network")}
        </Alert>
      )}
      <dl className={classes.counts}>
        {(["converted", "with_loss", "unsupported", "total"] as const).map((each) => (
          <div key={each} data-sum={each === "total" || undefined}>
            <dt>{t(`imports.convert.${each}`)}</dt>
            <dd>{formatCount(counts[each], language)}</dd>
          </div>
        ))}
      </dl>
      <ConversionProblems
        conversion={conversion}
        pending={make.isPending}
        onMend={may ? (path) => make.mutate(path) : null}
      />
      <Section
        title={t("imports.convert.elements")}
        lead={t(`imports.convert.${outcome}_note`)}
        actions={
          <SegmentedControl
            size="xs"
            className="segments"
            aria-label={t("imports.convert.elements")}
            value={outcome}
            onChange={(next) => {
              setOutcome(next as Outcome);
              setShown(SHOWN);
            }}
            data={OUTCOMES.map((each) => ({ value: each, label: t(`imports.convert.${each}`) }))}
          />
        }
      >
        {listed.length === 0 ? (
          <p className="meta">{t("imports.convert.none")}</p>
        ) : (
          <DataTable
            label={t("imports.convert.table")}
            rows={listed.slice(0, shown)}
            rowKey={(item) => String(item.index)}
            columns={[
              {
                key: "name",
                header: t("imports.convert.element"),
                rowHeader: true,
                cell: (item) => (
                  <>
                    {item.name || item.path}
                    <span className={classes.under}>{kindName(item.kind)}</span>
                  </>
                ),
              },
              {
                key: "reason",
                header: t("imports.convert.reason"),
                cell: (item) => (item.reason ? localized(item.reason, language) : ""),
              },
              {
                key: "path",
                header: t("imports.convert.path"),
                wideOnly: true,
                cell: (item) => <span className="mono">{item.path}</span>,
              },
            ]}
          />
        )}
        {listed.length > shown && (
          <Button variant="default" mt="md" onClick={() => setShown(shown + SHOWN)}>
            {t("action.load_more")}
          </Button>
        )}
      </Section>
    </Page>
  );
}
