import { Button, SegmentedControl, Select, Skeleton } from "@mantine/core";
import { IconDownload, IconTable } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { components } from "../../api/schema.gen";
import { downloadText, toCsv } from "../../format/csv";
import { formatCount, formatDecimal, formatShare } from "../../format/number";
import { localized, useLanguage } from "../../i18n/language";
import { Section } from "../../ui/page/Page";
import { EmptyState, QueryState } from "../../ui/page/states";
import { formatP, meanScale, NPS_SCALE, type ScoreValue } from "../../ui/score/model";
import { Score } from "../../ui/score/Score";
import { useUrlState } from "../../ui/urlState";
import { findQuestion, type SurveyDocument, scaleOf } from "../document";
import { crosstabQuery } from "../queries";
import {
  type Crosstab,
  type CrosstabCell,
  crosstabCsv,
  type Line,
  peak,
  standing,
} from "./crosstab";
import classes from "./results.module.css";
import { type Chosen, readResultsSearch } from "./tabs";

type Field = components["schemas"]["FieldResults"];
type Side = components["schemas"]["Side"];

interface CrosstabTabProps {
  survey: string;
  document: SurveyDocument;
  fields: readonly Field[];
  chosen: Chosen;
}

/** Two questions against each other, with what may be said about it in a sentence. */
export function CrosstabTab({ survey, document, fields, chosen }: CrosstabTabProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [search, set] = useUrlState(readResultsSearch);
  const crossable = fields.filter((field) => field.crossable);
  // What a person asks first: how the score differs between the answers to a choice.
  const scored = crossable.find((field) => field.mean || field.nps);
  const column = search.column ?? (scored ?? crossable[0])?.field;
  const row = search.row ?? crossable.find((field) => field.field !== column)?.field;
  const asked = useQuery({
    ...crosstabQuery(survey, { ...chosen, row: row ?? "", column: column ?? "" }),
    enabled: row !== undefined && column !== undefined && row !== column,
  });
  if (!row || !column) {
    return (
      <EmptyState
        icon={IconTable}
        title={t("surveys.results.crosstab.too_few")}
        body={t("surveys.results.crosstab.too_few_body")}
      />
    );
  }
  const options = crossable.map((field) => ({
    value: field.field,
    label: sideName(field, language),
  }));
  const pick = (side: "row" | "column", value: string) => (
    <Select
      label={t(`surveys.results.crosstab.${side}`)}
      data={options.map((each) => ({
        ...each,
        disabled: each.value === (side === "row" ? column : row),
      }))}
      value={value}
      onChange={(next) => next && set({ row, column, [side]: next })}
      allowDeselect={false}
      searchable
      nothingFoundMessage={t("surveys.results.crosstab.nothing_found")}
    />
  );
  return (
    <>
      <div className={classes.pick}>
        {pick("row", row)}
        {pick("column", column)}
      </div>
      <QueryState query={asked} skeleton={<Skeleton height={240} />}>
        {(table) => (
          <Table table={table} document={document} of={search.of} onOf={(of) => set({ of })} />
        )}
      </QueryState>
    </>
  );
}

function sideName(side: Field | Side, language: "ja" | "en"): string {
  const text = localized(side.text, language, side.question);
  const label = localized(side.label, language);
  return label && label !== text ? `${text} · ${label}` : text;
}

interface TableProps {
  table: Crosstab;
  document: SurveyDocument;
  of: "row" | "column";
  onOf: (of: "row" | "column") => void;
}

function Table({ table, document, of, onOf }: TableProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const lineName = (side: Side) => (line: Line) => {
    if (line.value === null || line.value === undefined) return t("surveys.results.no_answer");
    const label = localized(line.label, language);
    if (label) return label;
    if (side.kind === "nps") return t(`count.${line.value as "promoters"}`);
    if (line.value === "1" && isFlag(side)) return t("surveys.yes");
    if (line.value === "0" && isFlag(side)) return t("surveys.no");
    return line.value;
  };
  const isFlag = (side: Side) => ["multiple", "emotion", "consent", "matrix"].includes(side.kind);
  const rowName = lineName(table.row);
  const columnName = lineName(table.column);
  const sides = { row: sideName(table.row, language), column: sideName(table.column, language) };
  const hidden = (cell: CrosstabCell) => cell.n === null || cell.n === undefined;
  const found = findQuestion(document, table.column.question)?.question;
  const scale = found ? scaleOf(found) : null;
  const percent = (cell: CrosstabCell) => (of === "row" ? cell.row_percent : cell.column_percent);
  const figure = (cell: CrosstabCell) => {
    if (hidden(cell)) return <span>{t("score.suppressed")}</span>;
    const share = percent(cell);
    const stands = standing(table, cell);
    return (
      <>
        {stands && (
          <>
            <span aria-hidden="true">{stands === "more" ? "▲ " : "▽ "}</span>
            <span className="visually-hidden">{t(`surveys.results.crosstab.${stands}`)} </span>
          </>
        )}
        {share === null || share === undefined
          ? t("score.no_value")
          : formatShare(share / 100, language)}
        <small>n {formatCount(cell.n ?? 0, language)}</small>
      </>
    );
  };
  const score = (value: unknown, name: string) =>
    value ? (
      <Score
        name={name}
        score={value as ScoreValue}
        scale={
          table.column.kind === "nps" ? NPS_SCALE : meanScale(scale?.low ?? 0, scale?.high ?? 10)
        }
        size="cell"
      />
    ) : null;
  const scored = table.score !== null && table.score !== undefined;
  const scoreName = table.column.kind === "nps" ? "NPS" : t("surveys.results.mean");
  const download = () => {
    const words = {
      row: sides.row,
      column: sides.column,
      n: "n",
      rowPercent: t("surveys.results.crosstab.csv.row_percent"),
      columnPercent: t("surveys.results.crosstab.csv.column_percent"),
      low: t("surveys.results.crosstab.csv.low"),
      high: t("surveys.results.crosstab.csv.high"),
      total: t("surveys.results.crosstab.total"),
    };
    downloadText("crosstab.csv", toCsv(crosstabCsv(table, words, rowName, columnName)));
  };
  return (
    <Section title={useFinding(table, sides)} lead={useDetail(table, rowName, columnName)}>
      <div className={classes.actions}>
        <SegmentedControl
          aria-label={t("surveys.results.crosstab.of")}
          value={of}
          onChange={(next) => onOf(next === "column" ? "column" : "row")}
          data={[
            { value: "row", label: t("surveys.results.crosstab.of_row") },
            { value: "column", label: t("surveys.results.crosstab.of_column") },
          ]}
        />
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={download}
        >
          CSV
        </Button>
      </div>
      <section
        className={classes.scroller}
        aria-label={`${sides.row} × ${sides.column}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
      >
        <table className={classes.cross}>
          <thead>
            <tr>
              <td />
              {table.columns.map((line) => (
                <th key={line.value ?? ""} scope="col">
                  {columnName(line)}
                </th>
              ))}
              <th scope="col" className={classes.margin}>
                {t("surveys.results.crosstab.total")}
              </th>
              {scored && (
                <th scope="col" className={classes.scored}>
                  {scoreName}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row) => (
              <tr key={row.line.value ?? ""}>
                <th scope="row">{rowName(row.line)}</th>
                {row.cells.map((cell, place) => (
                  <td
                    key={table.columns[place]?.value ?? ""}
                    data-standing={standing(table, cell) ?? undefined}
                  >
                    {figure(cell)}
                  </td>
                ))}
                <td className={classes.margin}>
                  {of === "row" && !hidden(row.total)
                    ? `n ${formatCount(row.total.n ?? 0, language)}`
                    : figure(row.total)}
                </td>
                {scored && <td>{score(row.score, `${rowName(row.line)} ${scoreName}`)}</td>}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t("surveys.results.crosstab.total")}</th>
              {table.column_totals.map((cell, place) => (
                <td key={table.columns[place]?.value ?? ""}>
                  {of === "column" && !hidden(cell)
                    ? `n ${formatCount(cell.n ?? 0, language)}`
                    : figure(cell)}
                </td>
              ))}
              <td>
                {table.n === null || table.n === undefined
                  ? t("score.suppressed")
                  : `n ${formatCount(table.n, language)}`}
              </td>
              {scored && (
                <td>{score(table.score, `${t("surveys.results.crosstab.total")} ${scoreName}`)}</td>
              )}
            </tr>
          </tfoot>
        </table>
      </section>
      <p className="meta">
        {table.test && t(`surveys.results.crosstab.methods.${table.test.method as "chi_square"}`)}{" "}
        {table.test?.cramers_v_interval &&
          t("surveys.results.crosstab.interval_note", { source: table.test.cramers_v_source })}{" "}
        {typeof table.n_missing === "number" &&
          table.n_missing > 0 &&
          t("surveys.results.crosstab.missing", { n: formatCount(table.n_missing, language) })}
      </p>
    </Section>
  );
}

/** What may be said, in a sentence; it is the title. */
function useFinding(table: Crosstab, sides: { row: string; column: string }): string {
  const { t } = useTranslation();
  const verdict = table.test?.verdict ?? (table.confidential ? "hidden" : "cannot_tell");
  return t(`surveys.results.crosstab.verdicts.${verdict as "related"}`, sides);
}

/** The figures behind the sentence, and the cell that stands out. */
function useDetail(
  table: Crosstab,
  rowName: (line: Line) => string,
  columnName: (line: Line) => string,
): string {
  const { t } = useTranslation();
  const language = useLanguage();
  const { test } = table;
  if (!test || test.p === null || test.p === undefined) return "";
  const [low, high] = test.cramers_v_interval ?? [];
  const figures = t("surveys.results.crosstab.figures", {
    v: formatDecimal(test.cramers_v ?? 0, 2, language),
    interval:
      low === undefined || high === undefined
        ? t("surveys.results.crosstab.no_interval")
        : `[${formatDecimal(low, 2, language)}, ${formatDecimal(high, 2, language)}]`,
    strength: t(`surveys.results.crosstab.strengths.${(test.strength ?? "weak") as "weak"}`),
    p: test.p < 0.001 ? "< 0.001" : `= ${formatP(test.p, language)}`,
    n: formatCount(test.n, language),
  });
  const most = peak(table);
  if (!most) return figures;
  const share = (value: number | null | undefined) => formatShare((value ?? 0) / 100, language);
  const stands = t("surveys.results.crosstab.stands_out", {
    row: rowName(most.row),
    column: columnName(most.column),
    share: share(most.cell.row_percent),
    overall: share(most.overall),
  });
  return `${stands} ${figures}`;
}
