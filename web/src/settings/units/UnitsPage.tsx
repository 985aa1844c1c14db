import { Button, TextInput } from "@mantine/core";
import { IconPlus, IconSearch, IconSitemap, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Unit } from "../../api/types";
import { formatDate } from "../../format/date";
import { addDays } from "../../format/period";
import { localized, useLanguage } from "../../i18n/language";
import { useMay } from "../../session/session";
import { DayInput } from "../../ui/form/DayInput";
import { Page } from "../../ui/page/Page";
import { EmptyState, QueryState } from "../../ui/page/states";
import { DataTable } from "../../ui/table/DataTable";
import { textParameter, useUrlState } from "../../ui/urlState";
import { useKindName } from "./kinds";
import { foundRows, isFound, type UnitRow, unitRows } from "./tree";
import { UnitDialog } from "./UnitDialog";
import { UnitImportDialog } from "./UnitImportDialog";
import { unitsQuery } from "./units";
import classes from "./units.module.css";

const readSearch = (search: Record<string, unknown>) => ({
  asOf:
    typeof search.asOf === "string" && /^\d{4}-\d{2}-\d{2}$/.test(search.asOf)
      ? search.asOf
      : undefined,
  q: textParameter(search.q),
});

export function UnitsPage() {
  const { t } = useTranslation();
  const [{ asOf, q }, setSearch] = useUrlState(readSearch);
  const units = useQuery(unitsQuery(asOf));
  const mayEdit = useMay("edit_organisation");
  const [dialog, setDialog] = useState<{ unit: Unit | null } | null>(null);
  const [importing, setImporting] = useState(false);
  const open = (unit: Unit) => setDialog({ unit });
  const reason = mayEdit ? undefined : t("state.no_reason");

  return (
    <Page
      title={t("settings.units.title")}
      lead={t("settings.units.lead")}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconUpload size={16} stroke={1.6} aria-hidden />}
            disabled={!mayEdit}
            title={reason}
            onClick={() => setImporting(true)}
          >
            {t("settings.units.import")}
          </Button>
          <Button
            leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
            disabled={!mayEdit}
            title={reason}
            onClick={() => setDialog({ unit: null })}
          >
            {t("settings.units.add")}
          </Button>
        </>
      }
    >
      <div className={classes.asOf}>
        <TextInput
          className={classes.search}
          type="search"
          label={t("settings.units.search")}
          leftSection={<IconSearch size={16} stroke={1.6} aria-hidden />}
          value={q ?? ""}
          onChange={(event) =>
            setSearch({ q: event.currentTarget.value || undefined }, { replace: true })
          }
        />
        <DayInput
          label={t("settings.units.as_of")}
          value={asOf ?? ""}
          onChange={(day) => setSearch({ asOf: day || undefined })}
        />
        {asOf && (
          <Button variant="subtle" onClick={() => setSearch({ asOf: undefined })}>
            {t("settings.units.today")}
          </Button>
        )}
      </div>
      <QueryState
        query={units}
        isEmpty={(data) => data.length === 0}
        empty={
          <EmptyState
            icon={IconSitemap}
            title={t("settings.units.empty_title")}
            body={t("settings.units.empty_body")}
            action={
              mayEdit && (
                <>
                  <Button variant="default" onClick={() => setImporting(true)}>
                    {t("settings.units.import")}
                  </Button>
                  <Button onClick={() => setDialog({ unit: null })}>
                    {t("settings.units.add")}
                  </Button>
                </>
              )
            }
          />
        }
      >
        {(data) => {
          const rows = foundRows(unitRows(data), q ?? "");
          if (rows.length === 0) {
            return (
              <EmptyState
                icon={IconSearch}
                title={t("settings.units.nothing_title", { text: q })}
                body={asOf && t("settings.units.nothing_as_of")}
              />
            );
          }
          return <UnitTable rows={rows} typed={q ?? ""} onOpen={mayEdit ? open : undefined} />;
        }}
      </QueryState>
      {dialog && <UnitDialog unit={dialog.unit} onClose={() => setDialog(null)} />}
      {importing && <UnitImportDialog onClose={() => setImporting(false)} />}
    </Page>
  );
}

interface UnitTableProps {
  rows: UnitRow[];
  /** What was searched for; units that only show the place of others are faint. */
  typed: string;
  onOpen?: ((unit: Unit) => void) | undefined;
}

function UnitTable({ rows, typed, onOpen }: UnitTableProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const kindName = useKindName();
  return (
    <DataTable
      label={t("settings.units.table")}
      rows={rows}
      rowKey={(row) => row.unit.id}
      onRowClick={onOpen && ((row) => onOpen(row.unit))}
      isFaint={({ unit }) => !isFound(unit, typed)}
      columns={[
        {
          key: "name",
          header: t("field.name"),
          rowHeader: true,
          cell: ({ unit, depth }) => (
            <span className={classes.name} style={{ paddingInlineStart: depth * 20 }}>
              {depth > 0 && <span className={classes.branch} aria-hidden="true" />}
              {onOpen ? (
                <button type="button" className={classes.open} onClick={() => onOpen(unit)}>
                  {localized(unit.name, language, unit.code)}
                </button>
              ) : (
                localized(unit.name, language, unit.code)
              )}
            </span>
          ),
        },
        {
          key: "code",
          header: t("field.code"),
          cell: ({ unit }) => <span className="mono">{unit.code}</span>,
        },
        {
          key: "kind",
          header: t("settings.units.kind"),
          wideOnly: true,
          cell: ({ unit }) => kindName(unit.kind),
        },
        {
          key: "valid",
          header: t("settings.units.valid"),
          wideOnly: true,
          cell: ({ unit }) => <Validity unit={unit} />,
        },
      ]}
    />
  );
}

function Validity({ unit }: { unit: Unit }) {
  const { t } = useTranslation();
  const language = useLanguage();
  // The API gives the first day on which the unit no longer is; people say the last one it was.
  const parts = [
    unit.valid_from && t("settings.units.from", { from: formatDate(unit.valid_from, language) }),
    unit.valid_to &&
      t("settings.units.until", { to: formatDate(addDays(unit.valid_to, -1), language) }),
  ].filter(Boolean);
  return (
    <span className="meta">{parts.length ? parts.join(" ") : t("settings.units.always")}</span>
  );
}
