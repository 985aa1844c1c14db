import { Button } from "@mantine/core";
import { IconPackage, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../i18n/language";
import { useMay } from "../session/session";
import { Page } from "../ui/page/Page";
import { EmptyState, QueryState } from "../ui/page/states";
import { DataTable } from "../ui/table/DataTable";
import tableClasses from "../ui/table/DataTable.module.css";
import { textParameter, useUrlState } from "../ui/urlState";
import { OfferingDialog, useOfferingKind } from "./OfferingDialog";
import { offeringsQuery } from "./queries";

const readSearch = (search: Record<string, unknown>) => ({ open: textParameter(search.open) });

export function OfferingsPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const offerings = useQuery(offeringsQuery);
  const may = useMay("edit_touchpoints");
  const kindName = useOfferingKind();
  const [{ open }, setSearch] = useUrlState(readSearch);
  const edited = offerings.data?.find((offering) => offering.id === open);
  const addButton = (
    <Button
      leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
      disabled={!may}
      title={may ? undefined : t("state.no_reason")}
      onClick={() => setSearch({ open: "new" })}
    >
      {t("touchpoints.offerings.add")}
    </Button>
  );

  return (
    <Page
      title={t("touchpoints.offerings.title")}
      lead={t("touchpoints.offerings.lead")}
      actions={offerings.data?.length ? addButton : undefined}
    >
      <QueryState
        query={offerings}
        isEmpty={(data) => data.length === 0}
        empty={
          <EmptyState
            icon={IconPackage}
            title={t("touchpoints.offerings.empty_title")}
            body={t("touchpoints.offerings.empty_body")}
            action={addButton}
          />
        }
      >
        {(data) => (
          <DataTable
            label={t("touchpoints.offerings.table")}
            rows={data}
            rowKey={(offering) => offering.id}
            onRowClick={may ? (offering) => setSearch({ open: offering.id }) : undefined}
            isFaint={(offering) => offering.archived}
            columns={[
              {
                key: "name",
                header: t("field.name"),
                rowHeader: true,
                cell: (offering) => {
                  const name = localized(offering.name, language, offering.code);
                  return may ? (
                    <button
                      type="button"
                      className={tableClasses.rowButton}
                      onClick={() => setSearch({ open: offering.id })}
                    >
                      {name}
                    </button>
                  ) : (
                    name
                  );
                },
              },
              {
                key: "kind",
                header: t("touchpoints.offerings.kind"),
                cell: (offering) => kindName(offering.kind),
              },
              {
                key: "code",
                header: t("field.code"),
                cell: (offering) => <span className="mono">{offering.code}</span>,
              },
              {
                key: "archived",
                header: t("field.status"),
                wideOnly: true,
                cell: (offering) => (offering.archived ? t("touchpoints.archived") : ""),
              },
            ]}
          />
        )}
      </QueryState>
      {may && open && (open === "new" || edited) && (
        <OfferingDialog
          key={open}
          offering={edited ?? null}
          onClose={() => setSearch({ open: undefined })}
        />
      )}
    </Page>
  );
}
