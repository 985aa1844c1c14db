import { useTranslation } from "react-i18next";
import { paths } from "../paths";
import { useSession } from "../session/session";
import { AppLink } from "../ui/AppLink";
import { Section } from "../ui/page/Page";
import classes from "./home.module.css";

/** What to do in an empty install, in order; steps beyond the member's permissions are left out. */
export function FirstSteps() {
  const { t } = useTranslation();
  const { permissions } = useSession();
  const steps = [
    { name: "touchpoints", to: paths.touchpoints(), needs: "edit_touchpoints" },
    { name: "units", to: paths.units(), needs: "edit_organisation" },
    { name: "surveys", to: paths.surveys(), needs: "edit_surveys" },
    { name: "members", to: paths.members(), needs: "edit_members" },
  ] as const;
  return (
    <Section title={t("home.start")} lead={t("home.start_lead")}>
      <ol className={classes.steps}>
        {steps
          .filter((step) => permissions.includes(step.needs))
          .map((step) => (
            <li key={step.name} className={classes.step}>
              <AppLink to={step.to}>{t(`home.step.${step.name}`)}</AppLink>
              <p>{t(`home.step.${step.name}_body`)}</p>
            </li>
          ))}
      </ol>
    </Section>
  );
}
