import { Switch, TextInput } from "@mantine/core";
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../api/problem";
import { type LocalizedText, localized, useLanguage } from "../i18n/language";
import { FormDialog } from "../ui/form/FormDialog";
import { LocalizedTextField } from "../ui/form/LocalizedTextField";
import { toastDone } from "../ui/toast";
import type { Named } from "./names";

/** What touchpoints and offerings have in common while they are edited. */
interface NamedForm {
  code: string;
  name: LocalizedText;
  archived: boolean;
}

interface NamedDialogProps<T extends Named & { archived: boolean }, O extends object> {
  /** Null: a new one. */
  thing: T | null;
  /** What it alone has, as the dialog opens. */
  own: O;
  addTitle: string;
  /** The list to read again afterwards. */
  listKey: QueryKey;
  create: (made: O & { code: string; name: LocalizedText }) => Promise<unknown>;
  change: (id: string, changed: O & { name: LocalizedText; archived: boolean }) => Promise<unknown>;
  onClose: () => void;
  size?: number;
  /** The fields that it alone has. */
  children: (
    own: O,
    set: (next: Partial<O>) => void,
    fault: (field: string) => string | undefined,
  ) => ReactNode;
}

/** Adds or changes a thing that has a code and a name, and that is archived, never deleted. */
export function NamedDialog<T extends Named & { archived: boolean }, O extends object>(
  props: NamedDialogProps<T, O>,
) {
  const { thing, addTitle, listKey, create, change, onClose, size, children } = props;
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const [own, setOwn] = useState(props.own);
  const [form, setForm] = useState<NamedForm>({
    code: thing?.code ?? "",
    name: thing?.name ?? {},
    archived: thing?.archived ?? false,
  });
  const set = (next: Partial<NamedForm>) => setForm((current) => ({ ...current, ...next }));
  const save = useMutation({
    mutationFn: () => {
      const { code, name, archived } = form;
      return thing
        ? change(thing.id, { ...own, name, archived })
        : create({ ...own, name, code: code.trim() });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: listKey });
      toastDone(t("state.saved"));
      onClose();
    },
  });
  const problem = save.isError ? asProblem(save.error) : null;

  return (
    <FormDialog
      opened
      onClose={onClose}
      title={
        thing
          ? t("touchpoints.edit", { name: localized(thing.name, language, thing.code) })
          : addTitle
      }
      submitLabel={thing ? t("action.save") : t("action.add")}
      pending={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      {...(size ? { size } : {})}
    >
      <LocalizedTextField
        label={t("field.name")}
        value={form.name}
        onChange={(name) => set({ name })}
        error={problem?.forField("name")}
      />
      <TextInput
        label={t("field.code")}
        description={t("touchpoints.code_help")}
        required
        disabled={Boolean(thing)}
        value={form.code}
        onChange={(event) => set({ code: event.currentTarget.value })}
        error={problem?.forField("code")}
      />
      {children(
        own,
        (next) => setOwn((current) => ({ ...current, ...next })),
        (field) => problem?.forField(field),
      )}
      {thing && (
        <Switch
          label={t("touchpoints.archive")}
          description={t("touchpoints.archive_help")}
          checked={form.archived}
          onChange={(event) => set({ archived: event.currentTarget.checked })}
        />
      )}
    </FormDialog>
  );
}
