import { ActionIcon, Button, Checkbox } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { localized, useLanguage } from "../../i18n/language";
import { type Choice, type ChoiceKey, choicesOf, freeId, type Question } from "../document";
import { move } from "../editor";
import classes from "./build.module.css";
import { TextPair } from "./TextPair";

interface ChoicesEditorProps {
  list: ChoiceKey;
  question: Question;
  languages: readonly string[];
  onChange: (part: string, change: Record<string, unknown>) => void;
}

/** The choices of a question, or the rows or columns of a matrix. */
export function ChoicesEditor({ list, question, languages, onChange }: ChoicesEditorProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const choices = choicesOf(question, list);
  const set = (next: Choice[], part = "order") => onChange(`${list}.${part}`, { [list]: next });
  const change = (id: string, next: Partial<Choice>) =>
    set(
      choices.map((each) => (each.id === id ? { ...each, ...next } : each)),
      id,
    );
  const add = () => {
    const id = freeId(
      list === "rows" ? "r" : "c",
      choices.map((each) => each.id),
    );
    set([...choices, { id, label: {} }], `add ${id}`);
  };
  const special = list === "choices" && question.type !== "emotion";
  return (
    <fieldset className={classes.choices}>
      <legend className={classes.caption}>{t(`surveys.lists.${list}`)}</legend>
      <ol className={classes.list}>
        {choices.map((choice, index) => {
          const name = localized(choice.label, language, choice.id);
          return (
            <li key={choice.id} className={classes.choice}>
              <TextPair
                quiet
                label={`${t(`surveys.list_items.${list}`)} ${index + 1}`}
                value={choice.label}
                languages={languages}
                onChange={(label) => change(choice.id, { label })}
              />
              <span className={classes.choiceActions}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`${t("action.move_up")}: ${name}`}
                  disabled={index === 0}
                  onClick={() => set(move(choices, index, index - 1))}
                >
                  <IconArrowUp size={16} aria-hidden />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`${t("action.move_down")}: ${name}`}
                  disabled={index === choices.length - 1}
                  onClick={() => set(move(choices, index, index + 1))}
                >
                  <IconArrowDown size={16} aria-hidden />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`${t("action.delete")}: ${name}`}
                  onClick={() => set(choices.filter((each) => each.id !== choice.id))}
                >
                  <IconX size={16} aria-hidden />
                </ActionIcon>
              </span>
              {special && (
                <span className={classes.choiceFlags}>
                  <Checkbox
                    size="xs"
                    label={t("surveys.write_in")}
                    checked={choice.write_in ?? false}
                    onChange={(event) =>
                      change(choice.id, { write_in: event.currentTarget.checked })
                    }
                  />
                  {question.type === "multiple" && (
                    <Checkbox
                      size="xs"
                      label={t("surveys.exclusive")}
                      checked={choice.exclusive ?? false}
                      onChange={(event) =>
                        change(choice.id, { exclusive: event.currentTarget.checked })
                      }
                    />
                  )}
                </span>
              )}
            </li>
          );
        })}
      </ol>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={add}
      >
        {t(`surveys.add_items.${list}`)}
      </Button>
    </fieldset>
  );
}
