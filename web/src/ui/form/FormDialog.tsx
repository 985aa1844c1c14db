import { Alert, Button, Modal } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import classes from "./form.module.css";

interface FormDialogProps {
  title: string;
  opened: boolean;
  onClose: () => void;
  onSubmit: () => void;
  submitLabel: string;
  pending?: boolean;
  /** The refusal of the last attempt; fields show their own part of it. */
  error?: unknown;
  /** Marks a submit that destroys something. */
  danger?: boolean;
  /** Why the form cannot be sent yet; shown on the disabled button. */
  disabledReason?: string | undefined;
  size?: string | number;
  children: ReactNode;
}

/** A form in a dialog: fields, the refusal if there was one, cancel and submit. */
export function FormDialog(props: FormDialogProps) {
  const { title, opened, onClose, onSubmit, submitLabel, pending, error, danger, children } = props;
  const { t } = useTranslation();
  const problem = error ? asProblem(error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // A dialog inside another form's tree must not submit that form too.
    event.stopPropagation();
    onSubmit();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={props.size ?? 480}
      // Cancel and Esc close it; without the cross, the first field takes the focus.
      withCloseButton={false}
    >
      <form onSubmit={submit} className={classes.form}>
        {problem && problem.fields.length === 0 && (
          <Alert color="red" variant="light" role="alert">
            {problem.detail || t("state.error_network")}
          </Alert>
        )}
        {children}
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button
            type="submit"
            loading={pending}
            color={danger ? "red" : undefined}
            disabled={Boolean(props.disabledReason)}
            title={props.disabledReason}
          >
            {submitLabel}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
