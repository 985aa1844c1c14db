import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatDate } from "../../format/date";
import { addDays } from "../../format/period";
import { localized, useLanguage } from "../../i18n/language";
import { DataTable } from "../../ui/table/DataTable";
import { SHOWN, type UnitChange } from "./import";
import classes from "./import.module.css";
import { useKindName } from "./kinds";
import { unitsQuery } from "./units";

/** Everything that a file changes, unit by unit, in words. */
export function UnitChanges({ changes }: { changes: readonly UnitChange[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [all, setAll] = useState(false);
  const inWords = useEditInWords(changes);
  const shown = all ? changes : changes.slice(0, SHOWN);
  return (
    <div className={classes.changes}>
      <DataTable
        label={t("settings.units.import_counts")}
        rows={shown}
        rowKey={(change) => `${change.code}-${change.line}-${JSON.stringify(change.edit)}`}
        columns={[
          {
            key: "name",
            header: t("field.name"),
            rowHeader: true,
            cell: (change) => (
              <>
                {localized(change.name, language, change.code)}
                <span className={`mono ${classes.code}`}>{change.code}</span>
              </>
            ),
          },
          {
            key: "what",
            header: t("settings.units.import_counts"),
            cell: (change) => (
              <>
                <span className={classes.what}>
                  {t(`settings.units.import_what.${change.edit.is}`)}
                </span>{" "}
                {inWords(change)}
              </>
            ),
          },
          {
            key: "line",
            header: t("settings.units.import_line", { line: "" }).trim(),
            align: "end",
            wideOnly: true,
            cell: (change) => change.line,
          },
        ]}
      />
      {changes.length > shown.length && (
        <Button variant="subtle" onClick={() => setAll(true)}>
          {t("settings.units.import_more", { count: changes.length - shown.length })}
        </Button>
      )}
    </div>
  );
}

/** What changes of a unit, with names in the place of codes: of Koe, or of the file itself. */
function useEditInWords(changes: readonly UnitChange[]): (change: UnitChange) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  const kindName = useKindName();
  const { data: units } = useQuery(unitsQuery());
  const named = new Map([...(units ?? []), ...changes].map((each) => [each.code, each.name]));
  const name = (code: string | null | undefined) =>
    code ? localized(named.get(code), language, code) : t("settings.units.top");
  const on = (day: string) => formatDate(day, language);
  return ({ edit }) => {
    switch (edit.is) {
      case "added": {
        const parent = name(edit.parent);
        if (edit.from) {
          return t(
            edit.parent
              ? "settings.units.import_edit.added_from"
              : "settings.units.import_edit.added_top_from",
            { parent, from: on(edit.from) },
          );
        }
        return t(
          edit.parent ? "settings.units.import_edit.added" : "settings.units.import_edit.added_top",
          { parent },
        );
      }
      case "renamed":
        return t("settings.units.import_edit.renamed", {
          before: localized(edit.before, language, ""),
        });
      case "rekinded":
        return t("settings.units.import_edit.rekinded", {
          before: kindName(edit.before),
          after: kindName(edit.after),
        });
      case "moved": {
        const places = { before: name(edit.before), after: name(edit.after) };
        return edit.from
          ? t("settings.units.import_edit.moved", { ...places, from: on(edit.from) })
          : t("settings.units.import_edit.moved_beginning", places);
      }
      case "ended":
        // The file gives the first day without it; people say the last day with it.
        return t("settings.units.import_edit.ended", { on: on(addDays(edit.on, -1)) });
    }
  };
}
