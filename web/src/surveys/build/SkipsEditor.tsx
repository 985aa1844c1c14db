import { Button, Select } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../../i18n/language";
import { pagesOf, questionsOf, type Skip, type SurveyDocument } from "../document";
import classes from "./build.module.css";
import { ConditionEditor } from "./ConditionEditor";

interface SkipsEditorProps {
  document: SurveyDocument;
  page: number;
  skips: Skip[];
  onChange: (skips: Skip[]) => void;
}

/** Where people go after a page; the first skip that holds decides. */
export function SkipsEditor({ document, page, skips, onChange }: SkipsEditorProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const targets = [
    { value: "end", label: t("surveys.to_end") },
    ...pagesOf(document)
      .map((each, index) => ({
        value: `page:${each.id}`,
        label: localized(each.title, language, t("surveys.page", { number: index + 1 })),
      }))
      .slice(page + 1),
    ...(document.endings ?? []).map((each) => ({
      value: `ending:${each.id}`,
      label: t("surveys.to_ending", { name: localized(each.title, language, each.id) }),
    })),
  ];
  const own = pagesOf(document)[page];
  const here = own ? questionsOf(own).length : 0;
  const set = (index: number, change: Partial<Skip>) =>
    onChange(skips.map((each, at) => (at === index ? { ...each, ...change } : each)));
  return (
    <fieldset className={classes.condition}>
      <legend className={classes.caption}>{t("surveys.skips")}</legend>
      {skips.map((skip, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: skips have no names; their order decides.
        <div key={index} className={classes.skip} data-field={`skips[${index}]`}>
          <ConditionEditor
            label={t("surveys.skip_when", { number: index + 1 })}
            field={`skips[${index}].when`}
            document={document}
            place={{ page, question: here }}
            condition={"all" in skip.when && skip.when.all.length === 0 ? null : skip.when}
            // A skip without a condition always holds.
            onChange={(when) => set(index, { when: when ?? { all: [] } })}
          />
          <Select
            label={t("surveys.skip_to")}
            data={targets}
            value={targetKey(skip.to)}
            allowDeselect={false}
            onChange={(to) => to && set(index, { to: readTarget(to) })}
          />
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => onChange(skips.filter((_, at) => at !== index))}
          >
            {t("surveys.remove_skip")}
          </Button>
        </div>
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => onChange([...skips, { when: { all: [] }, to: "end" }])}
      >
        {t("surveys.add_skip")}
      </Button>
    </fieldset>
  );
}

function targetKey(to: Skip["to"]): string {
  if (to === "end") return to;
  return "page" in to ? `page:${to.page}` : `ending:${to.ending}`;
}

function readTarget(key: string): Skip["to"] {
  const id = key.slice(key.indexOf(":") + 1);
  if (key.startsWith("page:")) return { page: id };
  return key.startsWith("ending:") ? { ending: id } : "end";
}
