import { Button, Skeleton } from "@mantine/core";
import { type Icon, IconAlertTriangle, IconLock, IconMoodEmpty } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import { paths } from "../../paths";
import { AppLink } from "../AppLink";
import classes from "./Page.module.css";

interface EmptyStateProps {
  title: string;
  body?: ReactNode;
  icon?: Icon;
  /** The next step: a button or a link. */
  action?: ReactNode;
}

/** Nothing here yet, and what to do about it. */
export function EmptyState({ title, body, icon: Mark = IconMoodEmpty, action }: EmptyStateProps) {
  return (
    <div className={classes.state}>
      <Mark size={28} stroke={1.4} aria-hidden />
      <h2 className={classes.stateTitle}>{title}</h2>
      {body && <p>{body}</p>}
      {action && <div className={classes.stateActions}>{action}</div>}
    </div>
  );
}

/** A failed read, in the words of its problem document, with a way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const problem = asProblem(error);
  if (problem.status === 403) return <NoPermission detail={problem.detail} />;
  if (problem.status === 404) {
    return (
      <EmptyState
        title={t("state.not_found_title")}
        body={t("state.not_found_body")}
        action={<AppLink to={paths.home()}>{t("state.to_home")}</AppLink>}
      />
    );
  }
  return (
    <div className={classes.state} role="alert">
      <IconAlertTriangle size={28} stroke={1.4} aria-hidden />
      <h2 className={classes.stateTitle}>{t("state.error_title")}</h2>
      <p>
        {problem.status === 0
          ? t("state.error_network")
          : problem.detail || t("state.error_unknown")}
      </p>
      {problem.requestId && (
        <p className={classes.stateMeta}>{t("state.request_id", { id: problem.requestId })}</p>
      )}
      {onRetry && (
        <div className={classes.stateActions}>
          <Button variant="default" onClick={onRetry}>
            {t("action.retry")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** The page exists, but not for this member. */
export function NoPermission({ detail }: { detail?: string }) {
  const { t } = useTranslation();
  return (
    <div className={classes.state}>
      <IconLock size={28} stroke={1.4} aria-hidden />
      <h2 className={classes.stateTitle}>{t("state.forbidden_title")}</h2>
      <p>{t("state.forbidden_body")}</p>
      {detail && <p className={classes.stateMeta}>{detail}</p>}
    </div>
  );
}

/** Grey rows in the place of a list that is being read. */
export function ListSkeleton({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("state.loading")}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move.
        <Skeleton key={row} height={20} mb={16} width={`${92 - ((row * 17) % 38)}%`} />
      ))}
    </div>
  );
}

interface QueryStateProps<T> {
  query: UseQueryResult<T>;
  /** Shown while the first answer is awaited. */
  skeleton?: ReactNode;
  /** Says whether an answer holds nothing; then `empty` is shown. */
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}

/**
 * The states of a screen that reads one thing: loading, refused, failed, empty,
 * there. A failed refresh keeps showing the older answer.
 */
export function QueryState<T>({ query, skeleton, isEmpty, empty, children }: QueryStateProps<T>) {
  if (query.data === undefined) {
    if (query.isError) return <ErrorState error={query.error} onRetry={() => query.refetch()} />;
    return <>{skeleton ?? <ListSkeleton />}</>;
  }
  if (empty !== undefined && isEmpty?.(query.data)) return <>{empty}</>;
  return <>{children(query.data)}</>;
}
