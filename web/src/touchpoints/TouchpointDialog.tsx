import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import type { Channel, StageName, Touchpoint } from "../api/types";
import { UnitSelect } from "../settings/units/UnitSelect";
import formClasses from "../ui/form/form.module.css";
import { CHANNELS, STAGES } from "./model";
import { NamedDialog } from "./NamedDialog";
import { touchpointsQuery } from "./queries";

interface TouchpointDialogProps {
  /** Absent: a new one. */
  touchpoint: Touchpoint | null;
  /** Where a new one begins. */
  stage?: StageName | undefined;
  onClose: () => void;
}

export function TouchpointDialog({ touchpoint, stage, onClose }: TouchpointDialogProps) {
  const { t } = useTranslation();
  return (
    <NamedDialog
      thing={touchpoint}
      own={{
        channel: touchpoint?.channel ?? ("store" as Channel),
        stage: touchpoint?.stage ?? stage ?? ("use_and_support" as StageName),
        experience: touchpoint?.experience ?? ("direct" as Touchpoint["experience"]),
        owner_unit_id: touchpoint?.owner_unit_id ?? null,
      }}
      addTitle={t("touchpoints.add")}
      listKey={touchpointsQuery.queryKey}
      create={(body) => unwrap(api.POST("/api/touchpoints", { body }))}
      change={(id, body) =>
        unwrap(api.PATCH("/api/touchpoints/{id}", { params: { path: { id } }, body }))
      }
      onClose={onClose}
      size={560}
    >
      {(own, set, fault) => (
        <>
          <div className={formClasses.pair}>
            <Select
              label={t("touchpoints.channel_label")}
              data={CHANNELS.map((each) => ({
                value: each,
                label: t(`touchpoints.channel.${each}`),
              }))}
              value={own.channel}
              onChange={(channel) => channel && set({ channel: channel as Channel })}
            />
            <Select
              label={t("touchpoints.stage_label")}
              data={STAGES.map((each) => ({ value: each, label: t(`touchpoints.stage.${each}`) }))}
              value={own.stage}
              onChange={(next) => next && set({ stage: next as StageName })}
            />
          </div>
          <Select
            label={t("touchpoints.experience_label")}
            description={t("touchpoints.experience_help")}
            data={(["direct", "indirect"] as const).map((each) => ({
              value: each,
              label: t(`touchpoints.experience.${each}`),
            }))}
            value={own.experience}
            onChange={(next) => next && set({ experience: next as "direct" | "indirect" })}
          />
          <UnitSelect
            label={t("touchpoints.owner")}
            value={own.owner_unit_id}
            onChange={(owner_unit_id) => set({ owner_unit_id })}
            clearable={!touchpoint?.owner_unit_id}
            error={fault("owner_unit_id")}
          />
        </>
      )}
    </NamedDialog>
  );
}
