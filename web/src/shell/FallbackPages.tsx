import { Button } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { paths } from "../paths";
import { AppLink } from "../ui/AppLink";
import { EmptyState, ErrorState } from "../ui/page/states";
import classes from "./Fallback.module.css";

/** An address that no route knows. */
export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <div className={classes.fallback}>
      <EmptyState
        icon={IconMapOff}
        title={t("shell.not_found.title")}
        body={t("shell.not_found.body")}
        action={<AppLink to={paths.home()}>{t("state.to_home")}</AppLink>}
      />
    </div>
  );
}

/** A screen that threw while rendering. */
export function BrokenPage() {
  const { t } = useTranslation();
  return (
    <div className={classes.fallback} role="alert">
      <EmptyState
        title={t("shell.broken.title")}
        body={t("shell.broken.body")}
        action={
          <Button variant="default" onClick={() => window.location.reload()}>
            {t("shell.broken.reload")}
          </Button>
        }
      />
    </div>
  );
}

/** The session could not be read, for another reason than nobody being signed in. */
export function UnreachablePage({ error }: { error: unknown }) {
  return (
    <div className={classes.fallback}>
      <ErrorState error={error} onRetry={() => window.location.reload()} />
    </div>
  );
}
