import type { WhiskerMarks } from "./model";
import classes from "./Score.module.css";

/**
 * The interval as a hairline on the metric's whole scale: a faint rule for the
 * scale, an ink stroke for the interval, a dot for the value, a tick for the
 * target. It repeats what the text says and is hidden from assistive technology.
 */
export function Whisker({ marks, height = 9 }: { marks: WhiskerMarks; height?: number }) {
  const middle = height / 2;
  const x = (share: number) => `${(share * 100).toFixed(2)}%`;
  return (
    <svg className={classes.whisker} height={height} width="100%" aria-hidden="true">
      <line x1="0" x2="100%" y1={middle} y2={middle} className={classes.rule} />
      {marks.zero !== null && (
        <line
          x1={x(marks.zero)}
          x2={x(marks.zero)}
          y1={middle - 2}
          y2={middle + 2}
          className={classes.rule}
        />
      )}
      {marks.low !== null && marks.high !== null && (
        <line
          x1={x(marks.low)}
          x2={x(marks.high)}
          y1={middle}
          y2={middle}
          className={classes.interval}
        />
      )}
      {marks.target !== null && (
        <line
          data-testid="target-tick"
          x1={x(marks.target)}
          x2={x(marks.target)}
          y1={0}
          y2={height}
          className={classes.target}
        />
      )}
      <circle cx={x(marks.value)} cy={middle} r={2.5} className={classes.dot} />
    </svg>
  );
}
