import { useTranslation } from "react-i18next";

/** The kinds of unit that the application names itself. */
export const UNIT_KINDS = ["company", "division", "region", "store", "team"] as const;

/** The kind of a unit in words; an organisation's own word stays as it is. */
export function useKindName(): (kind: string) => string {
  const { t } = useTranslation();
  return (kind) => {
    const known = UNIT_KINDS.find((each) => each === kind);
    return known ? t(`settings.units.kinds.${known}`) : kind;
  };
}
