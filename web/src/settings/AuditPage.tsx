import { Button, Select } from "@mantine/core";
import { IconDownload, IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { allPages } from "../api/pages";
import type { AuditEntry } from "../api/types";
import { downloadText, toCsv } from "../format/csv";
import { dayOf, formatDate, formatTime } from "../format/date";
import { useLanguage } from "../i18n/language";
import { useMay } from "../session/session";
import { AppLink } from "../ui/AppLink";
import { DayInput } from "../ui/form/DayInput";
import formClasses from "../ui/form/form.module.css";
import { Page } from "../ui/page/Page";
import { EmptyState, ErrorState, ListSkeleton, NoPermission } from "../ui/page/states";
import { LoadMore } from "../ui/table/LoadMore";
import { toastFailed } from "../ui/toast";
import { textParameter, useUrlState } from "../ui/urlState";
import { KINDS, placeOf } from "./audit";
import classes from "./audit.module.css";
import { useAuditWords } from "./auditWords";
import { type AuditFilter, auditParameters, auditQuery, membersQuery } from "./queries";

const day = (value: unknown) => {
  const text = textParameter(value);
  return text && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
};

const readSearch = (search: Record<string, unknown>): AuditFilter => ({
  kind: KINDS.find((kind) => kind === search.kind),
  actor: textParameter(search.actor),
  from: day(search.from),
  to: day(search.to),
});

export function AuditPage() {
  const { t } = useTranslation();
  const may = useMay("read_audit");
  const [filter, setFilter] = useUrlState(readSearch);
  return (
    <Page
      title={t("settings.audit.title")}
      lead={t("settings.audit.lead")}
      width="reading"
      actions={may && <Download filter={filter} />}
    >
      {may ? (
        <>
          <Filters filter={filter} setFilter={setFilter} />
          <Log filter={filter} onClear={() => setFilter(EVERYTHING)} />
        </>
      ) : (
        <NoPermission />
      )}
    </Page>
  );
}

const EVERYTHING: AuditFilter = {
  kind: undefined,
  actor: undefined,
  from: undefined,
  to: undefined,
};

interface FiltersProps {
  filter: AuditFilter;
  setFilter: (next: Partial<AuditFilter>) => void;
}

function Filters({ filter, setFilter }: FiltersProps) {
  const { t } = useTranslation();
  const mayList = useMay("edit_members");
  const { data: members } = useQuery({ ...membersQuery, enabled: mayList });
  const actors = [
    { value: "operator", label: t("settings.audit.operator") },
    { value: "system", label: t("settings.audit.system") },
    ...(members ?? []).map((member) => ({ value: member.id, label: member.name })),
  ];
  const known = actors.some((each) => each.value === filter.actor);
  return (
    <div className={`${formClasses.filters} ${classes.filters}`}>
      <Select
        label={t("settings.audit.kind")}
        placeholder={t("settings.audit.every_kind")}
        data={KINDS.map((each) => ({ value: each, label: t(`settings.audit.kinds.${each}`) }))}
        value={filter.kind ?? null}
        clearable
        onChange={(next) => setFilter({ kind: (next ?? undefined) as AuditFilter["kind"] })}
      />
      <Select
        label={t("settings.audit.actor")}
        placeholder={t("settings.audit.everybody")}
        data={
          filter.actor && !known
            ? [...actors, { value: filter.actor, label: filter.actor }]
            : actors
        }
        value={filter.actor ?? null}
        searchable
        clearable
        onChange={(next) => setFilter({ actor: next ?? undefined })}
      />
      {(["from", "to"] as const).map((end) => (
        <DayInput
          key={end}
          label={t(`settings.audit.${end}`)}
          value={filter[end] ?? ""}
          onChange={(next) => setFilter({ [end]: next || undefined })}
        />
      ))}
    </div>
  );
}

function Log({ filter, onClear }: { filter: AuditFilter; onClear: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const audit = useInfiniteQuery(auditQuery(filter));
  const lines = audit.data?.pages.flatMap((page) => page.items) ?? [];
  const words = useAuditWords(lines);
  if (audit.isPending) return <ListSkeleton rows={10} />;
  if (audit.isError) return <ErrorState error={audit.error} onRetry={() => audit.refetch()} />;
  if (lines.length === 0) {
    const filtered = Object.values(filter).some(Boolean);
    return (
      <EmptyState
        icon={IconHistory}
        title={filtered ? t("state.no_results") : t("settings.audit.empty_title")}
        action={
          filtered && (
            <Button variant="default" onClick={onClear}>
              {t("settings.audit.clear")}
            </Button>
          )
        }
      />
    );
  }
  const days = new Map<string, AuditEntry[]>();
  for (const line of lines) {
    const date = dayOf(line.at);
    days.set(date, [...(days.get(date) ?? []), line]);
  }
  return (
    <>
      {[...days].map(([date, ofDay]) => (
        <section key={date} className={classes.day} aria-label={formatDate(date, language)}>
          <h2 className={classes.date}>{formatDate(date, language)}</h2>
          <ol className={classes.lines}>
            {ofDay.map((line) => (
              <Line key={line.id} line={line} words={words} />
            ))}
          </ol>
        </section>
      ))}
      <LoadMore query={audit} />
    </>
  );
}

function Line({ line, words }: { line: AuditEntry; words: ReturnType<typeof useAuditWords> }) {
  const language = useLanguage();
  const place = placeOf(line);
  const details = words.details(line);
  return (
    <li className={classes.line}>
      <time dateTime={line.at} className="num">
        {formatTime(line.at, language)}
      </time>
      <div>
        <p className={classes.said}>
          {words.sentence(line).map((part, index) => {
            const key = `${index}`;
            if (part === "who") return <strong key={key}>{words.who(line)}</strong>;
            if (part !== "what") return <span key={key}>{part.text}</span>;
            const what = words.what(line);
            return place ? (
              <AppLink key={key} {...place}>
                {what}
              </AppLink>
            ) : (
              <span key={key} className={classes.what}>
                {what}
              </span>
            );
          })}
        </p>
        {details.length > 0 && (
          <p className="meta">{details.join(language === "ja" ? "、" : ", ")}</p>
        )}
      </div>
    </li>
  );
}

/** Every line that fits, in the words of the screen. */
function Download({ filter }: { filter: AuditFilter }) {
  const { t } = useTranslation();
  const words = useAuditWords([], true);
  const make = useMutation({
    mutationFn: async () => {
      const lines = await allPages((cursor) =>
        unwrap(
          api.GET("/api/audit", {
            params: { query: { ...auditParameters(filter), limit: 200, cursor } },
          }),
        ),
      );
      const header = [
        t("settings.audit.at"),
        t("settings.audit.actor"),
        t("settings.audit.action"),
        t("settings.audit.subject"),
        t("settings.audit.subject_id"),
      ];
      const rows = lines.map((line) => [
        line.at,
        words.who(line),
        [words.plain(line), ...words.details(line)].join(" / "),
        words.what(line),
        line.subject,
      ]);
      downloadText(`${t("settings.audit.csv_name")}.csv`, toCsv([header, ...rows]));
    },
    onError: (error) => toastFailed(error, t("settings.audit.csv_failed")),
  });
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} stroke={1.6} aria-hidden />}
      loading={make.isPending}
      onClick={() => make.mutate()}
    >
      {t("settings.audit.csv")}
    </Button>
  );
}
