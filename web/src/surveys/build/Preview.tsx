import { Button, Group, Select } from "@mantine/core";
import { IconExternalLink, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { useLanguage } from "../../i18n/language";
import { ErrorState, ListSkeleton } from "../../ui/page/states";
import classes from "./build.module.css";
import { useLanguageName } from "./TextPair";
import type { DraftEditor } from "./useDraft";

/** The survey as it runs on a phone: a preview link opens the draft as it was last kept. */
export function Preview({ survey, draft }: { survey: string; draft: DraftEditor }) {
  const { t } = useTranslation();
  const reader = useLanguage();
  const [run, setRun] = useState(0);
  const { document } = draft.state;
  const [wanted, setWanted] = useState<string>(reader);
  const languageName = useLanguageName();
  const spoken = document.languages.includes(wanted) ? wanted : document.languages[0];
  const link = useQuery({
    queryKey: ["surveys", survey, "preview"],
    // The survey has one preview link, which the server gives again.
    queryFn: () =>
      unwrap(
        api.POST("/api/surveys/{id}/links", {
          params: { path: { id: survey } },
          body: { kind: "preview" },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  if (link.isError) return <ErrorState error={link.error} onRetry={() => link.refetch()} />;
  if (!link.data) return <ListSkeleton />;
  // The link may be written for another host name than the one this page came from.
  const address = `${new URL(link.data.url, window.location.origin).pathname}?_lang=${spoken}&_anew=1`;
  return (
    <div className={classes.preview}>
      <Group justify="space-between" gap="xs">
        {document.languages.length > 1 && (
          <Select
            w={120}
            aria-label={t("builder.languages.preview")}
            data={document.languages.map((value) => ({ value, label: languageName(value) }))}
            value={spoken ?? null}
            allowDeselect={false}
            onChange={(value) => value && setWanted(value)}
          />
        )}
        <Button
          variant="subtle"
          leftSection={<IconRefresh size={16} aria-hidden />}
          onClick={() => setRun(run + 1)}
        >
          {t("surveys.preview_again")}
        </Button>
        <Button
          component="a"
          variant="subtle"
          href={address}
          target="_blank"
          rel="noopener"
          leftSection={<IconExternalLink size={16} aria-hidden />}
        >
          {t("surveys.preview_open")}
        </Button>
      </Group>
      <iframe
        key={`${address} ${draft.savedRevision} ${run}`}
        className={classes.phone}
        title={t("surveys.preview")}
        src={address}
      />
      <p className={classes.note}>{t("surveys.preview_note")}</p>
    </div>
  );
}
