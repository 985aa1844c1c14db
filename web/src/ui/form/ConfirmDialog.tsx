import { Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "./FormDialog";

interface ConfirmDialogProps {
  title: string;
  /** What will happen, in a sentence. */
  body: string;
  confirmLabel: string;
  /** When given, this word must be typed first. */
  word?: string;
  opened: boolean;
  pending?: boolean;
  error?: unknown;
  onClose: () => void;
  onConfirm: () => void;
}

/** Asks before something that cannot be undone, by a typed word where it weighs much. */
export function ConfirmDialog({
  body,
  word,
  onConfirm,
  confirmLabel,
  ...rest
}: ConfirmDialogProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const ready = !word || typed.trim() === word;
  return (
    <FormDialog
      {...rest}
      danger
      submitLabel={confirmLabel}
      onSubmit={() => ready && onConfirm()}
      disabledReason={ready ? undefined : t("confirm.type_to_confirm", { word })}
    >
      <Text>{body}</Text>
      {word && (
        <TextInput
          label={t("confirm.type_to_confirm", { word })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
        />
      )}
    </FormDialog>
  );
}
