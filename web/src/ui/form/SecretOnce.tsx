import { Alert, Button, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./form.module.css";

/** A link or key that is shown once and never again, with a button that copies it. */
export function SecretOnce({ secret, note }: { secret: string; note: string }) {
  const { t } = useTranslation();
  return (
    <div className={classes.form}>
      <Alert variant="light">{note}</Alert>
      <div className={classes.secret}>
        <code className={classes.secretText}>{secret}</code>
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              onClick={copy}
              leftSection={
                copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
              }
            >
              {copied ? t("action.copied") : t("action.copy")}
            </Button>
          )}
        </CopyButton>
      </div>
    </div>
  );
}
