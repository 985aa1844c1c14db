import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconLink, IconPlus, IconPrinter, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { useMay } from "../../session/session";
import { ConfirmDialog } from "../../ui/form/ConfirmDialog";
import { EmptyState, NoPermission, QueryState } from "../../ui/page/states";
import { LoadMore } from "../../ui/table/LoadMore";
import { textParameter, useUrlState } from "../../ui/urlState";
import type { Link, SurveySummary } from "../document";
import { linksKey, linksQuery } from "../queries";
import { SurveyFrame } from "../SurveyFrame";
import classes from "../surveys.module.css";
import { LinkDialog, type MadeList } from "./LinkDialog";
import { LinkTable } from "./LinkTable";
import { MadeListDialog } from "./MadeListDialog";
import { QrDialog } from "./QrDialog";
import { QrSheetDialog } from "./QrSheetDialog";
import { SignDialog } from "./SignDialog";

export type LinkDialogName = "qr" | "end" | "sign";
type Dialog =
  | { name: "new" | "sheet" }
  | { name: LinkDialogName; link: Link }
  | { name: "made"; list: MadeList };

const KINDS = ["public", "personal"] as const;

const readSearch = (search: Record<string, unknown>) => ({
  q: textParameter(search.q),
  kind: KINDS.find((each) => each === search.kind),
});

export function SurveyLinksPage() {
  const may = useMay("edit_surveys");
  const [dialog, setDialog] = useState<Dialog | null>(null);
  return (
    <SurveyFrame actions={(survey) => may && <Actions survey={survey} onOpen={setDialog} />}>
      {(survey) =>
        may ? (
          <>
            <LinkList
              survey={survey}
              onAdd={() => setDialog({ name: "new" })}
              onOpen={(name, link) => setDialog({ name, link })}
            />
            {dialog && <OpenDialog survey={survey} dialog={dialog} onOpen={setDialog} />}
          </>
        ) : (
          <NoPermission />
        )
      }
    </SurveyFrame>
  );
}

interface OpenDialogProps {
  survey: SurveySummary;
  dialog: Dialog;
  onOpen: (dialog: Dialog | null) => void;
}

function OpenDialog({ survey, dialog, onOpen }: OpenDialogProps) {
  const close = () => onOpen(null);
  switch (dialog.name) {
    case "new":
      return (
        <LinkDialog
          survey={survey}
          onClose={close}
          onMade={(link) => onOpen({ name: "qr", link })}
          onMadeList={(list) => onOpen({ name: "made", list })}
        />
      );
    case "made":
      return <MadeListDialog list={dialog.list} onClose={close} />;
    case "sheet":
      return <QrSheetDialog survey={survey.id} onClose={close} />;
    case "qr":
      return <QrDialog survey={survey.id} link={dialog.link} onClose={close} />;
    case "sign":
      return <SignDialog survey={survey} link={dialog.link} onClose={close} />;
    case "end":
      return <EndDialog survey={survey.id} link={dialog.link} onClose={close} />;
  }
}

function Actions({ survey, onOpen }: { survey: SurveySummary; onOpen: (dialog: Dialog) => void }) {
  const { t } = useTranslation();
  const reason = survey.version == null ? t("surveys.links.publish_first") : undefined;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPrinter size={16} aria-hidden />}
        disabled={Boolean(reason)}
        title={reason}
        onClick={() => onOpen({ name: "sheet" })}
      >
        {t("surveys.links.sheet")}
      </Button>
      <NewLinkButton survey={survey} onClick={() => onOpen({ name: "new" })} />
    </>
  );
}

function NewLinkButton({ survey, onClick }: { survey: SurveySummary; onClick: () => void }) {
  const { t } = useTranslation();
  const reason = survey.version == null ? t("surveys.links.publish_first") : undefined;
  return (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      disabled={Boolean(reason)}
      title={reason}
      onClick={onClick}
    >
      {t("surveys.links.add")}
    </Button>
  );
}

interface LinkListProps {
  survey: SurveySummary;
  onAdd: () => void;
  onOpen: (dialog: LinkDialogName, link: Link) => void;
}

function LinkList({ survey, onAdd, onOpen }: LinkListProps) {
  const { t } = useTranslation();
  const [{ q, kind }, setSearch] = useUrlState(readSearch);
  const [text, setText] = useState(q ?? "");
  const apply = useDebouncedCallback(
    (next: string) => setSearch({ q: next.trim() || undefined }, { replace: true }),
    250,
  );
  const links = useInfiniteQuery(linksQuery(survey.id, { kind, q }));
  // The preview is the builder's own and is handed out to nobody.
  const given = links.data?.pages
    .flatMap((page) => page.items)
    .filter((link) => link.kind !== "preview");
  return (
    <>
      <div className={classes.filter}>
        <TextInput
          type="search"
          aria-label={t("links.search")}
          placeholder={t("links.search")}
          leftSection={<IconSearch size={16} stroke={1.6} aria-hidden />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            apply(event.currentTarget.value);
          }}
        />
        <SegmentedControl
          className="segments"
          aria-label={t("links.kind_filter")}
          value={kind ?? "all"}
          onChange={(next) => setSearch({ kind: KINDS.find((each) => each === next) })}
          data={[
            { value: "all", label: t("links.all") },
            ...KINDS.map((value) => ({ value, label: t(`surveys.links.kinds.${value}`) })),
          ]}
        />
      </div>
      <QueryState
        query={links}
        isEmpty={() => given?.length === 0 && !links.hasNextPage}
        empty={
          q ? (
            <EmptyState icon={IconSearch} title={t("links.none")} body={t("links.none_body")} />
          ) : (
            <EmptyState
              icon={IconLink}
              title={t("surveys.links.empty_title")}
              body={t(
                survey.version == null ? "surveys.links.publish_first" : "surveys.links.empty_body",
              )}
              action={survey.version != null && <NewLinkButton survey={survey} onClick={onAdd} />}
            />
          )
        }
      >
        {() => (
          <>
            <LinkTable links={given ?? []} onOpen={onOpen} />
            <LoadMore query={links} />
          </>
        )}
      </QueryState>
    </>
  );
}

function EndDialog({ survey, link, onClose }: { survey: string; link: Link; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () =>
      unwrap(
        api.DELETE("/api/surveys/{id}/links/{link}", {
          params: { path: { id: survey, link: link.id } },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: linksKey(survey) });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      opened
      title={t("surveys.links.end")}
      body={t("surveys.links.end_body")}
      confirmLabel={t("surveys.links.end")}
      pending={end.isPending}
      error={end.error}
      onClose={onClose}
      onConfirm={() => end.mutate()}
    />
  );
}
