import { Button, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import type { Metric } from "../api/types";
import { localized, useLanguage } from "../i18n/language";
import { useMay } from "../session/session";
import { formatValue } from "../ui/score/model";
import { DataTable } from "../ui/table/DataTable";
import { toastFailed } from "../ui/toast";
import classes from "./metrics.module.css";
import { metricsQuery } from "./queries";
import { scaleOf } from "./question";

interface MetricsListProps {
  metrics: Metric[];
  onClose: () => void;
  onShow: (metric: Metric) => void;
  onEdit: (metric: Metric) => void;
}

/** Every metric with what it measures, its direction and target; archived ones can be brought back. */
export function MetricsList({ metrics, onClose, onShow, onEdit }: MetricsListProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay("edit_metrics");
  const queries = useQueryClient();
  const archive = useMutation({
    mutationFn: (metric: Metric) =>
      unwrap(
        api.PATCH("/api/metrics/{id}", {
          params: { path: { id: metric.id } },
          body: { archived: !metric.archived },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: metricsQuery.queryKey }),
    onError: (error) => toastFailed(error, t("state.error_network")),
  });
  const rows = [...metrics].sort((a, b) => Number(a.archived) - Number(b.archived));
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("metrics.list.title")}
      size={880}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <DataTable
        label={t("metrics.list.title")}
        rows={rows}
        rowKey={(metric) => metric.id}
        isFaint={(metric) => metric.archived}
        columns={[
          {
            key: "name",
            header: t("field.name"),
            rowHeader: true,
            cell: (metric) => (
              <button type="button" className={classes.link} onClick={() => onShow(metric)}>
                {localized(metric.name, language, metric.id)}
              </button>
            ),
          },
          {
            key: "kind",
            header: t("metrics.form.kind"),
            wideOnly: true,
            cell: (metric) => t(`metrics.form.kinds.${metric.definition.formula.kind}`),
          },
          {
            key: "better",
            header: t("metrics.list.better"),
            wideOnly: true,
            cell: (metric) => t(`metrics.list.better_${scaleOf(metric).better}`),
          },
          {
            key: "target",
            header: t("metrics.form.target"),
            align: "end",
            cell: (metric) =>
              metric.target == null ? "—" : formatValue(metric.target, scaleOf(metric), language),
          },
          ...(may
            ? [
                {
                  key: "actions",
                  header: "",
                  label: t("metrics.list.actions"),
                  align: "end" as const,
                  cell: (metric: Metric) => (
                    <span className={classes.rowActions}>
                      <Button
                        variant="subtle"
                        size="compact-sm"
                        aria-label={t("metrics.list.edit", {
                          name: localized(metric.name, language, metric.id),
                        })}
                        onClick={() => onEdit(metric)}
                      >
                        {t("action.edit")}
                      </Button>
                      <Button
                        variant="subtle"
                        size="compact-sm"
                        loading={archive.isPending && archive.variables?.id === metric.id}
                        aria-label={t(
                          metric.archived
                            ? "metrics.list.restore_this"
                            : "metrics.list.archive_this",
                          { name: localized(metric.name, language, metric.id) },
                        )}
                        onClick={() => archive.mutate(metric)}
                      >
                        {t(metric.archived ? "metrics.list.restore" : "metrics.list.archive")}
                      </Button>
                    </span>
                  ),
                },
              ]
            : []),
        ]}
      />
      <p className={classes.about}>{t("metrics.list.archive_help")}</p>
    </Modal>
  );
}
