import { Button } from "@mantine/core";
import { IconInbox } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { paths } from "../../paths";
import { useMay } from "../../session/session";
import { AppLink } from "../../ui/AppLink";
import { EmptyState } from "../../ui/page/states";

/** Nobody has answered in the chosen period: wider, or hand out a link. */
export function NoResponses({ survey }: { survey: string }) {
  const { t } = useTranslation();
  const may = useMay("edit_surveys");
  return (
    <EmptyState
      icon={IconInbox}
      title={t("surveys.results.no_responses")}
      body={t("surveys.results.no_responses_body")}
      action={
        may && (
          <Button component={AppLink} to={paths.surveyLinks(survey)}>
            {t("surveys.results.hand_out")}
          </Button>
        )
      }
    />
  );
}
