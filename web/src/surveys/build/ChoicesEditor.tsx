import { ActionIcon, Button, Checkbox, Switch, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../../i18n/language";
import { type Choice, type ChoiceKey, choicesOf, freeId, type Question } from "../document";
import { move } from "../editor";
import { readValue } from "../values";
import classes from "./build.module.css";
import { SortableArea, SortableRow } from "./Sortable";
import { TextPair } from "./TextPair";

interface ChoicesEditorProps {
  list: ChoiceKey;
  question: Question;
  languages: readonly string[];
  onChange: (part: string, change: Record<string, unknown>) => void;
  onRename: (from: string, to: string) => void;
}

/** The choices of a question, or the rows or columns of a matrix. */
export function ChoicesEditor({
  list,
  question,
  languages,
  onChange,
  onRename,
}: ChoicesEditorProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const choices = choicesOf(question, list);
  const [coded, setCoded] = useState(choices.some((each) => each.value != null));
  const set = (next: Choice[], part = "order") => onChange(`${list}.${part}`, { [list]: next });
  const change = (index: number, part: string, next: Partial<Choice>) =>
    set(
      choices.map((each, at) => (at === index ? { ...each, ...next } : each)),
      `${index}.${part}`,
    );
  const nameOf = (id: string) =>
    localized(choices.find((each) => each.id === id)?.label, language, id);
  const indexOf = (id: string) => choices.findIndex((each) => each.id === id);
  const add = () => {
    const id = freeId(
      list === "rows" ? "r" : "c",
      choices.map((each) => each.id),
    );
    set([...choices, { id, label: {} }], `add ${id}`);
    setAdded(choices.length);
  };
  // What was added is named next.
  const fieldset = useRef<HTMLFieldSetElement>(null);
  const [added, setAdded] = useState<number | null>(null);
  useEffect(() => {
    if (added === null) return;
    const row = `[data-field="${list}[${added}]"] input`;
    fieldset.current?.querySelector<HTMLElement>(row)?.focus();
    setAdded(null);
  }, [added, list]);
  const special = list === "choices" && question.type !== "emotion";
  const mark = list === "rows" ? "" : isMany(question) ? "□" : "○";
  return (
    <fieldset ref={fieldset} className={classes.choices} data-field={list}>
      <legend className={classes.caption}>{t(`surveys.lists.${list}`)}</legend>
      <SortableArea
        items={choices.map(({ id }) => id)}
        nameOf={nameOf}
        onMove={(id, onto) => set(move(choices, indexOf(id), indexOf(onto)))}
      >
        <ol className={classes.list}>
          {choices.map((choice, index) => (
            <li key={choice.id} data-field={`${list}[${index}]`}>
              <SortableRow id={choice.id} name={nameOf(choice.id)} className={classes.choice}>
                <span className={classes.mark} aria-hidden="true">
                  {mark}
                </span>
                <div className={classes.choiceBody}>
                  <TextPair
                    quiet
                    plain
                    label={`${t(`surveys.list_items.${list}`)} ${index + 1}`}
                    value={choice.label}
                    languages={languages}
                    onChange={(label) => change(index, "label", { label })}
                  />
                  {coded && (
                    <Codes
                      choice={choice}
                      withValue={list !== "rows"}
                      fixed={Boolean(question.field)}
                      taken={choices.map(({ id }) => id)}
                      onChange={(part, next) => change(index, part, next)}
                      onRename={(to) => onRename(choice.id, to)}
                    />
                  )}
                  {special && (
                    <span className={classes.choiceFlags}>
                      <Checkbox
                        size="xs"
                        label={t("surveys.write_in")}
                        checked={choice.write_in ?? false}
                        onChange={(event) =>
                          change(index, "write_in", { write_in: event.currentTarget.checked })
                        }
                      />
                      {question.type === "multiple" && (
                        <Checkbox
                          size="xs"
                          label={t("surveys.exclusive")}
                          checked={choice.exclusive ?? false}
                          onChange={(event) =>
                            change(index, "exclusive", { exclusive: event.currentTarget.checked })
                          }
                        />
                      )}
                    </span>
                  )}
                </div>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t("field.pair", {
                    name: t("action.delete"),
                    value: nameOf(choice.id),
                  })}
                  onClick={() => set(choices.filter((each) => each.id !== choice.id))}
                >
                  <IconX size={16} aria-hidden />
                </ActionIcon>
              </SortableRow>
            </li>
          ))}
        </ol>
      </SortableArea>
      <span className={classes.adds}>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={add}
        >
          {t(`surveys.add_items.${list}`)}
        </Button>
        <Switch
          size="xs"
          label={t("builder.codes.show")}
          checked={coded}
          onChange={(event) => setCoded(event.currentTarget.checked)}
        />
      </span>
    </fieldset>
  );
}

const isMany = (question: Question) =>
  question.type === "multiple" || ("multiple" in question && question.multiple === true);

interface CodesProps {
  choice: Choice;
  withValue: boolean;
  /** Answers carry the code already. */
  fixed: boolean;
  taken: string[];
  onChange: (part: string, change: Partial<Choice>) => void;
  onRename: (to: string) => void;
}

/** The code under which a choice is kept, and the number it counts as. */
function Codes({ choice, withValue, fixed, taken, onChange, onRename }: CodesProps) {
  const { t } = useTranslation();
  // What is being typed; the document's own is shown otherwise, also after an undo.
  const [typedId, setTypedId] = useState<string | null>(null);
  const [typedValue, setTypedValue] = useState<string | null>(null);
  const id = typedId ?? choice.id;
  const usable = id === choice.id || (/^[\w-]{1,32}$/.test(id) && !taken.includes(id));
  const value = typedValue ?? String(choice.value ?? "");
  return (
    <div className={classes.fieldLine}>
      <TextInput
        size="xs"
        label={t("builder.codes.id")}
        value={id}
        disabled={fixed}
        title={fixed ? t("builder.fixed") : undefined}
        error={usable ? undefined : t("builder.codes.id_wrong")}
        onChange={(event) => setTypedId(event.currentTarget.value)}
        onBlur={() => {
          if (usable && id !== choice.id) onRename(id);
          setTypedId(null);
        }}
      />
      {withValue && (
        <TextInput
          size="xs"
          inputMode="decimal"
          label={t("field.noted", { label: t("builder.codes.value"), note: t("field.optional") })}
          value={value}
          error={readValue(value) === undefined ? t("builder.codes.value_wrong") : undefined}
          onChange={(event) => {
            const text = event.currentTarget.value;
            setTypedValue(text);
            const next = readValue(text);
            if (next !== undefined) onChange("value", { value: next });
          }}
          onBlur={() => setTypedValue(null)}
        />
      )}
    </div>
  );
}
