import { ActionIcon, Menu } from "@mantine/core";
import { IconCopy, IconDots, IconPlayerPlay, IconPlayerStop, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { localized, useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { ConfirmDialog } from "../ui/form/ConfirmDialog";
import { toastDone, toastFailed } from "../ui/toast";
import type { SurveySummary } from "./document";

interface SurveyActionsProps {
  survey: SurveySummary;
  /** In a list the copy is not opened and the menu names its survey. */
  inList?: boolean;
}

/** What can be done with a survey as a whole: copy, close, open again, delete its draft. */
export function SurveyActions({ survey, inList }: SurveyActionsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay("edit_surveys");
  const [asks, setAsks] = useState<"close" | "delete" | null>(null);
  const does = useSurveyVerbs(survey, () => setAsks(null));
  const published = survey.version != null;
  const name = localized(survey.title, language, t("surveys.untitled"));
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <ActionIcon
            variant={inList ? "subtle" : "default"}
            color="gray"
            size={inList ? "md" : "lg"}
            disabled={!may}
            title={may ? undefined : t("state.no_reason")}
            aria-label={inList ? t("builder.actions.menu_of", { name }) : t("builder.actions.menu")}
          >
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconCopy size={16} aria-hidden />}
            onClick={() => does.copy.mutate(Boolean(inList))}
          >
            {t("builder.actions.duplicate")}
          </Menu.Item>
          {survey.status === "live" && (
            <Menu.Item
              leftSection={<IconPlayerStop size={16} aria-hidden />}
              onClick={() => setAsks("close")}
            >
              {t("builder.actions.close")}
            </Menu.Item>
          )}
          {survey.status === "closed" && (
            <Menu.Item
              leftSection={<IconPlayerPlay size={16} aria-hidden />}
              onClick={() => does.reopen.mutate()}
            >
              {t("builder.actions.reopen")}
            </Menu.Item>
          )}
          <Menu.Item
            color={published ? undefined : "red"}
            leftSection={<IconTrash size={16} aria-hidden />}
            disabled={published}
            title={published ? t("builder.actions.kept") : undefined}
            onClick={() => setAsks("delete")}
          >
            {t("builder.actions.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asks === "close" && (
        <ConfirmDialog
          opened
          title={t("builder.actions.close_title")}
          body={t("builder.actions.close_body")}
          confirmLabel={t("builder.actions.close")}
          pending={does.close.isPending}
          error={does.close.error}
          onClose={() => setAsks(null)}
          onConfirm={() => does.close.mutate()}
        />
      )}
      {asks === "delete" && (
        <ConfirmDialog
          opened
          title={t("builder.actions.delete_title")}
          body={t("builder.actions.delete_body")}
          confirmLabel={t("builder.actions.delete")}
          pending={does.remove.isPending}
          error={does.remove.error}
          onClose={() => setAsks(null)}
          onConfirm={() => does.remove.mutate()}
        />
      )}
    </>
  );
}

function useSurveyVerbs({ id }: SurveySummary, onDone: () => void) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const path = { params: { path: { id } } };
  const failed = (error: unknown) => toastFailed(error, t("state.error_network"));
  const changed = async (said: string) => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: ["surveys", "list"] }),
      queries.invalidateQueries({ queryKey: ["surveys", id], exact: true }),
    ]);
    toastDone(said);
    onDone();
  };
  const copy = useMutation({
    mutationFn: (_stay: boolean) => unwrap(api.POST("/api/surveys/{id}/duplicate", path)),
    onSuccess: async (made, stay) => {
      await changed(t("builder.actions.duplicated"));
      if (!stay) await navigate({ to: paths.surveyBuild(made.id) } as never);
    },
    onError: failed,
  });
  const close = useMutation({
    mutationFn: () => unwrap(api.POST("/api/surveys/{id}/close", path)),
    onSuccess: () => changed(t("builder.actions.closed")),
  });
  const reopen = useMutation({
    mutationFn: () => unwrap(api.POST("/api/surveys/{id}/reopen", path)),
    onSuccess: () => changed(t("builder.actions.reopened")),
    onError: failed,
  });
  const remove = useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/surveys/{id}", path)),
    onSuccess: async () => {
      // The page of a survey that is gone is left before its data are asked for again.
      await navigate({ to: paths.surveys() } as never);
      queries.removeQueries({ queryKey: ["surveys", id] });
      await queries.invalidateQueries({ queryKey: ["surveys", "list"] });
      toastDone(t("builder.actions.deleted"));
      onDone();
    },
  });
  return { copy, close, reopen, remove };
}
