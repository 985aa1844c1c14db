import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { paths } from "../paths";
import { CHANNELS } from "../touchpoints/model";
import { AppLink } from "../ui/AppLink";
import { useCodes } from "./codes";
import classes from "./imports.module.css";
import { MakeMissing } from "./MakeMissing";
import { folded, unknownCells, withCodes } from "./mapping";
import { type Missing, missingPlaces } from "./missing";
import type { ColumnRole } from "./model";
import type { RoleDetailsProps } from "./RoleDetails";

type CodeRole = Extract<ColumnRole, { is: "touchpoint" | "unit" | "offering" | "channel" }>;

/** More different cells than this are matched by code alone. */
const MATCHED_BY_HAND = 30;

/** Which touchpoint, unit, offering or channel each cell stands for. */
export function CodeValues({ column, role, onChange }: RoleDetailsProps & { role: CodeRole }) {
  const { t } = useTranslation();
  const all = useCodes();
  const codes =
    role.is === "channel"
      ? CHANNELS.map((value) => ({ value, label: t(`touchpoints.channel.${value}`) }))
      : all[role.is];
  const known = new Set(codes.map(({ value }) => value));
  const values = role.values ?? {};
  const unknown = unknownCells(column, values, known);
  const byCell = new Map(Object.entries(values).map(([cell, code]) => [folded(cell), code]));
  const [making, setMaking] = useState(false);
  const setValues = (pairs: [cell: string, code: string][]) => {
    onChange((now) => withCodes(now, column, pairs));
  };
  const setValue = (cell: string, code: string) => setValues([[cell, code]]);
  const missing = role.is === "channel" ? [] : missingPlaces(unknown, known);
  const made = (all: Missing[]) => {
    setValues(all.filter(({ cell, code }) => cell.trim() !== code).map((m) => [m.cell, m.code]));
    if (all.length === missing.length) setMaking(false);
  };
  return (
    <>
      <p className="meta">
        {unknown.length === 0
          ? t("imports.codes.all_known")
          : t("imports.codes.unknown", { count: unknown.length })}{" "}
        {unknown.length > 0 && role.is === "offering" && (
          <AppLink to={paths.offerings()} target="_blank">
            {t("imports.codes.make_offering")}
          </AppLink>
        )}
      </p>
      {missing.length > 0 && (role.is === "touchpoint" || role.is === "unit") && !making && (
        <Button
          variant="default"
          size="compact-sm"
          style={{ justifySelf: "start" }}
          onClick={() => setMaking(true)}
        >
          {t(`imports.codes.make.${role.is}`, { count: missing.length })}
        </Button>
      )}
      {making && missing.length > 0 && (role.is === "touchpoint" || role.is === "unit") && (
        <MakeMissing is={role.is} missing={missing} onMade={made} />
      )}
      {column.values.length <= MATCHED_BY_HAND && (unknown.length > 0 || byCell.size > 0) && (
        <ul className={classes.values}>
          {column.values.map((cell) => (
            <li key={cell}>
              <NativeSelect
                label={cell}
                value={byCell.get(folded(cell)) ?? (known.has(cell.trim()) ? cell.trim() : "")}
                onChange={(event) => setValue(cell, event.currentTarget.value)}
                data={[{ value: "", label: t("imports.codes.nothing") }, ...codes]}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
