import { Button, Switch } from "@mantine/core";
import { IconMapPin, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../i18n/language";
import { useMay } from "../session/session";
import { useUnitName } from "../settings/units/units";
import { Page } from "../ui/page/Page";
import { EmptyState, QueryState } from "../ui/page/states";
import { DataTable } from "../ui/table/DataTable";
import tableClasses from "../ui/table/DataTable.module.css";
import { textParameter, useUrlState } from "../ui/urlState";
import { STAGES } from "./model";
import { touchpointsQuery } from "./queries";
import { TouchpointDialog } from "./TouchpointDialog";

const readSearch = (search: Record<string, unknown>) => ({
  /** `new`, or the id of the touchpoint being edited. */
  open: textParameter(search.open),
  stage: STAGES.find((stage) => stage === search.stage),
  archived: search.archived === true ? true : undefined,
});

export function TouchpointsPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const touchpoints = useQuery(touchpointsQuery);
  const may = useMay("edit_touchpoints");
  const unitName = useUnitName();
  const [{ open, stage, archived }, setSearch] = useUrlState(readSearch);
  const edited = touchpoints.data?.find((touchpoint) => touchpoint.id === open);
  const addButton = (
    <Button
      leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
      disabled={!may}
      title={may ? undefined : t("state.no_reason")}
      onClick={() => setSearch({ open: "new" })}
    >
      {t("touchpoints.add")}
    </Button>
  );

  return (
    <Page
      title={t("touchpoints.title")}
      lead={t("touchpoints.lead")}
      actions={touchpoints.data?.length ? addButton : undefined}
    >
      <QueryState
        query={touchpoints}
        isEmpty={(data) => data.length === 0}
        empty={
          <EmptyState
            icon={IconMapPin}
            title={t("touchpoints.empty_title")}
            body={t("touchpoints.empty_body")}
            action={addButton}
          />
        }
      >
        {(data) => {
          const shown = data
            .filter((touchpoint) => archived || !touchpoint.archived)
            .sort((a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage));
          return (
            <>
              {data.some((touchpoint) => touchpoint.archived) && (
                <Switch
                  mb="md"
                  label={t("touchpoints.show_archived")}
                  checked={Boolean(archived)}
                  onChange={(event) =>
                    setSearch({ archived: event.currentTarget.checked || undefined })
                  }
                />
              )}
              <DataTable
                label={t("touchpoints.table")}
                rows={shown}
                rowKey={(touchpoint) => touchpoint.id}
                onRowClick={may ? (touchpoint) => setSearch({ open: touchpoint.id }) : undefined}
                isFaint={(touchpoint) => touchpoint.archived}
                columns={[
                  {
                    key: "name",
                    header: t("field.name"),
                    rowHeader: true,
                    cell: (touchpoint) => {
                      const name = localized(touchpoint.name, language, touchpoint.code);
                      return may ? (
                        <button
                          type="button"
                          className={tableClasses.rowButton}
                          onClick={() => setSearch({ open: touchpoint.id })}
                        >
                          {name}
                        </button>
                      ) : (
                        name
                      );
                    },
                  },
                  {
                    key: "channel",
                    header: t("touchpoints.channel_label"),
                    cell: (touchpoint) => t(`touchpoints.channel.${touchpoint.channel}`),
                  },
                  {
                    key: "stage",
                    header: t("touchpoints.stage_label"),
                    cell: (touchpoint) => t(`touchpoints.stage.${touchpoint.stage}`),
                  },
                  {
                    key: "experience",
                    header: t("touchpoints.experience_label"),
                    wideOnly: true,
                    cell: (touchpoint) => t(`touchpoints.experience.${touchpoint.experience}`),
                  },
                  {
                    key: "owner",
                    header: t("touchpoints.owner"),
                    wideOnly: true,
                    cell: (touchpoint) =>
                      touchpoint.owner_unit_id ? unitName(touchpoint.owner_unit_id) : "",
                  },
                  {
                    key: "code",
                    header: t("field.code"),
                    wideOnly: true,
                    cell: (touchpoint) => <span className="mono">{touchpoint.code}</span>,
                  },
                ]}
              />
            </>
          );
        }}
      </QueryState>
      {may && open && (open === "new" || edited) && (
        <TouchpointDialog
          key={open}
          touchpoint={edited ?? null}
          stage={stage}
          onClose={() => setSearch({ open: undefined, stage: undefined })}
        />
      )}
    </Page>
  );
}
