import { ActionIcon, Checkbox, TextInput } from "@mantine/core";
import { IconListTree, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../../i18n/language";
import { isFound, unitRows } from "../../settings/units/tree";
import { unitsQuery } from "../../settings/units/units";
import classes from "../surveys.module.css";

interface UnitChecklistProps {
  /** Codes of the chosen units. */
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}

/** Chooses units in the tree, one by one or with everything below. */
export function UnitChecklist({ chosen, onChange }: UnitChecklistProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data } = useQuery(unitsQuery());
  const [text, setText] = useState("");
  const rows = unitRows(data ?? []);
  const shown = rows.filter(({ unit }) => isFound(unit, text));
  const set = (codes: string[], on: boolean) => {
    const next = new Set(chosen);
    for (const code of codes) {
      if (on) next.add(code);
      else next.delete(code);
    }
    onChange(next);
  };
  return (
    <fieldset className={classes.tree}>
      <legend className="visually-hidden">{t("links.sheet_units")}</legend>
      <TextInput
        type="search"
        aria-label={t("links.sheet_search")}
        placeholder={t("links.sheet_search")}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ul className={classes.units}>
        {shown.map(({ unit, depth }) => {
          const name = localized(unit.name, language, unit.code);
          const below = rows
            .filter(({ ancestors }) => ancestors.some((each) => each.id === unit.id))
            .map((row) => row.unit.code);
          const all = [unit.code, ...below];
          return (
            <li key={unit.id} style={{ paddingInlineStart: text.trim() ? 0 : depth * 20 }}>
              <Checkbox
                size="sm"
                label={
                  <>
                    {name} <span className="meta">{unit.code}</span>
                  </>
                }
                checked={chosen.has(unit.code)}
                onChange={(event) => set([unit.code], event.currentTarget.checked)}
              />
              {below.length > 0 && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t("links.sheet_with", { name })}
                  title={t("links.sheet_with", { name })}
                  onClick={() => set(all, !all.every((code) => chosen.has(code)))}
                >
                  <IconListTree size={16} aria-hidden />
                </ActionIcon>
              )}
            </li>
          );
        })}
      </ul>
      <span className="meta" role="status">
        {t("links.sheet_chosen", { count: chosen.size })}
      </span>
    </fieldset>
  );
}
