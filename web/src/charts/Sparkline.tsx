import { useMemo } from "react";
import type { Scale } from "../ui/score/model";
import classes from "./charts.module.css";
import { sparklineOf } from "./spark";
import type { TrendPoint } from "./trend";

const WIDTH = 200;
const HEIGHT = 36;

/** The last months of a score in small, beside the score that says the same in words. */
export function Sparkline({ points, scale }: { points: readonly TrendPoint[]; scale: Scale }) {
  const drawn = useMemo(() => sparklineOf(points, scale, WIDTH, HEIGHT), [points, scale]);
  if (!drawn) return null;
  return (
    <svg
      className={classes.sparkline}
      viewBox={`-3 -3 ${WIDTH + 6} ${HEIGHT + 6}`}
      aria-hidden="true"
    >
      <path d={drawn.band} data-part="band" />
      <path d={drawn.line} data-part="line" />
      {drawn.dots.map(({ x, y }) => (
        <circle key={x} cx={x} cy={y} r={1.5} />
      ))}
      {drawn.end && <circle cx={drawn.end.x} cy={drawn.end.y} r={2.5} />}
    </svg>
  );
}
