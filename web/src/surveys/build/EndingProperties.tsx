import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { pagesOf } from "../document";
import classes from "./build.module.css";
import { ConditionEditor } from "./ConditionEditor";
import { TextPair } from "./TextPair";
import type { BuilderDraft } from "./useDraft";

/** Who sees an ending, and where it leads. */
export function EndingProperties({ draft, id }: { draft: BuilderDraft; id: string }) {
  const { t } = useTranslation();
  const { state, dispatch } = draft;
  const { document } = state;
  const ending = document.endings?.find((each) => each.id === id);
  if (!ending) return null;
  const set = (part: string, change: Partial<typeof ending>) =>
    dispatch({ do: "changeEnding", id, change, place: `${id}.${part}` });
  return (
    <div className={classes.properties}>
      <ConditionEditor
        label={t("surveys.ending_when")}
        document={document}
        place={{ page: pagesOf(document).length }}
        field="when"
        condition={ending.when}
        onChange={(when) => set("when", { when })}
      />
      <TextInput
        data-field="link.url"
        label={`${t("surveys.ending_url")} (${t("field.optional")})`}
        type="url"
        value={ending.link?.url ?? ""}
        onChange={(event) => {
          const url = event.currentTarget.value;
          set("link", { link: url ? { ...ending.link, url } : null });
        }}
      />
      {ending.link && (
        <TextPair
          field="link.label"
          label={t("surveys.ending_link_label")}
          value={ending.link.label}
          languages={draft.shown}
          onChange={(label) => set("label", { link: { url: ending.link?.url ?? "", label } })}
        />
      )}
    </div>
  );
}
