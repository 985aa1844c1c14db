import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { TopicFigure, TopicTree } from "../api/types";
import { formatFilters, withUnit } from "../filters/filters";
import { formatCount, formatShare } from "../format/number";
import { localized, useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { useGlobalFilter } from "../shell/filter";
import { AppLink } from "../ui/AppLink";
import { Page } from "../ui/page/Page";
import { QueryState } from "../ui/page/states";
import { PERCENT_SCALE } from "../ui/score/model";
import { Score } from "../ui/score/Score";
import { DataTable } from "../ui/table/DataTable";
import { textParameter, useUrlState } from "../ui/urlState";
import { spokenOfQuery } from "../voices/queries";
import { depthOf } from "./document";
import { findingOf } from "./finding";
import { topicsQuery } from "./queries";
import { Split } from "./Split";
import { Starters } from "./Starters";
import { TopicDialog } from "./TopicDialog";
import classes from "./topics.module.css";

const readSearch = (search: Record<string, unknown>) => ({ open: textParameter(search.open) });

/** What the voices speak of, how often, and what is judged there. */
export function TopicsPage() {
  const { t } = useTranslation();
  const tree = useQuery(topicsQuery);
  const may = useMay("edit_metrics");
  const [{ open }, setSearch] = useUrlState(readSearch);
  const add = (
    <Button
      leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
      disabled={!may}
      title={may ? undefined : t("state.no_reason")}
      onClick={() => setSearch({ open: "new" })}
    >
      {t("topics.add")}
    </Button>
  );
  return (
    <Page
      title={t("topics.title")}
      lead={t("topics.lead")}
      actions={tree.data?.document ? add : undefined}
    >
      <QueryState query={tree} isEmpty={(data) => !data.document} empty={<Starters />}>
        {(data) => (
          <>
            <Figures tree={data} onEdit={may ? (id) => setSearch({ open: id }) : undefined} />
            {may && open && (
              <TopicDialog
                key={open}
                tree={data}
                id={open === "new" ? null : open}
                onClose={() => setSearch({ open: undefined })}
              />
            )}
          </>
        )}
      </QueryState>
    </Page>
  );
}

function Figures({
  tree,
  onEdit,
}: {
  tree: TopicTree;
  onEdit: ((id: string) => void) | undefined;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const global = useGlobalFilter();
  const asked = { text: "", range: global.range, filters: withUnit([], global.unit) };
  // Counted anew when more voices were read with the topics of now.
  const voices = useQuery(spokenOfQuery(asked, [tree.version, tree.read]));
  const nameOf = (topic: TopicFigure) => localized(topic.label, language, topic.topic);
  return (
    <QueryState query={voices}>
      {(data) => {
        const { topics } = data;
        const finding = findingOf(topics);
        return (
          <>
            {finding && (
              <p className={classes.finding}>
                {t(finding.worst ? "topics.finding_both" : "topics.finding_most", {
                  most: nameOf(finding.most),
                  worst: finding.worst ? nameOf(finding.worst) : "",
                  share: finding.worst
                    ? formatShare(finding.worst.said.negative / finding.worst.n, language, 0)
                    : "",
                })}
              </p>
            )}
            <p className={classes.status} role="status">
              {t("topics.of", { n: formatCount(topics[0]?.share.n ?? 0, language) })}{" "}
              {tree.read < 1 && t("topics.reading", { share: formatShare(tree.read, language, 0) })}
            </p>
            <DataTable
              label={t("topics.title")}
              rows={topics}
              rowKey={(topic) => topic.topic}
              isFaint={(topic) => topic.n === 0}
              columns={[
                {
                  key: "name",
                  header: t("topics.column.topic"),
                  rowHeader: true,
                  cell: (topic) => (
                    <span className={classes.name} data-depth={depthOf(topics, topic)}>
                      <AppLink
                        to={paths.voices()}
                        search={{
                          filters: formatFilters([{ dimension: "topic", values: [topic.topic] }]),
                        }}
                      >
                        {nameOf(topic)}
                      </AppLink>
                    </span>
                  ),
                },
                {
                  key: "n",
                  header: t("topics.column.voices"),
                  align: "end",
                  cell: (topic) => formatCount(topic.n, language),
                },
                {
                  key: "share",
                  header: t("topics.column.share"),
                  wideOnly: true,
                  cell: (topic) =>
                    topic.n > 0 && (
                      <Score
                        name={nameOf(topic)}
                        score={topic.share}
                        scale={PERCENT_SCALE}
                        size="cell"
                      />
                    ),
                },
                {
                  key: "said",
                  header: t("topics.column.said"),
                  cell: (topic) => <Split said={topic.said} />,
                },
                ...(onEdit
                  ? [
                      {
                        key: "edit",
                        header: <span className="visually-hidden">{t("action.edit")}</span>,
                        label: t("action.edit"),
                        wideOnly: true,
                        align: "end" as const,
                        cell: (topic: TopicFigure) => (
                          <Button
                            variant="subtle"
                            size="compact-sm"
                            aria-label={t("topics.edit_named", { name: nameOf(topic) })}
                            onClick={() => onEdit(topic.topic)}
                          >
                            {t("action.edit")}
                          </Button>
                        ),
                      },
                    ]
                  : []),
              ]}
            />
          </>
        );
      }}
    </QueryState>
  );
}
