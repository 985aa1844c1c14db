import { IconLock } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useDimensionValueName } from "../../filters/names";
import { formatMoment } from "../../format/date";
import { formatDecimal } from "../../format/number";
import { localized, useLanguage } from "../../i18n/language";
import { EmptyState, QueryState } from "../../ui/page/states";
import { type Column, DataTable } from "../../ui/table/DataTable";
import { LoadMore } from "../../ui/table/LoadMore";
import { useUrlState } from "../../ui/urlState";
import type { SurveyDocument } from "../document";
import { responsesQuery } from "../queries";
import { answerable, type Response, reading } from "./answers";
import { NoResponses } from "./NoResponses";
import { ResponseDrawer } from "./ResponseDrawer";
import classes from "./results.module.css";
import { type Chosen, readResultsSearch } from "./tabs";

interface ResponsesProps {
  survey: string;
  document: SurveyDocument;
  chosen: Chosen;
  confidential: boolean;
}

/** The responses themselves, newest first; each opens with all its answers. */
export function Responses({ survey, document, chosen, confidential }: ResponsesProps) {
  const { t } = useTranslation();
  const [{ response }, set] = useUrlState(readResultsSearch);
  const responses = useInfiniteQuery({
    ...responsesQuery(survey, chosen),
    enabled: !confidential,
  });
  const columns = useColumns(document, (id) => set({ response: id }));
  if (confidential) {
    return (
      <EmptyState
        icon={IconLock}
        title={t("surveys.results.no_rows")}
        body={t("surveys.results.no_rows_body")}
      />
    );
  }
  return (
    <>
      <QueryState
        query={responses}
        isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)}
        empty={<NoResponses survey={survey} />}
      >
        {({ pages }) => (
          <>
            <DataTable
              label={t("surveys.results.tabs.responses")}
              rows={pages.flatMap(({ items }) => items) as Response[]}
              rowKey={({ id }) => id}
              columns={columns}
              onRowClick={({ id }) => set({ response: id })}
            />
            <LoadMore query={responses} />
          </>
        )}
      </QueryState>
      <ResponseDrawer id={response} onClose={() => set({ response: undefined })} />
    </>
  );
}

/** When and the first answer; with more room the next, the first words, where and how long. */
function useColumns(document: SurveyDocument, open: (id: string) => void): Column<Response>[] {
  const { t } = useTranslation();
  const language = useLanguage();
  const valueName = useDimensionValueName();
  const questions = answerable(document);
  const words = questions.find(({ type }) => type === "text");
  const shown = [
    ...questions.filter(({ type }) => type !== "text" && type !== "matrix").slice(0, 2),
    ...(words ? [words] : []),
  ];
  const yesNo = { yes: t("surveys.yes"), no: t("surveys.no") };
  const place = (row: Response) =>
    [
      row.touchpoint_id && valueName("touchpoint", row.touchpoint_id),
      row.unit_id && valueName("unit", row.unit_id),
    ]
      .filter(Boolean)
      .join(" · ");
  return [
    {
      key: "when",
      header: t("surveys.results.when"),
      rowHeader: true,
      cell: (row) => (
        <button type="button" className={classes.open} onClick={() => open(row.id)}>
          {formatMoment(row.occurred_at, language)}
        </button>
      ),
    },
    ...shown.map(
      (question, index): Column<Response> => ({
        key: question.id,
        header: (
          <span className={classes.head} title={localized(question.text, language, question.id)}>
            {localized(question.text, language, question.id)}
          </span>
        ),
        wideOnly: index > 0,
        cell: (row) => {
          const text = reading(question, row.answers, language, yesNo).join(", ");
          if (question !== words) return text;
          return (
            <span className={classes.words}>
              {text.length > 60 ? `${text.slice(0, 60)}…` : text}
            </span>
          );
        },
      }),
    ),
    {
      key: "where",
      header: t("surveys.results.where"),
      wideOnly: true,
      cell: (row) => <span className={classes.place}>{place(row)}</span>,
    },
    {
      key: "duration",
      header: t("surveys.results.duration"),
      align: "end",
      wideOnly: true,
      cell: (row) =>
        typeof row.duration_ms === "number"
          ? t("surveys.results.seconds", {
              seconds: formatDecimal(row.duration_ms / 1000, 0, language),
            })
          : "",
    },
  ];
}
