import { Alert } from "@mantine/core";
import { asProblem } from "../../api/problem";
import classes from "../surveys.module.css";

/** Refusals that name rows and fields this form does not show one by one. */
const SHOWN_MOST = 20;

/** What the server refused, row by row. */
export function Refusal({ error, rows = [] }: { error: unknown; rows?: readonly string[] }) {
  const problem = error ? asProblem(error) : null;
  if (!problem || problem.fields.length === 0) return null;
  return (
    <Alert color="red" variant="light" role="alert">
      <ul className={classes.refusal}>
        {problem.fields.slice(0, SHOWN_MOST).map(({ field, message }) => {
          const row = /\[(\d+)\]$/.exec(field);
          const said = row ? rows[Number(row[1])] : undefined;
          return (
            <li key={field}>
              <b>{said ?? field}</b>: {message}
            </li>
          );
        })}
        {problem.fields.length > SHOWN_MOST && <li>… {problem.fields.length - SHOWN_MOST}</li>}
      </ul>
    </Alert>
  );
}
