import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { paths } from "../paths";
import { CHANNELS } from "../touchpoints/model";
import { AppLink } from "../ui/AppLink";
import { useCodes } from "./codes";
import classes from "./imports.module.css";
import { folded, unknownCells, withRole } from "./mapping";
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
  const setValue = (cell: string, code: string) => {
    const rest = Object.entries(values).filter(([each]) => folded(each) !== folded(cell));
    const next = Object.fromEntries(code ? [...rest, [cell, code]] : rest);
    onChange((now) => withRole(now, column, { ...role, values: next }));
  };
  const places = {
    touchpoint: paths.touchpoints(),
    unit: paths.units(),
    offering: paths.offerings(),
  };
  return (
    <>
      <p className="meta">
        {unknown.length === 0
          ? t("imports.codes.all_known")
          : t("imports.codes.unknown", { count: unknown.length })}{" "}
        {unknown.length > 0 && role.is !== "channel" && (
          <AppLink to={places[role.is]} target="_blank">
            {t(`imports.codes.make.${role.is}`)}
          </AppLink>
        )}
      </p>
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
