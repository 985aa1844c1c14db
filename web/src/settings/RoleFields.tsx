import { MultiSelect, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Role } from "../api/types";
import { localized, useLanguage } from "../i18n/language";
import { useSession } from "../session/session";
import { unitRows } from "./units/tree";
import { unitsQuery } from "./units/units";

const ROLES: Role[] = ["owner", "admin", "analyst", "manager", "agent", "viewer"];

interface RoleFieldsProps {
  role: Role;
  units: string[];
  onChange: (next: { role?: Role; units?: string[] }) => void;
  disabled?: boolean;
}

/** Role × units, as members, invitations and keys have them. */
export function RoleFields({ role, units, onChange, disabled }: RoleFieldsProps) {
  const { t } = useTranslation();
  const { member } = useSession();
  // Nobody hands out more than they have: only owners make owners.
  const roles = ROLES.filter(
    (each) => each !== "owner" || member.role === "owner" || role === each,
  );
  return (
    <>
      <Select
        label={t("settings.members.role")}
        data={roles.map((each) => ({ value: each, label: t(`shell.role.${each}`) }))}
        value={role}
        onChange={(next) => next && onChange({ role: next as Role })}
        description={t(`settings.members.role_help.${role}`)}
        disabled={disabled}
      />
      <UnitsField units={units} onChange={(next) => onChange({ units: next })} />
    </>
  );
}

/** Several units; none means the whole organisation. */
export function UnitsField({
  units,
  onChange,
}: {
  units: string[];
  onChange: (units: string[]) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data } = useQuery(unitsQuery());
  return (
    <MultiSelect
      label={t("settings.members.units")}
      description={t("settings.members.units_help")}
      placeholder={units.length === 0 ? t("settings.members.everything") : undefined}
      data={unitRows(data ?? []).map(({ unit }) => ({
        value: unit.id,
        label: `${localized(unit.name, language, unit.code)} (${unit.code})`,
      }))}
      value={units}
      onChange={onChange}
      searchable
      limit={200}
    />
  );
}
