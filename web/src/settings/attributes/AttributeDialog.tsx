import { ActionIcon, Button, Select, Switch, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { asProblem } from "../../api/problem";
import type { Attribute } from "../../api/types";
import type { LocalizedText } from "../../i18n/language";
import { FormDialog } from "../../ui/form/FormDialog";
import { LocalizedTextField, withLanguage } from "../../ui/form/LocalizedTextField";
import { toastDone } from "../../ui/toast";
import classes from "./attributes.module.css";
import { added, linesOf, type NameLine, repeated, valuesOf } from "./names";

const KINDS = ["code", "text", "number", "date", "boolean"] as const;
const HOLDERS = ["customer", "account"] as const;

interface AttributeDialogProps {
  /** None: a new one is declared. */
  attribute: Attribute | null;
  onClose: () => void;
}

/** Declares an attribute or changes what may change of it. */
export function AttributeDialog({ attribute, onClose }: AttributeDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [key, setKey] = useState("");
  const [holder, setHolder] = useState<Attribute["holder"]>("customer");
  const [kind, setKind] = useState<Attribute["kind"]>(attribute?.kind ?? "code");
  const [label, setLabel] = useState<LocalizedText>(attribute?.label ?? {});
  const [lines, setLines] = useState(() => linesOf(attribute?.values ?? {}));
  const [personal, setPersonal] = useState(attribute?.personal ?? false);
  const [frozen, setFrozen] = useState(attribute?.frozen ?? false);
  const [archived, setArchived] = useState(attribute?.archived ?? false);
  const values = kind === "code" ? valuesOf(lines) : {};
  const save = useMutation({
    mutationFn: () =>
      attribute
        ? unwrap(
            api.PATCH("/api/attributes/{key}", {
              params: { path: { key: attribute.key }, query: { holder: attribute.holder } },
              body: { label, values, personal, frozen, archived },
            }),
          )
        : unwrap(
            api.POST("/api/attributes", {
              body: { holder, key: key.trim(), label, kind, values, personal, frozen },
            }),
          ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["attributes"] });
      toastDone(t("state.saved"));
      onClose();
    },
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const freezable = !personal && kind !== "text";
  const again = repeated(lines);

  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t(attribute ? "settings.attributes.edit_title" : "settings.attributes.add")}
      submitLabel={t("action.save")}
      pending={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      disabledReason={again.size ? t("settings.attributes.code_twice") : undefined}
      size={600}
    >
      <LocalizedTextField
        label={t("field.name")}
        value={label}
        onChange={setLabel}
        error={problem?.forField("label")}
      />
      {!attribute && (
        <>
          <TextInput
            label={t("settings.attributes.key")}
            description={t("settings.attributes.key_help")}
            required
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            error={problem?.forField("key")}
          />
          <Select
            label={t("settings.attributes.holder")}
            data={HOLDERS.map((each) => ({
              value: each,
              label: t(`settings.attributes.holders.${each}`),
            }))}
            value={holder}
            allowDeselect={false}
            onChange={(next) => next && setHolder(next)}
          />
          <Select
            label={t("settings.attributes.kind")}
            description={t("settings.attributes.kind_help")}
            data={KINDS.map((each) => ({
              value: each,
              label: t(`settings.attributes.kinds.${each}`),
            }))}
            value={kind}
            allowDeselect={false}
            onChange={(next) => next && setKind(next)}
          />
        </>
      )}
      {kind === "code" && (
        <Names
          lines={lines}
          again={again}
          error={problem?.forField("values")}
          onChange={setLines}
        />
      )}
      <Switch
        label={t("settings.attributes.personal")}
        description={t("settings.attributes.personal_help")}
        checked={personal}
        onChange={(event) => {
          setPersonal(event.currentTarget.checked);
          if (event.currentTarget.checked) setFrozen(false);
        }}
      />
      <Switch
        label={t("settings.attributes.frozen")}
        description={t("settings.attributes.frozen_help")}
        checked={frozen && freezable}
        disabled={!freezable}
        error={problem?.forField("frozen")}
        onChange={(event) => setFrozen(event.currentTarget.checked)}
      />
      {attribute && (
        <Switch
          label={t("settings.attributes.archived")}
          description={t("settings.attributes.archived_help")}
          checked={archived}
          onChange={(event) => setArchived(event.currentTarget.checked)}
        />
      )}
    </FormDialog>
  );
}

interface NamesProps {
  lines: readonly NameLine[];
  /** Lines whose code stands twice. */
  again: ReadonlySet<number>;
  error?: string | undefined;
  onChange: (lines: NameLine[]) => void;
}

function Names({ lines, again, error, onChange }: NamesProps) {
  const { t } = useTranslation();
  const change = (line: number, next: Partial<NameLine>) =>
    onChange(lines.map((each) => (each.line === line ? { ...each, ...next } : each)));
  return (
    <fieldset className={classes.names}>
      <legend>{t("settings.attributes.names")}</legend>
      <p className="meta">{t("settings.attributes.names_help")}</p>
      {lines.map(({ line, code, name }) => (
        <div key={line} className={classes.line}>
          <TextInput
            aria-label={t("settings.attributes.code")}
            placeholder={t("settings.attributes.code")}
            value={code}
            error={again.has(line) && t("settings.attributes.code_twice")}
            onChange={(event) => change(line, { code: event.currentTarget.value })}
          />
          {(["ja", "en"] as const).map((language) => (
            <TextInput
              key={language}
              lang={language}
              aria-label={t("settings.attributes.name_of", {
                code,
                language: t(`language.${language}`),
              })}
              placeholder={t(`language.${language}`)}
              value={name[language] ?? ""}
              onChange={(event) =>
                change(line, { name: withLanguage(name, language, event.currentTarget.value) })
              }
            />
          ))}
          <ActionIcon
            size={36}
            variant="subtle"
            color="gray"
            aria-label={t("settings.attributes.name_remove", { code })}
            onClick={() => onChange(lines.filter((each) => each.line !== line))}
          >
            <IconX size={16} stroke={1.6} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      {error && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} stroke={1.8} aria-hidden />}
        onClick={() => onChange(added(lines))}
      >
        {t("settings.attributes.name_add")}
      </Button>
    </fieldset>
  );
}
