import { Button } from "@mantine/core";
import { IconMessages } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { TopicStarter } from "../api/types";
import { localized, useLanguage } from "../i18n/language";
import { useMay } from "../session/session";
import { EmptyState } from "../ui/page/states";
import { toastFailed } from "../ui/toast";
import type { TopicDocument } from "./document";
import { keepTopics, startersQuery, topicsQuery } from "./queries";
import classes from "./topics.module.css";

/** No topics yet: those of the trade that fits best, in one step. */
export function Starters() {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay("edit_metrics");
  const queries = useQueryClient();
  const { data: starters } = useQuery(startersQuery);
  const begin = useMutation({
    mutationFn: (starter: TopicStarter) =>
      keepTopics(0, starter.document as unknown as TopicDocument),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: topicsQuery.queryKey });
      await queries.invalidateQueries({ queryKey: ["voices"] });
    },
    onError: (error) => toastFailed(error, t("state.error_network")),
  });
  return (
    <>
      <EmptyState
        icon={IconMessages}
        title={t("topics.empty_title")}
        body={t("topics.empty_body")}
      />
      <ul className={classes.starters}>
        {starters?.map((starter) => (
          <li key={starter.trade}>
            <h2>{t(`topics.trade.${starter.trade as "retail"}`)}</h2>
            <p>
              {starter.names
                .map((name) => localized(name, language))
                .join(language === "ja" ? "、" : ", ")}
            </p>
            <Button
              variant="default"
              loading={begin.isPending && begin.variables === starter}
              disabled={!may || begin.isPending}
              title={may ? undefined : t("state.no_reason")}
              onClick={() => begin.mutate(starter)}
            >
              {t("topics.begin", { count: starter.topics })}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}
