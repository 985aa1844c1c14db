import { useTranslation } from "react-i18next";
import { findQuestion, pagesOf } from "../document";
import classes from "./build.module.css";
import { ConditionEditor } from "./ConditionEditor";
import { EndingProperties } from "./EndingProperties";
import { QuestionProperties } from "./QuestionProperties";
import { SkipsEditor } from "./SkipsEditor";
import { SurveyProperties } from "./SurveyProperties";
import type { BuilderDraft } from "./useDraft";

/** The properties and the logic of what is selected. */
export function Properties({ draft }: { draft: BuilderDraft }) {
  const { t } = useTranslation();
  const { state, dispatch } = draft;
  const { document, selection } = state;
  switch (selection.kind) {
    case "languages":
      return <p className={classes.note}>{t("builder.languages.help")}</p>;
    case "fields":
      return <p className={classes.note}>{t("builder.fields.help")}</p>;
    case "survey":
      return <SurveyProperties draft={draft} />;
    case "ending":
      return <EndingProperties key={selection.id} draft={draft} id={selection.id} />;
    case "question": {
      const found = findQuestion(document, selection.id);
      if (!found) return null;
      return <QuestionProperties key={selection.id} draft={draft} found={found} />;
    }
    case "page": {
      const index = pagesOf(document).findIndex(({ id }) => id === selection.id);
      const page = pagesOf(document)[index];
      if (!page) return null;
      return (
        <div className={classes.properties} key={page.id}>
          <ConditionEditor
            label={t("surveys.show_page_if")}
            document={document}
            place={{ page: index }}
            field="show_if"
            condition={page.show_if}
            onChange={(show_if) =>
              dispatch({
                do: "changePage",
                id: page.id,
                change: { show_if },
                place: `${page.id}.show_if`,
              })
            }
          />
          <SkipsEditor
            document={document}
            page={index}
            skips={page.skips ?? []}
            onChange={(skips) =>
              dispatch({
                do: "changePage",
                id: page.id,
                change: { skips },
                place: `${page.id}.skips`,
              })
            }
          />
        </div>
      );
    }
  }
}
