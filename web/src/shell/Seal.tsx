import classes from "./Shell.module.css";

/** The product's mark: a voice as four strokes on an indigo seal. */
export function Seal() {
  return (
    <span className={classes.seal} aria-hidden="true">
      <svg width="16" height="16" viewBox="0 0 16 16" fill="none" aria-hidden="true">
        <path
          d="M2 6v4M6 3v10M10 5v6M14 7v2"
          stroke="currentColor"
          strokeWidth="1.6"
          strokeLinecap="round"
        />
      </svg>
    </span>
  );
}
