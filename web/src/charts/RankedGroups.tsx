import { useTranslation } from "react-i18next";
import { formatCount } from "../format/number";
import { useLanguage } from "../i18n/language";
import {
  formatInterval,
  formatValue,
  type Scale,
  type ScoreValue,
  standingOf,
  whiskerMarks,
} from "../ui/score/model";
import { Score } from "../ui/score/Score";
import { Whisker } from "../ui/score/Whisker";
import { DataTable } from "../ui/table/DataTable";
import classes from "./charts.module.css";
import { axisRange } from "./trend";

export interface RankedGroup {
  key: string;
  name: string;
  score: ScoreValue;
}

interface RankedGroupsProps {
  label: string;
  /** In the order to show. */
  groups: RankedGroup[];
  scale: Scale;
  onOpen?: (group: RankedGroup) => void;
}

/**
 * Groups below each other with their intervals on one common, zoomed axis, so that
 * what stands apart is seen to. It is a table, so that it can be read as one.
 */
export function RankedGroups({ label, groups, scale, onOpen }: RankedGroupsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [min, max] = axisRange(
    groups.map((group) => ({
      key: group.key,
      name: group.name,
      points: [{ start: "", label: "", score: group.score }],
    })),
    scale,
  );
  const zoomed: Scale = { ...scale, min, max };
  return (
    <table className={classes.ranked} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t("chart.group")}</th>
          <th scope="col">
            {t("metrics.rank.scale", {
              low: formatValue(min, { ...scale, decimals: 0 }, language),
              high: formatValue(max, { ...scale, decimals: 0 }, language),
            })}
          </th>
          <th scope="col" className={classes.number}>
            {t("chart.value")}
          </th>
          <th scope="col" className={`${classes.number} ${classes.wideOnly}`}>
            {t("metrics.rank.interval")}
          </th>
          <th scope="col" className={classes.number}>
            {t("chart.n")}
          </th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => {
          const standing = standingOf(group.score);
          const marks = standing === "empty" ? null : whiskerMarks(group.score, zoomed);
          const value =
            standing === "suppressed"
              ? t("score.suppressed")
              : group.score.value === null || group.score.value === undefined
                ? t("score.no_value")
                : formatValue(group.score.value, scale, language);
          return (
            <tr key={group.key}>
              <th scope="row">{group.name}</th>
              <td className={classes.plot}>{marks && <Whisker marks={marks} height={13} />}</td>
              <td className={classes.number}>
                {onOpen && standing !== "suppressed" ? (
                  <button
                    type="button"
                    className={classes.rankedValue}
                    title={t("score.open_behind")}
                    onClick={() => onOpen(group)}
                  >
                    <span className="visually-hidden">{group.name} </span>
                    {value}
                  </button>
                ) : (
                  value
                )}
              </td>
              <td className={`${classes.number} ${classes.wideOnly} meta`}>
                {standing !== "suppressed" && group.score.interval
                  ? formatInterval(group.score.interval, scale, language)
                  : ""}
              </td>
              <td className={`${classes.number} meta`}>
                {standing === "suppressed" ? "" : formatCount(group.score.n ?? 0, language)}
                {standing === "few" && ` · ${t("score.few")}`}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The same groups as a table of scores, each with its change and method. */
export function GroupsTable({ label, groups, scale, onOpen }: RankedGroupsProps) {
  const { t } = useTranslation();
  return (
    <DataTable
      label={label}
      rows={groups}
      rowKey={(group) => group.key}
      columns={[
        { key: "group", header: t("chart.group"), rowHeader: true, cell: (group) => group.name },
        {
          key: "score",
          header: t("chart.value"),
          cell: (group) => (
            <Score
              name={group.name}
              score={group.score}
              scale={scale}
              size="cell"
              onOpen={onOpen && (() => onOpen(group))}
            />
          ),
        },
      ]}
    />
  );
}
