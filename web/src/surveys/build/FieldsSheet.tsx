import { ActionIcon, Button, Select, Switch, TagsInput, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../../i18n/language";
import type { HiddenField } from "../document";
import { isFreeName } from "../rename";
import classes from "./build.module.css";
import { TextPair } from "./TextPair";
import type { BuilderDraft } from "./useDraft";

const KINDS = ["code", "number", "text"] as const;

/** What a link brings along without asking: each field with the values it takes. */
export function FieldsSheet({ draft }: { draft: BuilderDraft }) {
  const { t } = useTranslation();
  const fields = draft.state.document.hidden_fields ?? [];
  return (
    <div className={classes.sheet} data-field="hidden_fields">
      <header className={classes.sheetHeader}>
        <span className={classes.kind}>{t("builder.fields.title")}</span>
      </header>
      {fields.length === 0 && <p className={classes.note}>{t("builder.fields.none")}</p>}
      {fields.map((field, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two fields may have one id until it is mended.
        <FieldEditor key={index} draft={draft} field={field} index={index} />
      ))}
      <Button
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        style={{ justifySelf: "start" }}
        onClick={() => draft.dispatch({ do: "addField" })}
      >
        {t("builder.fields.add")}
      </Button>
    </div>
  );
}

interface FieldEditorProps {
  draft: BuilderDraft;
  field: HiddenField;
  index: number;
}

function FieldEditor({ draft, field, index }: FieldEditorProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const name = localized(field.label, language, field.id);
  // Once published, answers carry the name; another name would be another field.
  const fixed = Boolean(field.field);
  // What is being typed; conditions and texts follow once it is done.
  const [typed, setTyped] = useState<string | null>(null);
  const id = typed ?? field.id;
  const usable = id === field.id || isFreeName(draft.state.document, id);
  const set = (part: string, change: Partial<HiddenField>) =>
    draft.dispatch({ do: "changeField", index, change, place: `${index}.${part}` });
  return (
    <fieldset className={classes.field} data-field={`hidden_fields[${index}]`} aria-label={name}>
      <div className={classes.fieldLine}>
        <TextInput
          label={t("builder.fields.id")}
          data-field={`hidden_fields[${index}].id`}
          className="mono"
          value={id}
          disabled={fixed}
          title={fixed ? t("builder.fixed") : undefined}
          error={usable ? undefined : t("builder.fields.id_wrong")}
          onChange={(event) => setTyped(event.currentTarget.value.trim())}
          onBlur={() => {
            if (usable && id !== field.id) {
              draft.dispatch({ do: "renameField", from: field.id, to: id });
            }
            setTyped(null);
          }}
        />
        <Select
          label={t("builder.fields.kind")}
          data={KINDS.map((value) => ({ value, label: t(`builder.fields.kinds.${value}`) }))}
          value={field.kind}
          allowDeselect={false}
          onChange={(kind) => kind && set("kind", { kind })}
        />
        <ActionIcon
          variant="subtle"
          color="red"
          aria-label={t("field.pair", { name: t("action.delete"), value: name })}
          onClick={() => draft.dispatch({ do: "removeField", index })}
        >
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </div>
      <TextPair
        field={`hidden_fields[${index}].label`}
        label={t("builder.fields.label")}
        value={field.label}
        languages={draft.shown}
        onChange={(label) => set("label", { label })}
      />
      {field.kind !== "text" && (
        <TagsInput
          label={`${t("builder.fields.allowed")} (${t("field.optional")})`}
          description={t("builder.fields.allowed_help")}
          data-field={`hidden_fields[${index}].allowed`}
          value={field.allowed ?? []}
          splitChars={[",", "、", "\n"]}
          onChange={(allowed) => set("allowed", { allowed })}
        />
      )}
      <Switch
        label={t("builder.fields.signed")}
        description={t("builder.fields.signed_help")}
        checked={field.signed ?? false}
        onChange={(event) => set("signed", { signed: event.currentTarget.checked })}
      />
    </fieldset>
  );
}
