import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./DataTable.module.css";

export interface Column<T> {
  key: string;
  header: ReactNode;
  cell: (row: T) => ReactNode;
  /** Numbers stand at the end of the cell, in figures of one width. */
  align?: "start" | "end";
  /** The cell that names its row. */
  rowHeader?: boolean;
  /** Hidden on a phone. */
  wideOnly?: boolean;
  width?: string;
  /** Set to make the header a sort button. */
  sorted?: "ascending" | "descending" | "none";
  onSort?: () => void;
  /** What the column is called when its header is not a text. */
  label?: string;
}

interface DataTableProps<T> {
  /** Names the table for assistive technology. */
  label: string;
  rows: readonly T[];
  rowKey: (row: T) => string;
  columns: Column<T>[];
  /** Opens a row by mouse anywhere on it; the row's own link or button serves the keyboard. */
  onRowClick?: (row: T) => void;
  /** Marks rows that no longer count, such as archived ones. */
  isFaint?: (row: T) => boolean;
}

/** Whether an element's content is wider than itself, also after either has changed. */
function useScrolls(element: RefObject<HTMLElement | null>): boolean {
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const outer = element.current;
    const inner = outer?.firstElementChild;
    if (!outer || !inner) return;
    const look = () => setScrolls(outer.scrollWidth > outer.clientWidth);
    const observer = new ResizeObserver(look);
    observer.observe(outer);
    observer.observe(inner);
    return () => observer.disconnect();
  }, [element]);
  return scrolls;
}

/** A plain table: hairlines, no zebra, names at the start and numbers at the end. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { label, rows, rowKey, columns, onRowClick, isFaint } = props;
  const { t } = useTranslation();
  const scroller = useRef<HTMLElement>(null);
  const scrolls = useScrolls(scroller);
  return (
    // A region that scrolls sideways must be reachable by keyboard; one that does not is no stop.
    <section
      ref={scroller}
      className={classes.scroller}
      aria-label={label}
      tabIndex={scrolls ? 0 : -1}
    >
      <table className={classes.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                data-align={column.align}
                data-wide={column.wideOnly || undefined}
                style={column.width ? { width: column.width } : undefined}
                aria-sort={column.onSort ? (column.sorted ?? "none") : undefined}
              >
                {column.onSort ? (
                  <button
                    type="button"
                    className={classes.sort}
                    onClick={column.onSort}
                    title={t("table.sort_by", { column: column.label ?? String(column.header) })}
                  >
                    {column.header}
                    <span aria-hidden="true">
                      {column.sorted === "ascending"
                        ? " ↑"
                        : column.sorted === "descending"
                          ? " ↓"
                          : ""}
                    </span>
                  </button>
                ) : (
                  column.header
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              data-clickable={onRowClick ? true : undefined}
              data-faint={isFaint?.(row) || undefined}
              onClick={
                onRowClick &&
                ((event) => {
                  const inner = (event.target as Element).closest("a, button, input, label");
                  if (!inner && !window.getSelection()?.toString()) onRowClick(row);
                })
              }
            >
              {columns.map((column) =>
                column.rowHeader ? (
                  <th key={column.key} scope="row" data-wide={column.wideOnly || undefined}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td
                    key={column.key}
                    data-align={column.align}
                    data-wide={column.wideOnly || undefined}
                  >
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
