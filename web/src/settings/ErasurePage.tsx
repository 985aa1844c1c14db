import { Button } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Erasure } from "../api/types";
import { formatMoment } from "../format/date";
import { formatCount } from "../format/number";
import { useLanguage } from "../i18n/language";
import { useMay, useSession } from "../session/session";
import { Page } from "../ui/page/Page";
import { NoPermission, QueryState } from "../ui/page/states";
import classes from "./erasure.module.css";
import { removedOf, stateOf } from "./erasures";
import { erasureQuery, membersQuery } from "./queries";

/** The receipt of an erasure, made to be printed: what was removed, where, and since when. */
export function ErasurePage() {
  const { t } = useTranslation();
  const { erasureId = "" } = useParams({ strict: false }) as { erasureId?: string };
  const may = useMay("erase_people");
  const receipt = useQuery({ ...erasureQuery(erasureId), enabled: may });
  return (
    <Page
      title={t("settings.erasure.receipt")}
      kicker={useSession().organisation.name}
      width="reading"
      actions={
        receipt.data && (
          <Button
            variant="default"
            className={classes.print}
            leftSection={<IconPrinter size={16} stroke={1.6} aria-hidden />}
            onClick={() => window.print()}
          >
            {t("settings.erasure.print")}
          </Button>
        )
      }
    >
      {may ? (
        <QueryState query={receipt}>{(data) => <Receipt receipt={data} />}</QueryState>
      ) : (
        <NoPermission />
      )}
    </Page>
  );
}

function Receipt({ receipt }: { receipt: Erasure }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const mayList = useMay("edit_members");
  const { data: members } = useQuery({ ...membersQuery, enabled: mayList });
  const by = members?.find((member) => member.id === receipt.requested_by)?.name;
  const state = stateOf(receipt, Date.now());
  const facts: [string, string][] = [
    [t("settings.erasure.number"), receipt.id],
    [t("settings.erasure.at"), formatMoment(receipt.at, language)],
    [t("settings.erasure.by"), by ?? receipt.requested_by],
    [t("settings.erasure.reason"), t(`settings.erasure.reasons.${receipt.reason}`)],
    [t("settings.erasure.mode"), t(`settings.erasure.modes_short.${receipt.mode}`)],
    [t("settings.erasure.pseudonyms"), receipt.pseudonyms.join(", ")],
  ];
  return (
    <div className={classes.receipt}>
      <p className={classes.state} data-state={state} role="status">
        {state === "complete"
          ? t("settings.erasure.complete_at", {
              at: formatMoment(receipt.completed_at ?? "", language),
            })
          : t(`settings.erasure.${state}_until`, { at: formatMoment(receipt.due_at, language) })}
      </p>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h2 className={classes.heading}>{t("settings.erasure.removed")}</h2>
      <table className={classes.removed}>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{t("settings.erasure.what")}</th>
            <th scope="col">{t("settings.erasure.count")}</th>
          </tr>
        </thead>
        <tbody>
          {removedOf(receipt).map(([what, count]) => (
            <tr key={what}>
              <th scope="row">{t(`settings.erasure.counts.${what}`)}</th>
              <td className="num">{formatCount(count, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2 className={classes.heading}>{t("settings.erasure.files")}</h2>
      {receipt.files.length === 0 ? (
        <p className="meta">
          {t(receipt.completed_at ? "settings.erasure.no_files" : "settings.erasure.files_open")}
        </p>
      ) : (
        <>
          <p className="meta">{t("settings.erasure.files_body")}</p>
          <ul className={classes.files}>
            {receipt.files.map((path) => (
              <li key={path} className="mono">
                {path}
              </li>
            ))}
          </ul>
        </>
      )}
      <p className={classes.note}>{t("settings.erasure.backups")}</p>
    </div>
  );
}
