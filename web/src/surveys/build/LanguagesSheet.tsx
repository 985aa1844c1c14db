import { ActionIcon, Group, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { IconArrowUp, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { withText } from "../document";
import { isMissing, missingIn, type TextPlace, textsOf } from "../texts";
import building from "./build.module.css";
import classes from "./languages.module.css";
import { useLanguageName } from "./TextPair";
import type { BuilderDraft } from "./useDraft";

/** Languages offered by name; a converted survey may have any other. */
const OFFERED =
  "ja en zh-Hans zh-Hant ko vi th id ms tl my ne hi bn pt-BR pt es fr de it nl sv pl ru uk tr ar he fa".split(
    " ",
  );

/** Lines that are longer than this are written in a field of several lines. */
const LONG = 60;

/** The languages of the survey, and all its words in two of them side by side. */
export function LanguagesSheet({ draft }: { draft: BuilderDraft }) {
  const { t } = useTranslation();
  const name = useLanguageName();
  const { state, dispatch } = draft;
  const { document } = state;
  const { languages } = document;
  const set = (next: string[]) => dispatch({ do: "changeSurvey", change: { languages: next } });
  return (
    <div className={building.sheet} data-field="languages">
      <header className={building.sheetHeader}>
        <span className={building.kind}>{t("builder.languages.title")}</span>
      </header>
      <ol className={building.list}>
        {languages.map((tag, index) => {
          const missing = missingIn(document, tag);
          return (
            <li key={tag} className={classes.language}>
              <span>
                {name(tag)} <span className="mono">{tag}</span>
                {index === 0 && (
                  <span className={building.note}> {t("builder.languages.base")}</span>
                )}
              </span>
              <span className={building.note}>
                {missing === 0
                  ? t("builder.languages.whole")
                  : t("builder.languages.missing_long", { count: missing })}
              </span>
              <Group gap={4} wrap="nowrap">
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  disabled={index === 0}
                  aria-label={t("builder.languages.make_base", { name: name(tag) })}
                  title={t("builder.languages.make_base", { name: name(tag) })}
                  onClick={() => set([tag, ...languages.filter((each) => each !== tag)])}
                >
                  <IconArrowUp size={16} aria-hidden />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  disabled={languages.length === 1}
                  aria-label={t("builder.languages.remove", { name: name(tag) })}
                  onClick={() => set(languages.filter((each) => each !== tag))}
                >
                  <IconX size={16} aria-hidden />
                </ActionIcon>
              </Group>
            </li>
          );
        })}
      </ol>
      <Select
        label={t("builder.languages.add")}
        description={t("builder.languages.add_help")}
        data={OFFERED.filter((tag) => !languages.includes(tag)).map((value) => ({
          value,
          label: name(value),
        }))}
        value={null}
        searchable
        clearable
        nothingFoundMessage={t("state.no_results")}
        onChange={(tag) => tag && set([...languages, tag])}
      />
      {languages.length > 1 && <Translation key={languages.join()} draft={draft} />}
    </div>
  );
}

/** Every text once, from one language into another. */
function Translation({ draft }: { draft: BuilderDraft }) {
  const { t } = useTranslation();
  const name = useLanguageName();
  const { document } = draft.state;
  const { languages } = document;
  const [from, setFrom] = useState(languages[0] ?? "");
  const [to, setTo] = useState(languages.at(-1) ?? "");
  const [open, setOpen] = useState<ReadonlySet<string> | null>(null);
  const keyOf = (text: TextPlace) => text.path.join(".");
  const said = textsOf(document).filter((text) =>
    Object.values(text.value).some((words) => words.trim()),
  );
  // Those that were missing stay in the list while they are being written.
  const texts = open ? said.filter((text) => open.has(keyOf(text))) : said;
  const onlyMissing = (only: boolean) =>
    setOpen(only ? new Set(said.filter((text) => isMissing(text.value, to)).map(keyOf)) : null);
  const options = languages.map((value) => ({ value, label: name(value) }));
  return (
    <section aria-label={t("builder.languages.translate")} className={classes.translation}>
      <h2 className={building.caption}>{t("builder.languages.translate")}</h2>
      <div className={building.fieldLine}>
        <Select
          label={t("builder.languages.from")}
          data={options}
          value={from}
          allowDeselect={false}
          onChange={(tag) => tag && setFrom(tag)}
        />
        <Select
          label={t("builder.languages.to")}
          data={options}
          value={to}
          allowDeselect={false}
          onChange={(tag) => {
            if (!tag) return;
            setTo(tag);
            setOpen(null);
          }}
        />
      </div>
      <Switch
        label={t("builder.languages.only_missing", { count: missingIn(document, to) })}
        checked={open !== null}
        onChange={(event) => onlyMissing(event.currentTarget.checked)}
      />
      {texts.length === 0 && <p className={building.note}>{t("builder.languages.all_there")}</p>}
      <ul className={building.list}>
        {texts.map((text) => {
          const label = `${t(`builder.roles.${text.role}`)} ${text.of}`.trim();
          const source = text.value[from] ?? "";
          const words = text.value[to] ?? "";
          const Field = Math.max(source.length, words.length) > LONG ? Textarea : TextInput;
          return (
            <li key={keyOf(text)} className={classes.translated}>
              <p className={classes.source} lang={from}>
                <span className={building.note}>{label}</span>
                {source || "–"}
              </p>
              <Field
                lang={to}
                aria-label={t("field.noted", { label, note: name(to) })}
                data-missing={isMissing(text.value, to) || undefined}
                value={words}
                {...(Field === Textarea ? { autosize: true, minRows: 2, maxRows: 10 } : {})}
                onChange={(event: { currentTarget: { value: string } }) =>
                  draft.dispatch({
                    do: "changeText",
                    path: text.path,
                    value: withText(text.value, to, event.currentTarget.value),
                  })
                }
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
