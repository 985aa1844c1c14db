import { Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconLock } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { formatCount } from "../../format/number";
import { useLanguage } from "../../i18n/language";
import { MethodNote } from "./MethodNote";
import {
  changeOf,
  formatDifference,
  formatInterval,
  formatValue,
  type Scale,
  type ScoreValue,
  standingOf,
  toneOf,
  whiskerMarks,
} from "./model";
import classes from "./Score.module.css";
import { useSpokenScore } from "./spoken";
import { Whisker } from "./Whisker";

export interface ScoreProps {
  /** The metric's name, said aloud before the value and shown over a tile. */
  name: string;
  score: ScoreValue;
  scale: Scale;
  /** `tile` for a headline, `inline` for a line of text, `cell` for a table. */
  size?: "tile" | "inline" | "cell";
  /** Goes to what is behind the number; without it a click opens the note. */
  onOpen?: () => void;
}

/**
 * The one way a measured number is shown: value, change (an arrow only when its
 * test says so), n, interval, and a whisker on the metric's scale. Hover or focus
 * opens the method note.
 */
export function Score({ name, score, scale, size = "inline", onOpen }: ScoreProps) {
  const spoken = useSpokenScore(name, score, scale);
  const [opened, note] = useDisclosure(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const openSoon = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(note.open, 250);
  };
  const close = () => {
    clearTimeout(timer.current);
    note.close();
  };

  return (
    <Popover
      opened={opened}
      onChange={(next) => !next && close()}
      position="bottom-start"
      width={300}
      withinPortal
      shadow="sm"
    >
      <Popover.Target popupType="dialog">
        <button
          type="button"
          className={classes.score}
          data-size={size}
          onMouseEnter={openSoon}
          onMouseLeave={close}
          onFocus={(event) => event.currentTarget.matches(":focus-visible") && note.open()}
          onBlur={close}
          onKeyDown={(event) => event.key === "Escape" && close()}
          onClick={() => {
            clearTimeout(timer.current);
            if (onOpen) {
              close();
              onOpen();
            } else if (opened) {
              note.close();
            } else {
              note.open();
            }
          }}
        >
          <span className="visually-hidden">{spoken}</span>
          <Figures name={name} score={score} scale={scale} size={size} />
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.note}>
        <MethodNote name={name} score={score} scale={scale} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Figures({ name, score, scale, size }: Required<Omit<ScoreProps, "onOpen">>) {
  const { t } = useTranslation();
  const language = useLanguage();
  const standing = standingOf(score);
  const marks = whiskerMarks(score, scale);

  if (standing === "suppressed") {
    return (
      <span className={classes.figures} aria-hidden="true">
        {size === "tile" && <span className={classes.name}>{name}</span>}
        <span className={classes.withheld}>
          <IconLock size={size === "tile" ? 20 : 14} stroke={1.5} aria-hidden />
          {t("score.suppressed")}
        </span>
      </span>
    );
  }

  return (
    <span className={classes.figures} aria-hidden="true">
      {size === "tile" && <span className={classes.name}>{name}</span>}
      <span className={classes.headline}>
        <span className={classes.value}>
          {score.value === null || score.value === undefined
            ? "—"
            : formatValue(score.value, scale, language)}
        </span>
        <Change score={score} scale={scale} />
      </span>
      {marks && <Whisker marks={marks} height={size === "tile" ? 11 : 9} />}
      <span className={classes.ground}>
        {standing === "empty" ? (
          <span>{t("score.no_value")}</span>
        ) : (
          <span>{t("score.n", { n: formatCount(score.n ?? 0, language) })}</span>
        )}
        {score.interval && <span>{formatInterval(score.interval, scale, language)}</span>}
        {standing === "few" && <span className={classes.few}>{t("score.few")}</span>}
      </span>
    </span>
  );
}

function Change({ score, scale }: { score: ScoreValue; scale: Scale }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const said = changeOf(score);
  if (said === "unsaid" || score.change?.difference == null) return null;
  if (said === "none") return <span className={classes.change}>{t("score.no_clear_change")}</span>;
  return (
    <span className={classes.change} data-tone={toneOf(said, scale)}>
      <span className={classes.arrow}>{said === "up" ? "▴" : "▾"}</span>
      {formatDifference(score.change.difference, scale, language, t("score.points"))}
    </span>
  );
}
