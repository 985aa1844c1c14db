import { NativeSelect, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { attributesQuery } from "../customers/queries";
import { localized, useLanguage } from "../i18n/language";
import { AnswerDetails } from "./AnswerDetails";
import { CodeValues } from "./CodeValues";
import { DateDetails } from "./DateDetails";
import classes from "./imports.module.css";
import { withMissing, withRole } from "./mapping";
import {
  type Change,
  type ColumnMapping,
  type ColumnRole,
  type FileColumn,
  type Mapping,
  VALUE_KINDS,
} from "./model";
import { TextByDetails } from "./TextByDetails";

export interface RoleDetailsProps {
  column: FileColumn;
  columns: FileColumn[];
  mapping: Mapping;
  mapped: ColumnMapping;
  onChange: (make: Change) => void;
}

/** What a role needs to know beside its name. */
export function RoleDetails(props: RoleDetailsProps) {
  const { role } = props.mapped;
  const reads = ["answer", "text_by", "text", "value"].includes(role.is);
  return (
    <div className={classes.details}>
      <Details {...props} />
      {reads && <Missing {...props} />}
    </div>
  );
}

function Details(props: RoleDetailsProps) {
  const { t } = useTranslation();
  const { column, mapped, onChange } = props;
  const { role } = mapped;
  const set = (next: ColumnRole) => onChange((now) => withRole(now, column, next));
  switch (role.is) {
    case "occurred_at":
      return <DateDetails {...props} role={role} />;
    case "touchpoint":
    case "unit":
    case "offering":
    case "channel":
      return <CodeValues {...props} role={role} />;
    case "answer":
    case "write_in":
    case "field":
      return <AnswerDetails {...props} role={role} />;
    case "text_by":
      return <TextByDetails {...props} role={role} />;
    case "customer":
      return <Identifier role={role} set={set} />;
    case "attribute":
      return <AttributeChoice chosen={role.key} onChoose={(key) => set({ ...role, key })} />;
    case "value":
      return (
        <div className={classes.pair}>
          <TextInput
            label={t("imports.details.field")}
            value={role.field}
            onChange={(event) => set({ ...role, field: event.currentTarget.value })}
          />
          <NativeSelect
            label={t("imports.details.kind")}
            value={role.kind}
            onChange={(event) =>
              set({ ...role, kind: event.currentTarget.value as typeof role.kind })
            }
            data={VALUE_KINDS.map((value) => ({
              value,
              label: t(`imports.details.kinds.${value}`),
            }))}
          />
        </div>
      );
    case "text":
      return (
        <TextInput
          label={t("imports.details.field")}
          value={role.field}
          onChange={(event) => set({ ...role, field: event.currentTarget.value })}
        />
      );
    default:
      return <p className="meta">{t(`imports.note.${role.is}`)}</p>;
  }
}

function Missing({ column, mapped, onChange }: RoleDetailsProps) {
  const { t } = useTranslation();
  return (
    <TagsInput
      label={t("imports.missing.of_column")}
      size="xs"
      value={mapped.missing ?? []}
      data={column.more_values ? [] : column.values}
      onChange={(missing) => onChange((now) => withMissing(now, column, missing))}
    />
  );
}

const EXTERNAL = "external:";

function Identifier({
  role,
  set,
}: {
  role: Extract<ColumnRole, { is: "customer" }>;
  set: (role: ColumnRole) => void;
}) {
  const { t } = useTranslation();
  const external = role.identifier.startsWith(EXTERNAL);
  return (
    <div className={classes.pair}>
      <NativeSelect
        label={t("imports.details.identifier")}
        value={external ? EXTERNAL : role.identifier}
        onChange={(event) => {
          const kind = event.currentTarget.value;
          set({ ...role, identifier: kind === EXTERNAL ? `${EXTERNAL}import` : kind });
        }}
        data={[
          { value: "email", label: t("imports.details.identifiers.email") },
          { value: "phone", label: t("imports.details.identifiers.phone") },
          { value: EXTERNAL, label: t("imports.details.identifiers.external") },
        ]}
      />
      {external && (
        <TextInput
          label={t("imports.details.system")}
          value={role.identifier.slice(EXTERNAL.length)}
          onChange={(event) =>
            set({ ...role, identifier: `${EXTERNAL}${event.currentTarget.value.trim()}` })
          }
        />
      )}
    </div>
  );
}

function AttributeChoice({
  chosen,
  onChoose,
}: {
  chosen: string;
  onChoose: (key: string) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const attributes = useQuery(attributesQuery);
  const open = attributes.data?.filter((each) => !each.archived) ?? [];
  return (
    <NativeSelect
      label={t("imports.details.attribute")}
      description={
        attributes.data && open.length === 0 ? t("imports.details.no_attribute") : undefined
      }
      value={chosen}
      onChange={(event) => onChoose(event.currentTarget.value)}
      data={[
        { value: "", label: t("imports.choose") },
        ...open.map(({ key, label }) => ({ value: key, label: localized(label, language, key) })),
      ]}
    />
  );
}
