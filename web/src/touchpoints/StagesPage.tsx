import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Stage, Touchpoint } from "../api/types";
import { localized, useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { AppLink } from "../ui/AppLink";
import { Page } from "../ui/page/Page";
import { QueryState } from "../ui/page/states";
import { stagesQuery, touchpointsQuery } from "./queries";
import classes from "./StagesPage.module.css";

/** The whole cycle as columns of a timetable, each stage with its touchpoints. */
export function StagesPage() {
  const { t } = useTranslation();
  const stages = useQuery(stagesQuery);
  const touchpoints = useQuery(touchpointsQuery);
  return (
    <Page title={t("touchpoints.stages.title")} lead={t("touchpoints.stages.lead")} width="full">
      <QueryState query={stages}>
        {(data) => <Cycle stages={data} touchpoints={touchpoints.data ?? []} />}
      </QueryState>
    </Page>
  );
}

function Cycle({ stages, touchpoints }: { stages: Stage[]; touchpoints: Touchpoint[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay("edit_touchpoints");
  return (
    <ol className={classes.cycle}>
      {stages.map(({ stage, half }) => {
        const here = touchpoints.filter((each) => each.stage === stage && !each.archived);
        const name = t(`touchpoints.stage.${stage}`);
        return (
          <li key={stage} className={classes.stage} data-half={half}>
            <p className={classes.half}>{t(`touchpoints.half.${half}`)}</p>
            <h2 className={classes.name}>{name}</h2>
            {here.length > 0 ? (
              <ul className={classes.touchpoints}>
                {here.map((each) => (
                  <li key={each.id}>
                    <AppLink to={paths.touchpoints()} search={{ open: each.id }}>
                      {localized(each.name, language, each.code)}
                    </AppLink>
                    <span className="meta"> {t(`touchpoints.channel.${each.channel}`)}</span>
                  </li>
                ))}
              </ul>
            ) : (
              <p className="meta">{t("touchpoints.stages.none")}</p>
            )}
            {may && (
              <AppLink
                to={paths.touchpoints()}
                search={{ open: "new", stage }}
                className={classes.add}
                aria-label={t("touchpoints.stages.add_here", { stage: name })}
              >
                + {t("action.add")}
              </AppLink>
            )}
          </li>
        );
      })}
    </ol>
  );
}
