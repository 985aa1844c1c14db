import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconFileImport, IconPlus, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { Page } from "../ui/page/Page";
import { EmptyState, QueryState } from "../ui/page/states";
import { LoadMore } from "../ui/table/LoadMore";
import { textParameter, useUrlState } from "../ui/urlState";
import { NewSurveyDialog } from "./NewSurveyDialog";
import { type SurveyStatus as Status, surveysQuery } from "./queries";
import { SurveyTable } from "./SurveyTable";
import classes from "./surveys.module.css";
import { Templates } from "./Templates";

const STATUSES = ["draft", "live", "closed"] as const satisfies readonly Status[];

const readSearch = (search: Record<string, unknown>) => ({
  q: textParameter(search.q),
  status: STATUSES.find((each) => each === search.status),
});

export function SurveysPage() {
  const { t } = useTranslation();
  const [{ q, status }, setSearch] = useUrlState(readSearch);
  const surveys = useInfiniteQuery(surveysQuery({ q, status }));
  const may = useMay("edit_surveys");
  const mayImport = useMay("import_data");
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const filtered = Boolean(q || status);
  const none = !filtered && surveys.data?.pages[0]?.items.length === 0;

  return (
    <Page
      title={t("surveys.title")}
      lead={t("surveys.lead")}
      actions={
        <>
          {mayImport && (
            <Button
              variant="default"
              leftSection={<IconFileImport size={16} aria-hidden />}
              onClick={() => void navigate({ to: paths.imports() } as never)}
            >
              {t("surveys.convert")}
            </Button>
          )}
          {!none && (
            <Button
              leftSection={<IconPlus size={16} aria-hidden />}
              disabled={!may}
              title={may ? undefined : t("state.no_reason")}
              onClick={() => setMaking(true)}
            >
              {t("surveys.add")}
            </Button>
          )}
        </>
      }
    >
      {!none && <Filter q={q} status={status} onChange={setSearch} />}
      <QueryState
        query={surveys}
        isEmpty={(data) => data.pages[0]?.items.length === 0}
        empty={
          filtered ? (
            <EmptyState
              icon={IconSearch}
              title={t("builder.list.none")}
              body={t("builder.list.none_body")}
            />
          ) : (
            <Templates lead={t("surveys.empty")} />
          )
        }
      >
        {(data) => (
          <>
            <SurveyTable surveys={data.pages.flatMap((page) => page.items)} />
            <LoadMore query={surveys} />
          </>
        )}
      </QueryState>
      {making && <NewSurveyDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

interface FilterProps {
  q: string | undefined;
  status: Status | undefined;
  onChange: (
    next: { q?: string | undefined; status?: Status | undefined },
    options?: { replace?: boolean },
  ) => void;
}

function Filter({ q, status, onChange }: FilterProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(q ?? "");
  const apply = useDebouncedCallback(
    (next: string) => onChange({ q: next.trim() || undefined }, { replace: true }),
    250,
  );
  return (
    <div className={classes.filter}>
      <TextInput
        type="search"
        aria-label={t("builder.list.search")}
        placeholder={t("builder.list.search")}
        leftSection={<IconSearch size={16} stroke={1.6} aria-hidden />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          apply(event.currentTarget.value);
        }}
      />
      <SegmentedControl
        className="segments"
        aria-label={t("builder.list.status")}
        value={status ?? "all"}
        onChange={(next) => onChange({ status: STATUSES.find((each) => each === next) })}
        data={[
          { value: "all", label: t("builder.list.all") },
          ...STATUSES.map((value) => ({ value, label: t(`surveys.status.${value}`) })),
        ]}
      />
    </div>
  );
}
