import { useElementSize } from "@mantine/hooks";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DriverResults } from "../api/types";
import { formatDecimal } from "../format/number";
import { useLanguage } from "../i18n/language";
import classes from "./drivers.module.css";
import { layout, type Spot } from "./matrix";
import { useSpokenDriver } from "./spoken";
import { useDriverName } from "./words";

/** Narrower than this, points carry their places and a list says the names. */
const SHORT = 620;

/**
 * Importance by standing, with whiskers both ways. The arrow keys walk the
 * drivers; what is known of one is said below the chart and read aloud.
 */
export function PriorityMatrix({ results, label }: { results: DriverResults; label: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const driverName = useDriverName(results);
  const spoken = useSpokenDriver(results);
  const { ref, width } = useElementSize<HTMLDivElement>();
  const [active, setActive] = useState<number | null>(null);
  const drivers = results.finding?.drivers ?? [];
  const short = width < SHORT;
  const size = { width: Math.max(width, 280), height: short ? 340 : 440 };
  const matrix = layout(drivers, (each) => driverName(each.driver), size, short);
  const { frame, middle, spots } = matrix;
  const chosen = active === null ? undefined : spots[active];
  const chosenDriver = drivers.find((each) => each.driver === chosen?.key);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setActive((current) =>
        current === null
          ? step > 0
            ? 0
            : spots.length - 1
          : Math.min(spots.length - 1, Math.max(0, current + step)),
      );
    } else if (event.key === "Escape") setActive(null);
  };
  const corner = (name: "improve" | "keep" | "watch" | "enough") => {
    const left = name === "improve" || name === "watch";
    const top = name === "improve" || name === "keep";
    return (
      <text
        key={name}
        className={classes.quadrant}
        x={left ? frame.left + 6 : frame.right - 6}
        y={top ? frame.top + 16 : frame.bottom - 8}
        textAnchor={left ? "start" : "end"}
      >
        {t(`drivers.quadrant.${name}`)}
      </text>
    );
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a chart that the keyboard walks is a group of points, not a fieldset. */}
      <div
        ref={ref}
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys walk its points.
        tabIndex={0}
        aria-label={`${label}. ${t("drivers.matrix.keys")}`}
        className={classes.matrix}
        onKeyDown={onKeyDown}
        onBlur={() => setActive(null)}
      >
        <svg width={size.width} height={size.height} aria-hidden="true">
          <rect
            x={frame.left}
            y={frame.top}
            width={Math.max(0, middle.x - frame.left)}
            height={Math.max(0, middle.y - frame.top)}
            className={classes.improve}
          />
          {matrix.yTicks.map((tick) => (
            <text
              key={tick.value}
              x={frame.left - 6}
              y={tick.at + 4}
              className={classes.tick}
              textAnchor="end"
            >
              {formatDecimal(tick.value, 0, language)}%
            </text>
          ))}
          {matrix.xTicks.map((tick) => (
            <text
              key={tick.value}
              x={tick.at}
              y={frame.bottom + 16}
              className={classes.tick}
              textAnchor="middle"
            >
              {matrix.scale
                ? formatDecimal(tick.value, matrix.xDigits, language)
                : `${formatDecimal(tick.value, matrix.xDigits, language)}%`}
            </text>
          ))}
          <path
            className={classes.axes}
            d={`M${frame.left},${frame.top}V${frame.bottom}H${frame.right}`}
          />
          <path
            className={classes.middle}
            d={`M${middle.x},${frame.top}V${frame.bottom}M${frame.left},${middle.y}H${frame.right}`}
          />
          {(["improve", "keep", "watch", "enough"] as const).map(corner)}
          {spots.map((spot, index) => (
            <Point
              key={spot.key}
              spot={spot}
              active={active === index}
              onActive={(on) => setActive(on ? index : null)}
            />
          ))}
          <text className={classes.axis} x={frame.right} y={size.height - 6} textAnchor="end">
            {matrix.scale
              ? t("drivers.matrix.performance_on", {
                  low: formatDecimal(matrix.scale[0], 0, language),
                  high: formatDecimal(matrix.scale[1], 0, language),
                })
              : t("drivers.matrix.performance_share")}{" "}
            →
          </text>
        </svg>
        <p className={classes.upAxis}>↑ {t("drivers.matrix.importance")}</p>
      </div>
      <p className={classes.said} aria-live="polite">
        {chosenDriver ? spoken(chosenDriver) : t("drivers.matrix.hint")}
      </p>
      {short && (
        <ol className={classes.placesList}>
          {spots.map((spot, index) => (
            <li key={spot.key} value={spot.rank ?? index + 1}>
              {spot.name}
            </li>
          ))}
        </ol>
      )}
      {matrix.without.length > 0 && (
        <p className={classes.said}>
          {t("drivers.matrix.without", {
            drivers: matrix.without.map((each) => driverName(each.driver)).join(t("drivers.and")),
          })}
        </p>
      )}
    </>
  );
}

function Point({
  spot,
  active,
  onActive,
}: {
  spot: Spot;
  active: boolean;
  onActive: (on: boolean) => void;
}) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keyboard walks the points of the group around it.
    <g
      className={classes.spot}
      data-active={active || undefined}
      data-clear={spot.significant || undefined}
      onMouseEnter={() => onActive(true)}
      onMouseLeave={() => onActive(false)}
    >
      {spot.across && (
        <line x1={spot.across[0]} x2={spot.across[1]} y1={spot.y} y2={spot.y} data-whisker />
      )}
      {spot.upright && (
        <line x1={spot.x} x2={spot.x} y1={spot.upright[0]} y2={spot.upright[1]} data-whisker />
      )}
      <circle cx={spot.x} cy={spot.y} r={5} />
      <text x={spot.label.x} y={spot.label.y + 4.5} textAnchor={spot.label.anchor}>
        {spot.label.text}
      </text>
    </g>
  );
}
