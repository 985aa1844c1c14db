import { Button, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { importsQuery } from "../imports/queries";
import { paths } from "../paths";
import { useSession } from "../session/session";
import { invitationsQuery, membersQuery } from "../settings/queries";
import { surveysQuery } from "../surveys/queries";
import { AppLink } from "../ui/AppLink";
import { Section } from "../ui/page/Page";
import classes from "./home.module.css";
import { Uncounted, useAnswersOf } from "./Uncounted";
import { WaitingSurvey } from "./WaitingSurvey";

/** Makes the demo company in a folder of its own and serves it beside this Koe. */
const DEMO = "koe demo --data demo && koe serve --data demo --listen 127.0.0.1:7701";

/** What to do in an empty install; done steps are ticked, steps beyond one's permissions left out. */
export function FirstSteps() {
  const { t } = useTranslation();
  const { permissions } = useSession();
  const may = (permission: (typeof permissions)[number]) => permissions.includes(permission);
  const imports = useInfiniteQuery({ ...importsQuery, enabled: may("import_data") });
  const surveys = useInfiniteQuery(surveysQuery());
  const members = useQuery({ ...membersQuery, enabled: may("edit_members") });
  const invitations = useQuery({ ...invitationsQuery, enabled: may("edit_members") });
  const made = surveys.data?.pages.flatMap((page) => page.items) ?? [];
  const published = made.find((survey) => survey.status === "live");
  const answersOf = useAnswersOf();
  const waiting = made.find((survey) => survey.status === "live" && answersOf(survey) === 0);
  const answered = made.some((survey) => answersOf(survey) > 0);
  const draft = made.find((survey) => survey.version == null);
  const steps = [
    {
      name: "import",
      to: paths.imports(),
      needs: "import_data",
      done: imports.data?.pages.some((page) => page.items.some(({ status }) => status === "done")),
    },
    {
      name: "survey",
      to: !published && draft ? paths.surveyBuild(draft.id) : paths.surveys(),
      needs: "edit_surveys",
      done: Boolean(published),
    },
    {
      name: "team",
      to: paths.members(),
      needs: "edit_members",
      done: (members.data?.length ?? 0) > 1 || (invitations.data?.length ?? 0) > 0,
    },
  ] as const;
  return (
    <>
      {answered ? <Uncounted /> : waiting && <WaitingSurvey survey={waiting} />}
      <Section title={t("home.start")} lead={t("home.start_lead")}>
        <ol className={classes.steps}>
          {steps
            .filter((step) => may(step.needs))
            .map((step) => (
              <Step key={step.name} done={Boolean(step.done)}>
                <AppLink to={step.to}>
                  {t(
                    step.name === "survey" && draft && !published
                      ? "home.step.publish"
                      : `home.step.${step.name}`,
                  )}
                </AppLink>
                <p>{t(`home.step.${step.name}_body`)}</p>
              </Step>
            ))}
          <Step done={false}>
            <span className={classes.stepName}>{t("home.step.demo")}</span>
            <p>{t("home.step.demo_body")}</p>
            <code className={classes.command}>{DEMO}</code>
            <CopyButton value={DEMO}>
              {({ copied, copy }) => (
                <Button
                  variant="subtle"
                  size="compact-sm"
                  onClick={copy}
                  leftSection={
                    copied ? (
                      <IconCheck size={16} aria-hidden />
                    ) : (
                      <IconCopy size={16} aria-hidden />
                    )
                  }
                >
                  {t(copied ? "action.copied" : "action.copy")}
                </Button>
              )}
            </CopyButton>
          </Step>
        </ol>
      </Section>
    </>
  );
}

function Step({ done, children }: { done: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <li className={classes.step} data-done={done || undefined}>
      {done && (
        <span className={classes.tick}>
          <IconCheck size={16} stroke={2} aria-hidden />
          {t("home.done")}
        </span>
      )}
      {children}
    </li>
  );
}
