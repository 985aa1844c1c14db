import { ActionIcon, Button, Group, NumberInput, Popover } from "@mantine/core";
import { IconPlus, IconRuler2, IconX } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  bandsBetween,
  type EdgeKind,
  edgesOf,
  edgesOfBands,
  inOrder,
  MOST_EDGES,
  withEdges,
} from "../filters/bands";
import { useDimensionValueName } from "../filters/names";
import { DayInput } from "../ui/form/DayInput";
import classes from "./metrics.module.css";

interface BandChoiceProps {
  /** A dimension that is divided in bands. */
  split: string;
  kind: EdgeKind;
  /** The groups that are shown; their bands are what the reader begins with. */
  shown: readonly (string | null)[];
  onChange: (split: string) => void;
}

/** Where the bands of a split begin: chosen from the answers, or given by the reader. */
export function BandChoice({ split, kind, shown, onChange }: BandChoiceProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const own = edgesOf(split);
  const floor = kind === "whole" || shown.some((key) => key?.startsWith("0.."));
  const choose = (edges: readonly string[]) => {
    setOpened(false);
    onChange(withEdges(split, edges));
  };
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={340}
      position="bottom-start"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconRuler2 size={14} stroke={1.8} aria-hidden />}
          onClick={() => setOpened(!opened)}
        >
          {t(own.length ? "metrics.bands.own" : "metrics.bands.chosen")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("metrics.bands.title")}>
        <Edges
          split={split}
          kind={kind}
          floor={floor}
          edges={own.length ? own : edgesOfBands(shown)}
          given={own.length > 0}
          onChoose={choose}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

interface EdgesProps {
  split: string;
  kind: EdgeKind;
  /** Nothing lies below zero. */
  floor: boolean;
  /** What the reader begins with. */
  edges: readonly string[];
  /** Whether somebody gave them. */
  given: boolean;
  onChoose: (edges: readonly string[]) => void;
}

/** One field for each edge, and beside it the band that begins there. */
function Edges({ split, kind, floor, edges, given, onChoose }: EdgesProps) {
  const { t } = useTranslation();
  const valueName = useDimensionValueName();
  const [fields, setFields] = useState(() =>
    (edges.length ? [...edges] : [""]).map((value, id) => ({ id, value })),
  );
  const ordered = inOrder(fields.map((field) => field.value));
  const bands = bandsBetween(ordered, floor);
  const beginsAt = (value: string) => bands.find((band) => band.startsWith(`${value}..`));
  const set = (id: number, value: string) =>
    setFields((all) => all.map((field) => (field.id === id ? { id, value } : field)));
  const add = () =>
    setFields((all) => [
      ...all,
      { id: Math.max(-1, ...all.map((each) => each.id)) + 1, value: "" },
    ]);
  const apply = (event: FormEvent) => {
    event.preventDefault();
    onChoose(ordered);
  };
  return (
    <form onSubmit={apply}>
      <p className={classes.bandsHelp}>{t("metrics.bands.help")}</p>
      <ul className={classes.bands} aria-label={t("metrics.bands.title")}>
        <li>
          <span className={classes.band}>{bands[0] && valueName(split, bands[0])}</span>
        </li>
        {fields.map(({ id, value }, index) => {
          const label = t("metrics.bands.edge", { place: index + 1 });
          const band = value && beginsAt(value);
          return (
            <li key={id}>
              <div className={classes.edge}>
                {kind === "date" ? (
                  <DayInput
                    inside
                    size="xs"
                    aria-label={label}
                    value={value}
                    onChange={(next) => set(id, next)}
                  />
                ) : (
                  <NumberInput
                    size="xs"
                    hideControls
                    aria-label={label}
                    thousandSeparator=","
                    allowDecimal={kind === "number"}
                    allowNegative={kind === "number" && !floor}
                    value={value}
                    onChange={(next) => set(id, String(next))}
                  />
                )}
              </div>
              <span className={classes.band}>{band && valueName(split, band)}</span>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={24}
                aria-label={t("metrics.bands.remove", { edge: label })}
                onClick={() => setFields((all) => all.filter((each) => each.id !== id))}
              >
                <IconX size={14} stroke={1.8} aria-hidden />
              </ActionIcon>
            </li>
          );
        })}
      </ul>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} stroke={1.8} aria-hidden />}
        disabled={fields.length >= MOST_EDGES}
        title={
          fields.length >= MOST_EDGES ? t("metrics.bands.most", { most: MOST_EDGES }) : undefined
        }
        onClick={add}
      >
        {t("metrics.bands.add")}
      </Button>
      <Group gap="xs" mt="md">
        <Button
          type="submit"
          size="xs"
          disabled={ordered.length === 0}
          title={ordered.length === 0 ? t("metrics.bands.needed") : undefined}
        >
          {t("action.apply")}
        </Button>
        {given && (
          <Button variant="default" size="xs" onClick={() => onChoose([])}>
            {t("metrics.bands.automatic")}
          </Button>
        )}
      </Group>
    </form>
  );
}
