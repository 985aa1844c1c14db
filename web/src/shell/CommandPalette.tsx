import { Modal } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { changeLanguage } from "../i18n";
import { localized, useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { unitsQuery } from "../settings/units/units";
import { touchpointsQuery } from "../touchpoints/queries";
import classes from "./CommandPalette.module.css";
import { useColorSchemeSwitch } from "./colorScheme";
import type { Verb } from "./navigation";
import { type Command, moveChoice, pickCommands } from "./palette";
import { customerSearchQuery, surveySearchQuery } from "./paletteQueries";

interface CommandPaletteProps {
  opened: boolean;
  onClose: () => void;
  verbs: Verb[];
}

/** ⌘K: every page, a few commands, and what the server knows of the words typed. */
export function CommandPalette({ opened, onClose, verbs }: CommandPaletteProps) {
  const { t } = useTranslation();
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      padding={0}
      yOffset="12vh"
      size={560}
      centered={false}
    >
      <Modal.Overlay />
      <Modal.Content aria-label={t("shell.palette.open")}>
        <Modal.Body>{opened && <PaletteBody onClose={onClose} verbs={verbs} />}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function PaletteBody({ onClose, verbs }: Omit<CommandPaletteProps, "opened">) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const commands = useCommands(verbs, text);
  const listId = useId();
  const active = commands[Math.min(chosen, commands.length - 1)];

  const run = (command: Command) => {
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setChosen((current) =>
        moveChoice(current, event.key === "ArrowDown" ? 1 : -1, commands.length),
      );
    } else if (event.key === "Enter" && active) {
      event.preventDefault();
      run(active);
    }
  };

  return (
    <>
      <div className={classes.field}>
        <IconSearch size={18} stroke={1.6} aria-hidden />
        <input
          className={classes.input}
          data-autofocus
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={active ? `${listId}-${active.id}` : undefined}
          aria-label={t("shell.palette.open")}
          placeholder={t("shell.palette.placeholder")}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className={classes.list} id={listId} role="listbox" aria-label={t("shell.palette.open")}>
        {commands.map((command, index) => (
          <div key={command.id} role="presentation">
            {command.group !== commands[index - 1]?.group && (
              <div className={classes.group} role="presentation">
                {command.group}
              </div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the combobox input has the keys. */}
            <div
              role="option"
              tabIndex={-1}
              id={`${listId}-${command.id}`}
              className={classes.option}
              aria-selected={command === active}
              onMouseMove={() => setChosen(index)}
              onClick={() => run(command)}
            >
              <span>{command.label}</span>
              {command.detail && <span className="meta">{command.detail}</span>}
            </div>
          </div>
        ))}
      </div>
      {commands.length === 0 && (
        <p className={classes.group} role="status">
          {t("shell.palette.nothing", { text })}
        </p>
      )}
      <p className={classes.hint}>{t("shell.palette.hint")}</p>
    </>
  );
}

function useCommands(verbs: Verb[], text: string): Command[] {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const switchScheme = useColorSchemeSwitch();
  const mayReadPeople = useMay("read_people");
  const mayReadResults = useMay("read_results");
  const [wanted] = useDebouncedValue(text.trim(), 150);
  const customers = useQuery({
    ...customerSearchQuery(wanted),
    enabled: mayReadPeople && wanted.length > 0,
  });
  const mayEditSurveys = useMay("edit_surveys");
  const surveys = useQuery({
    ...surveySearchQuery(wanted),
    enabled: (mayEditSurveys || mayReadResults) && wanted.length > 0,
  });
  const touchpoints = useQuery({ ...touchpointsQuery, enabled: mayReadResults });
  const units = useQuery(unitsQuery());
  const go = (to: string, search?: Record<string, unknown>) => () =>
    void navigate({ to, ...(search ? { search } : {}) } as never);

  const fixed: Command[] = [
    ...verbs.flatMap((verb) =>
      verb.pages.map((page) => ({
        id: `page-${page.name}`,
        group: t("shell.palette.pages"),
        label: t(`shell.page.${page.name}`),
        detail: verb.name === "home" ? undefined : t(`shell.verb.${verb.name}`),
        words: page.name,
        run: go(page.path),
      })),
    ),
    {
      id: "action-language",
      group: t("shell.palette.actions"),
      label: t("shell.switch_language"),
      words: "language 言語 japanese english 日本語 英語",
      run: () => void changeLanguage(language === "ja" ? "en" : "ja"),
    },
    {
      id: "action-scheme",
      group: t("shell.palette.actions"),
      label: t("shell.switch_scheme"),
      words: "dark light theme ダーク ライト",
      run: switchScheme,
    },
    ...(touchpoints.data ?? []).map((touchpoint) => ({
      id: `touchpoint-${touchpoint.id}`,
      group: t("shell.palette.touchpoints"),
      label: localized(touchpoint.name, language, touchpoint.code),
      detail: touchpoint.code,
      words: `${touchpoint.code} ${Object.values(touchpoint.name).join(" ")}`,
      onlyWhenSearched: true,
      run: go(paths.touchpoints(), { open: touchpoint.id }),
    })),
    ...(units.data ?? []).map((unit) => ({
      id: `unit-${unit.id}`,
      group: t("settings.units.title"),
      label: localized(unit.name, language, unit.code),
      detail: unit.code,
      words: `${unit.code} ${Object.values(unit.name).join(" ")}`,
      onlyWhenSearched: true,
      run: go(paths.units(), { q: unit.code }),
    })),
  ];
  const foundSurveys: Command[] = (surveys.data?.items ?? []).map((survey) => ({
    id: `survey-${survey.id}`,
    group: t("surveys.title"),
    label: localized(survey.title, language, t("surveys.one")),
    detail: t(`surveys.status.${survey.status}`),
    words: "",
    run: go(
      mayEditSurveys && survey.status === "draft"
        ? paths.surveyBuild(survey.id)
        : paths.surveyResults(survey.id),
    ),
  }));
  const found: Command[] = (customers.data?.items ?? []).map((customer) => ({
    id: `customer-${customer.id}`,
    group: t("shell.palette.customers"),
    label: customer.name ?? customer.id,
    detail: customer.identifiers[0]?.value,
    words: "",
    run: go(paths.customer(customer.id)),
  }));
  const voices: Command[] =
    mayReadResults && text.trim()
      ? [
          {
            id: "voices",
            group: t("shell.page.voices"),
            label: t("shell.palette.voices_with", { text: text.trim() }),
            words: "",
            run: go(paths.voices(), { q: text.trim() }),
          },
        ]
      : [];
  return [...pickCommands(fixed, text), ...foundSurveys, ...found, ...voices];
}
