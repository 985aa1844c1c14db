import { IconRoute } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { components } from "../../api/schema.gen";
import { formatCount, formatDecimal, formatShare } from "../../format/number";
import { localized, useLanguage } from "../../i18n/language";
import { Section } from "../../ui/page/Page";
import { EmptyState } from "../../ui/page/states";
import { DataTable } from "../../ui/table/DataTable";
import { pagesOf, questionsOf, type SurveyDocument } from "../document";
import { mostLeft, orderedPages, type PageFigures } from "./dropOff";
import classes from "./results.module.css";

interface DropOffProps {
  dropOff: components["schemas"]["DropOff"] | null | undefined;
  document: SurveyDocument;
}

/** How far people come and how long each page takes: bars that are a table at the same time. */
export function DropOff({ dropOff, document }: DropOffProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (!dropOff) {
    return (
      <EmptyState
        icon={IconRoute}
        title={t("surveys.results.no_rows")}
        body={t("surveys.results.no_drop_off_body")}
      />
    );
  }
  if (dropOff.begun === 0) {
    return (
      <EmptyState
        icon={IconRoute}
        title={t("surveys.results.drop_off.none")}
        body={t("surveys.results.drop_off.none_body")}
      />
    );
  }
  const pages = orderedPages(
    dropOff.pages,
    pagesOf(document).map(({ id }) => id),
  );
  const name = (page: PageFigures, said: "page" | "page_said" = "page") => {
    const found = pagesOf(document).find(({ id }) => id === page.page);
    if (!found) return t("surveys.results.drop_off.earlier_page", { page: page.page });
    const place = pagesOf(document).indexOf(found) + 1;
    const first = questionsOf(found)[0];
    const title =
      localized(found.title, language) || (first ? localized(first.text, language) : "");
    return t(`surveys.results.drop_off.${said}`, { page: place, title });
  };
  const worst = mostLeft(pages);
  const finding = worst
    ? t("surveys.results.drop_off.finding", {
        page: name(worst, "page_said"),
        left: formatCount(worst.left, language),
        reached: formatCount(worst.reached, language),
        share: formatShare(worst.left / worst.reached, language),
      })
    : t("surveys.results.drop_off.nobody_left");
  return (
    <Section title={finding} lead={t("surveys.results.drop_off.lead")}>
      <p className="num">
        {t("surveys.results.drop_off.finished", {
          finished: formatCount(dropOff.finished, language),
          begun: formatCount(dropOff.begun, language),
          share: formatShare(dropOff.finished / dropOff.begun, language),
        })}
      </p>
      <DataTable
        label={t("surveys.results.tabs.drop_off")}
        rows={pages}
        rowKey={(page) => page.page}
        columns={[
          {
            key: "page",
            header: t("surveys.results.drop_off.page_header"),
            rowHeader: true,
            cell: (page) => name(page),
          },
          {
            key: "bar",
            header: <span className="visually-hidden">{t("surveys.results.drop_off.chart")}</span>,
            width: "28%",
            wideOnly: true,
            cell: (page) => (
              <div className={classes.reach} aria-hidden="true">
                <span style={{ width: `${(100 * (page.reached - page.left)) / dropOff.begun}%` }} />
                <span data-left style={{ width: `${(100 * page.left) / dropOff.begun}%` }} />
              </div>
            ),
          },
          {
            key: "reached",
            header: t("surveys.results.drop_off.reached"),
            align: "end",
            cell: (page) => formatCount(page.reached, language),
          },
          {
            key: "left",
            header: t("surveys.results.drop_off.left"),
            align: "end",
            cell: (page) =>
              `${formatCount(page.left, language)} (${formatShare(
                page.reached > 0 ? page.left / page.reached : 0,
                language,
              )})`,
          },
          {
            key: "median",
            header: t("surveys.results.drop_off.median"),
            align: "end",
            cell: (page) =>
              page.median_ms === null || page.median_ms === undefined
                ? t("score.no_value")
                : t("surveys.results.seconds", {
                    seconds: formatDecimal(page.median_ms / 1000, 0, language),
                  }),
          },
        ]}
      />
    </Section>
  );
}
