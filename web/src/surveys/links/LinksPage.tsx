import { Button, CopyButton } from "@mantine/core";
import { IconLink, IconPlus, IconPrinter, IconQrcode } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { formatMomentDay } from "../../format/date";
import { useLanguage } from "../../i18n/language";
import { useMay } from "../../session/session";
import { useUnitName } from "../../settings/units/units";
import { useOfferingName, useTouchpointName } from "../../touchpoints/names";
import { ConfirmDialog } from "../../ui/form/ConfirmDialog";
import { EmptyState, NoPermission, QueryState } from "../../ui/page/states";
import { DataTable } from "../../ui/table/DataTable";
import type { Link, SurveySummary } from "../document";
import { linksQuery } from "../queries";
import { SurveyFrame } from "../SurveyFrame";
import classes from "../surveys.module.css";
import { LinkDialog } from "./LinkDialog";
import { QrDialog } from "./QrDialog";
import { QrSheetDialog } from "./QrSheetDialog";

type Dialog = { name: "new" } | { name: "sheet" } | { name: "qr" | "end"; link: Link };

export function SurveyLinksPage() {
  const may = useMay("edit_surveys");
  const [dialog, setDialog] = useState<Dialog | null>(null);
  return (
    <SurveyFrame actions={(survey) => may && <Actions survey={survey} onOpen={setDialog} />}>
      {(survey) => {
        if (!may) return <NoPermission />;
        const close = () => setDialog(null);
        return (
          <>
            <LinkList survey={survey} onOpen={setDialog} />
            {dialog?.name === "new" && (
              <LinkDialog
                survey={survey.id}
                onClose={close}
                onMade={(link) => setDialog({ name: "qr", link })}
              />
            )}
            {dialog?.name === "sheet" && <QrSheetDialog survey={survey.id} onClose={close} />}
            {dialog?.name === "qr" && (
              <QrDialog survey={survey.id} link={dialog.link} onClose={close} />
            )}
            {dialog?.name === "end" && (
              <EndDialog survey={survey.id} link={dialog.link} onClose={close} />
            )}
          </>
        );
      }}
    </SurveyFrame>
  );
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
      <Button
        leftSection={<IconPlus size={16} aria-hidden />}
        disabled={Boolean(reason)}
        title={reason}
        onClick={() => onOpen({ name: "new" })}
      >
        {t("surveys.links.add")}
      </Button>
    </>
  );
}

function LinkList({ survey, onOpen }: { survey: SurveySummary; onOpen: (dialog: Dialog) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const links = useQuery(linksQuery(survey.id));
  const place = usePlaceName();
  const given = (all: Link[]) => all.filter((link) => link.kind !== "preview");
  return (
    <QueryState
      query={links}
      isEmpty={(data) => given(data).length === 0}
      empty={
        <EmptyState
          icon={IconLink}
          title={t("surveys.links.empty_title")}
          body={t(
            survey.version == null ? "surveys.links.publish_first" : "surveys.links.empty_body",
          )}
        />
      }
    >
      {(data) => (
        <DataTable
          label={t("surveys.pages.links")}
          rows={given(data)}
          rowKey={(link) => link.id}
          isFaint={(link) => Boolean(link.revoked_at)}
          columns={[
            {
              key: "place",
              header: t("surveys.links.place"),
              rowHeader: true,
              cell: (link) => place(link) || t("surveys.links.anywhere"),
            },
            {
              key: "address",
              header: t("surveys.links.address"),
              wideOnly: true,
              cell: (link) => <span className={classes.address}>{link.url}</span>,
            },
            {
              key: "kind",
              header: t("surveys.links.kind"),
              wideOnly: true,
              cell: (link) => t(`surveys.links.kinds.${link.kind}`),
            },
            {
              key: "made",
              header: t("surveys.links.made"),
              wideOnly: true,
              cell: (link) => formatMomentDay(link.created_at, language),
            },
            {
              key: "actions",
              header: t("table.actions"),
              align: "end",
              cell: (link) =>
                link.revoked_at ? (
                  t("surveys.links.ended")
                ) : (
                  <span className={classes.rowActions}>
                    <CopyButton value={link.url}>
                      {({ copied, copy }) => (
                        <Button variant="subtle" size="compact-sm" onClick={copy}>
                          {t(copied ? "action.copied" : "action.copy")}
                        </Button>
                      )}
                    </CopyButton>
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      leftSection={<IconQrcode size={16} aria-hidden />}
                      onClick={() => onOpen({ name: "qr", link })}
                    >
                      {t("surveys.links.qr")}
                    </Button>
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      color="red"
                      onClick={() => onOpen({ name: "end", link })}
                    >
                      {t("surveys.links.end")}
                    </Button>
                  </span>
                ),
            },
          ]}
        />
      )}
    </QueryState>
  );
}

/** Where a link says it was answered, in words. */
export function usePlaceName(): (link: Link) => string {
  const { t } = useTranslation();
  const touchpoint = useTouchpointName();
  const unit = useUnitName();
  const offering = useOfferingName();
  return (link) =>
    [
      link.touchpoint_id && touchpoint(link.touchpoint_id),
      link.unit_id && unit(link.unit_id),
      link.offering_id && offering(link.offering_id),
      link.channel && t(`touchpoints.channel.${link.channel}`),
    ]
      .filter(Boolean)
      .join(" · ");
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
      await queries.invalidateQueries({ queryKey: linksQuery(survey).queryKey });
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
