import { Alert, Badge, Button, NativeSelect } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import type { Sending } from "../api/upload";
import { formatMoment } from "../format/date";
import { formatBytes, formatCount } from "../format/number";
import { useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { AppLink } from "../ui/AppLink";
import { useHeadingFocus } from "../ui/page/focus";
import { Page, Section } from "../ui/page/Page";
import { ErrorState, NoPermission, QueryState } from "../ui/page/states";
import { DataTable } from "../ui/table/DataTable";
import { LoadMore } from "../ui/table/LoadMore";
import { toastFailed } from "../ui/toast";
import { ConversionReport } from "./ConversionReport";
import { FileDrop } from "./FileDrop";
import classes from "./imports.module.css";
import { type Conversion, type Import, type ImportStatus, isSurveyFile } from "./model";
import {
  importQuery,
  importsQuery,
  limitsQuery,
  savedMappingsQuery,
  sendRows,
  sendSurvey,
} from "./queries";

export function ImportsPage() {
  const { t } = useTranslation();
  const may = useMay("import_data");
  if (!may) {
    return (
      <Page title={t("imports.title")}>
        <NoPermission />
      </Page>
    );
  }
  return <Imports />;
}

type Sent = { rows: Import } | { survey: Conversion; file: File };

function Imports() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const limits = useQuery(limitsQuery);
  const [kept, setKept] = useState<string | null>(null);
  const [share, setShare] = useState(0);
  const sending = useRef<Sending<unknown> | null>(null);
  const send = useMutation({
    mutationFn: async (file: File): Promise<Sent> => {
      setShare(0);
      const follow = <T,>(each: Sending<T>) => {
        sending.current = each;
        return each.done;
      };
      return isSurveyFile(file.name)
        ? { survey: await follow(sendSurvey(file, false, setShare)), file }
        : { rows: await follow(sendRows(file, kept, setShare)) };
    },
    onSuccess: async (sent) => {
      if (!("rows" in sent)) return;
      queries.setQueryData(importQuery(sent.rows.id).queryKey, sent.rows);
      await queries.invalidateQueries({ queryKey: importsQuery.queryKey });
      await navigate({ to: paths.importFile(sent.rows.id) } as never);
    },
  });
  const cancelled = send.error instanceof DOMException;
  const problem = send.error && !cancelled ? asProblem(send.error) : null;
  const converted = send.data && "survey" in send.data ? send.data : null;
  useHeadingFocus(converted ? "survey" : "files");

  if (limits.isError) {
    return (
      <Page title={t("imports.title")}>
        <ErrorState error={limits.error} onRetry={() => limits.refetch()} />
      </Page>
    );
  }
  if (converted) {
    return (
      <ConversionReport
        conversion={converted.survey}
        file={converted.file}
        onBack={() => send.reset()}
      />
    );
  }
  return (
    <Page title={t("imports.title")} lead={t("imports.lead")}>
      {problem && (
        <Alert color="red" variant="light" role="alert" mb="md" title={send.variables?.name}>
          {problem.detail || t("state.error_network")}
        </Alert>
      )}
      <FileDrop
        most={limits.data?.file_bytes}
        sending={send.isPending ? { name: send.variables.name, share } : null}
        onFile={(file) => send.mutate(file)}
        onCancel={() => sending.current?.cancel()}
      />
      <KeptMappings chosen={kept} onChoose={setKept} />
      <PastImports />
    </Page>
  );
}

/** Mappings kept earlier: one can be laid on the next file, or forgotten. */
function KeptMappings({
  chosen,
  onChoose,
}: {
  chosen: string | null;
  onChoose: (name: string | null) => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data } = useQuery(savedMappingsQuery);
  const forget = useMutation({
    mutationFn: (name: string) =>
      unwrap(api.DELETE("/api/import-mappings/{name}", { params: { path: { name } } })),
    onSuccess: async () => {
      onChoose(null);
      await queries.invalidateQueries({ queryKey: savedMappingsQuery.queryKey });
    },
    onError: (error) => toastFailed(error, t("state.error_unknown")),
  });
  if (!data?.length) return null;
  return (
    <div className={classes.kept}>
      <NativeSelect
        label={t("imports.kept.label")}
        description={t("imports.kept.help")}
        value={chosen ?? ""}
        onChange={(event) => onChoose(event.currentTarget.value || null)}
        data={[
          { value: "", label: t("imports.kept.none") },
          ...data.map(({ name }) => ({ value: name, label: name })),
        ]}
      />
      {chosen && (
        <Button
          variant="subtle"
          color="red"
          loading={forget.isPending}
          onClick={() => forget.mutate(chosen)}
        >
          {t("imports.kept.forget", { name: chosen })}
        </Button>
      )}
    </div>
  );
}

function PastImports() {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const imports = useInfiniteQuery(importsQuery);
  return (
    <Section title={t("imports.past.title")}>
      <QueryState
        query={imports}
        isEmpty={(data) => data.pages[0]?.items.length === 0}
        empty={<p className="meta">{t("imports.past.empty")}</p>}
      >
        {(data) => (
          <>
            <DataTable
              label={t("imports.past.table")}
              rows={data.pages.flatMap((page) => page.items)}
              rowKey={(each) => each.id}
              onRowClick={(each) => void navigate({ to: paths.importFile(each.id) } as never)}
              columns={[
                {
                  key: "file",
                  header: t("imports.past.file"),
                  rowHeader: true,
                  cell: (each) => (
                    <AppLink to={paths.importFile(each.id)}>{each.file_name}</AppLink>
                  ),
                },
                {
                  key: "status",
                  header: t("field.status"),
                  cell: (each) => <ImportState status={each.status} />,
                },
                {
                  key: "rows_are",
                  header: t("imports.past.rows_are"),
                  wideOnly: true,
                  cell: (each) => t(`imports.rows_are.${each.mapping.target.kind}`),
                },
                {
                  key: "records",
                  header: t("imports.past.records"),
                  align: "end",
                  cell: (each) =>
                    each.checkpoint > 0 ? formatCount(each.checkpoint, language) : "–",
                },
                {
                  key: "size",
                  header: t("imports.past.size"),
                  align: "end",
                  wideOnly: true,
                  cell: (each) => formatBytes(each.bytes, language),
                },
                {
                  key: "when",
                  header: t("imports.past.when"),
                  align: "end",
                  wideOnly: true,
                  cell: (each) => formatMoment(each.changed_at, language),
                },
              ]}
            />
            <LoadMore query={imports} />
          </>
        )}
      </QueryState>
    </Section>
  );
}

export function ImportState({ status }: { status: ImportStatus }) {
  const { t } = useTranslation();
  return (
    <Badge
      variant={status === "done" || status === "running" ? "light" : "default"}
      color={status === "failed" ? "red" : undefined}
      tt="none"
      fw={500}
    >
      {t(`imports.status.${status}`)}
    </Badge>
  );
}
