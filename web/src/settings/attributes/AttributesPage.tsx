import { Badge, Button } from "@mantine/core";
import { IconPlus, IconTags } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Attribute } from "../../api/types";
import { attributesQuery } from "../../filters/queries";
import { localized, useLanguage } from "../../i18n/language";
import { useMay, useSession } from "../../session/session";
import { Page } from "../../ui/page/Page";
import { EmptyState, NoPermission, QueryState } from "../../ui/page/states";
import { DataTable } from "../../ui/table/DataTable";
import tableClasses from "../../ui/table/DataTable.module.css";
import { AttributeDialog } from "./AttributeDialog";

/** What is kept about customers and accounts: declared here, filled by imports and by hand. */
export function AttributesPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay("read_results");
  const everywhere = useSession().member.units.length === 0;
  const mayEdit = useMay("edit_people") && everywhere;
  const attributes = useQuery({ ...attributesQuery, enabled: may });
  const [dialog, setDialog] = useState<{ attribute: Attribute | null } | null>(null);
  const addButton = (
    <Button
      leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
      disabled={!mayEdit}
      title={mayEdit ? undefined : t("state.no_reason")}
      onClick={() => setDialog({ attribute: null })}
    >
      {t("settings.attributes.add")}
    </Button>
  );
  const marks = (attribute: Attribute) => [
    attribute.personal && t("settings.attributes.personal"),
    attribute.frozen && t("settings.attributes.frozen"),
    attribute.archived && t("settings.attributes.archived"),
  ];

  return (
    <Page
      title={t("settings.attributes.title")}
      lead={t("settings.attributes.lead")}
      actions={may && attributes.data?.length ? addButton : undefined}
    >
      {may ? (
        <QueryState
          query={attributes}
          isEmpty={(data) => data.length === 0}
          empty={
            <EmptyState
              icon={IconTags}
              title={t("settings.attributes.empty_title")}
              body={t("settings.attributes.empty_body")}
              action={addButton}
            />
          }
        >
          {(data) => (
            <DataTable
              label={t("settings.attributes.table")}
              rows={data}
              rowKey={(attribute) => `${attribute.holder}:${attribute.key}`}
              onRowClick={mayEdit ? (attribute) => setDialog({ attribute }) : undefined}
              isFaint={(attribute) => attribute.archived}
              columns={[
                {
                  key: "name",
                  header: t("field.name"),
                  rowHeader: true,
                  cell: (attribute) => {
                    const name = localized(attribute.label, language, attribute.key);
                    return mayEdit ? (
                      <button
                        type="button"
                        className={tableClasses.rowButton}
                        onClick={() => setDialog({ attribute })}
                      >
                        {name}
                      </button>
                    ) : (
                      name
                    );
                  },
                },
                {
                  key: "key",
                  header: t("settings.attributes.key"),
                  wideOnly: true,
                  cell: (attribute) => <span className="mono">{attribute.key}</span>,
                },
                {
                  key: "holder",
                  header: t("settings.attributes.holder"),
                  wideOnly: true,
                  cell: (attribute) => t(`settings.attributes.holders.${attribute.holder}`),
                },
                {
                  key: "kind",
                  header: t("settings.attributes.kind"),
                  cell: (attribute) => (
                    <>
                      {t(`settings.attributes.kinds.${attribute.kind}`)}
                      {attribute.kind === "code" && (
                        <span className="meta">
                          {" "}
                          {t("settings.attributes.named", {
                            count: Object.keys(attribute.values).length,
                          })}
                        </span>
                      )}
                    </>
                  ),
                },
                {
                  key: "marks",
                  header: t("settings.attributes.marks"),
                  wideOnly: true,
                  cell: (attribute) =>
                    marks(attribute).map(
                      (mark) =>
                        mark && (
                          <Badge key={mark} mr={6} size="sm">
                            {mark}
                          </Badge>
                        ),
                    ),
                },
              ]}
            />
          )}
        </QueryState>
      ) : (
        <NoPermission />
      )}
      {dialog && <AttributeDialog attribute={dialog.attribute} onClose={() => setDialog(null)} />}
    </Page>
  );
}
