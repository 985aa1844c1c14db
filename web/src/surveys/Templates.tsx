import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { localized, useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { QueryState } from "../ui/page/states";
import { toastFailed } from "../ui/toast";
import { pagesOf, questionsOf } from "./document";
import { templatesQuery } from "./queries";
import classes from "./surveys.module.css";

/** Makes a survey, from a template or from nothing, and opens it. */
function useMakeSurvey() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (template: string | null) =>
      unwrap(
        api.POST("/api/surveys", {
          body: template ? { template } : { title: { ja: "新しいアンケート", en: "New survey" } },
        }),
      ),
    onSuccess: async (survey) => {
      await queries.invalidateQueries({ queryKey: ["surveys", "list"] });
      await navigate({ to: paths.surveyBuild(survey.id) } as never);
    },
    onError: (error) => toastFailed(error, t("state.error_network")),
  });
}

/** The templates to begin with, each with what it is for. */
export function Templates({ lead }: { lead: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const templates = useQuery(templatesQuery);
  const make = useMakeSurvey();
  const may = useMay("edit_surveys");
  const reason = may ? undefined : t("state.no_reason");
  return (
    <>
      <p className={classes.lead}>{lead}</p>
      <QueryState query={templates} skeleton={<Skeleton height={240} />}>
        {(items) => (
          <ul className={classes.templates}>
            {items.map((template) => (
              <li key={template.id} className={classes.template}>
                <h2 className={classes.templateName}>{localized(template.name, language)}</h2>
                <p>{localized(template.description, language)}</p>
                <p className="meta">
                  {t(`surveys.kinds.${template.document.programme?.kind ?? "transactional"}`)}
                  {" · "}
                  {t("surveys.questions", {
                    count: pagesOf(template.document).flatMap(questionsOf).length,
                  })}
                </p>
                <Button
                  variant="default"
                  disabled={!may}
                  title={reason}
                  loading={make.isPending && make.variables === template.id}
                  onClick={() => make.mutate(template.id)}
                  aria-label={t("surveys.use_template", {
                    name: localized(template.name, language),
                  })}
                >
                  {t("surveys.use")}
                </Button>
              </li>
            ))}
            <li className={classes.template}>
              <h2 className={classes.templateName}>{t("surveys.blank")}</h2>
              <p>{t("surveys.blank_body")}</p>
              <Button
                variant="default"
                disabled={!may}
                title={reason}
                loading={make.isPending && make.variables === null}
                onClick={() => make.mutate(null)}
              >
                {t("surveys.start_blank")}
              </Button>
            </li>
          </ul>
        )}
      </QueryState>
    </>
  );
}
